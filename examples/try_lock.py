"""Trying a lock instead of waiting for it.

`acquire(False)` never waits: it returns True if the lock was free and is held now, and False if
another thread has it. Both happen here: each visitor is counted if the lock is free at that
moment and turned away otherwise. So one or two are counted, and both are right.

Expect: pass
Outcomes: visits = 2 | visits = 1
"""

import threading

lock = threading.Lock()
visits = 0


def visit():
    global visits
    if lock.acquire(False):
        visits = visits + 1
        lock.release()
    else:
        print("busy, I am not waiting")


t1 = threading.Thread(target=visit)
t2 = threading.Thread(target=visit)
t1.start()
t2.start()
