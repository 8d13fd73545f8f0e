"""A table in stripes, each with its lock; who wants to see all of it takes the locks in order.

Expect: pass
"""

import contextlib
import threading


class Table:
    def __init__(self):
        self._locks = [threading.Lock() for _ in range(2)]
        self._stripes = [{}, {}]

    def add(self, key, amount):
        with self._locks[key % 2]:
            stripe = self._stripes[key % 2]
            stripe[key] = stripe.get(key, 0) + amount

    def total(self):
        with contextlib.ExitStack() as stack:
            for lock in self._locks:
                stack.enter_context(lock)
            return sum(sum(stripe.values()) for stripe in self._stripes)


table = Table()
threads = [threading.Thread(target=table.add, args=(key, 1)) for key in (0, 1)]
for thread in threads:
    thread.start()
assert table.total() in (0, 1, 2)
for thread in threads:
    thread.join()
assert table.total() == 2
