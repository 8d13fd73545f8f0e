"""The lock is released although it was not taken in time.

Expect: fail exception
"""

import threading
import time

lock = threading.Lock()


def hold():
    with lock:
        time.sleep(2)


def work():
    lock.acquire(timeout=1)
    lock.release()


for target in (hold, work):
    threading.Thread(target=target).start()
