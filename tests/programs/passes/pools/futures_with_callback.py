"""A callback of a future puts the result where the main thread looks after the shutdown.

Expect: pass
"""

from concurrent.futures import ThreadPoolExecutor

results = []
with ThreadPoolExecutor(1) as pool:
    future = pool.submit(sum, (1, 2, 3))
    future.add_done_callback(lambda done: results.append(done.result()))
assert results == [6]
