"""A switch inside __del__, called where the last reference goes.

Prints: 1 | 2
"""

import threading


class Counter:
    gone = 0

    def __del__(self):
        gone = Counter.gone
        Counter.gone = gone + 1


def drop():
    counter = Counter()
    del counter


threads = [threading.Thread(target=drop) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(Counter.gone)
