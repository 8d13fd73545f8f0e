"""dict.setdefault is one step: all get the same lock for a key, whoever comes first.

Expect: pass
"""

import threading

locks = {}
counts = {"a": 0}


def add(key):
    lock = locks.setdefault(key, threading.Lock())
    with lock:
        counts[key] += 1


threads = [threading.Thread(target=add, args=("a",)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert counts == {"a": 2} and len(locks) == 1
