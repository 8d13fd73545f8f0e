"""The tasks of a pool share a counter.

A pool hides its threads, but they are threads: two tasks can read the same number, and then one
count is lost. Return a value from each task, and add those up, or protect the counter by a lock.

Expect: fail interference
Outcomes: counter = 2 | counter = 1
"""

from concurrent.futures import ThreadPoolExecutor

counter = 0


def count():
    global counter
    seen = counter
    counter = seen + 1


with ThreadPoolExecutor(max_workers=2) as pool:
    pool.submit(count)
    pool.submit(count)

print("counted", counter)
