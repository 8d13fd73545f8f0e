"""A thread waits for a lock that it holds itself.

`transfer` takes the lock and calls `deposit`, which takes it again. A `Lock` does not ask who
holds it: the thread waits for itself, for ever. This program hangs.

Expect: fail deadlock/self-deadlock
"""

import threading

lock = threading.Lock()


def deposit():
    with lock:
        print("deposited")


def transfer():
    with lock:
        deposit()


threading.Thread(target=transfer).start()
