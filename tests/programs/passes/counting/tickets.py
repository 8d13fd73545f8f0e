"""next() of itertools.count is one step: every ticket has a number of its own.

Expect: pass
"""

import itertools
import threading

numbers = itertools.count(1)
tickets = []
threads = [threading.Thread(target=lambda: tickets.append(next(numbers))) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(tickets) == [1, 2, 3]
