"""The first reader locks the writers out, the last lets them in again.

Expect: pass
"""

import threading

readers = 0
readers_lock = threading.Lock()
resource = threading.Lock()
pair = [0, 0]


def read():
    global readers
    with readers_lock:
        readers += 1
        if readers == 1:
            resource.acquire()
    assert pair[0] == pair[1]
    with readers_lock:
        readers -= 1
        if readers == 0:
            resource.release()


def write():
    with resource:
        pair[0] += 1
        pair[1] += 1


for target in (read, read, write):
    threading.Thread(target=target).start()
