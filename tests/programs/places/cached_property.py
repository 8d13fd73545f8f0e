"""Up to 3.11 functools.cached_property has a lock; since 3.12 two threads may both compute the value.

Prints: 1
Prints since 3.12: 1 | 2
"""

import functools
import threading


class Table:
    computed = 0

    @functools.cached_property
    def rows(self):
        computed = Table.computed
        Table.computed = computed + 1
        return [1, 2]


table = Table()
threads = [threading.Thread(target=lambda: table.rows) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(Table.computed)
