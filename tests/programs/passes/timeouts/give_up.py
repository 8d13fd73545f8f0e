"""Who does not get the lock in time gives up, and does not touch what it protects.

Expect: pass
"""

import threading

lock = threading.Lock()
done = []


def work(name):
    if not lock.acquire(timeout=1):
        return
    try:
        done.append(name)
    finally:
        lock.release()


threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(done) >= 1
