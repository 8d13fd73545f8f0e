"""A memo whose value is computed once by who comes first; the others wait for its future.

Expect: pass-or-inconclusive
"""

import threading
from concurrent.futures import Future

lock = threading.Lock()
futures = {}
computed = []


def compute(key):
    computed.append(key)
    return key * 2


def get(key):
    with lock:
        future = futures.get(key)
        is_first = future is None
        if is_first:
            future = futures[key] = Future()
    if is_first:
        future.set_result(compute(key))
    return future.result()


results = []
threads = [threading.Thread(target=lambda: results.append(get("x"))) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert results == ["xx", "xx"] and computed == ["x"]
