"""A switch inside a class body, which two threads execute at once.

Prints: 1 | 2
"""

import threading

made = 0


def make():
    class Made:
        global made
        number = made
        made = number + 1


threads = [threading.Thread(target=make) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(made)
