"""Each thread counts for itself; the sum is made when all have ended.

Expect: pass
"""

import threading

counts = [0, 0]


def count(me):
    for _ in range(2):
        counts[me] += 1


threads = [threading.Thread(target=count, args=(me,)) for me in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sum(counts) == 4
