"""A switch inside a property's getter.

Prints: 1 | 2
"""

import threading


class Counter:
    def __init__(self):
        self._value = 0

    @property
    def next(self):
        value = self._value
        self._value = value + 1
        return value


counter = Counter()
threads = [threading.Thread(target=lambda: counter.next) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counter._value)
