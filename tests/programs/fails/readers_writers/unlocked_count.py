"""The readers count themselves without a lock: a writer gets in between, or nobody lets the writers in.

Expect: fail deadlock
"""

import threading

readers = 0
resource = threading.Lock()


def read():
    global readers
    readers += 1
    if readers == 1:
        resource.acquire()
    readers -= 1
    if readers == 0:
        resource.release()


def write():
    with resource:
        pass


for target in (read, read, write):
    threading.Thread(target=target).start()
