"""A generator that one thread begins and another goes on with, each inside a lock.

Prints: 3
"""

import threading

lock = threading.Lock()
total = []


def numbers():
    yield 1
    total.append(2)
    yield 2


generator = numbers()


def take():
    with lock:
        total.append(next(generator))


threads = [threading.Thread(target=take) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(total))
