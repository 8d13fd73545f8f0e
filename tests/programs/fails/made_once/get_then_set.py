"""A lock for a key, made by looking and then storing: two threads get different locks.

Expect: fail assertion
"""

import threading

locks = {}
counts = {"a": 0}


def add(key):
    lock = locks.get(key)
    if lock is None:
        lock = locks[key] = threading.Lock()
    with lock:
        counts[key] += 1


threads = [threading.Thread(target=add, args=("a",)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert counts == {"a": 2}
