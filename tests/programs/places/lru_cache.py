"""Two threads may both compute what functools.lru_cache keeps; afterwards it is kept.

Prints: 1 True | 2 True
"""

import functools
import threading


class Calls:
    count = 0


@functools.lru_cache
def square(number):
    Calls.count += 1
    return [number * number]


threads = [threading.Thread(target=square, args=(3,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(Calls.count, square(3) is square(3))
