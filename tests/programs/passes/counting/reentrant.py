"""A method that holds the lock calls another that takes it again: an RLock.

Expect: pass
"""

import threading


class Counter:
    def __init__(self):
        self._lock = threading.RLock()
        self.value = 0

    def add(self, amount):
        with self._lock:
            self.value += amount

    def add_twice(self, amount):
        with self._lock:
            self.add(amount)
            self.add(amount)


counter = Counter()
threads = [
    threading.Thread(target=counter.add, args=(1,)),
    threading.Thread(target=counter.add_twice, args=(2,)),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert counter.value == 5
