"""The second look is missing: the object is made twice.

Expect: fail assertion
"""

import threading

instance = None
made = 0
lock = threading.Lock()


def get():
    global instance, made
    if instance is None:
        with lock:
            made += 1
            instance = object()
    return instance


threads = [threading.Thread(target=get) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert made == 1
