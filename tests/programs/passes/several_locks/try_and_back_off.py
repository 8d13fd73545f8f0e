"""Who does not get the second lock lets the first one go and tries again later.

Expect: pass-or-inconclusive
"""

import threading
import time

left, right = threading.Lock(), threading.Lock()
done = []


def work(name, first, second, pause):
    while True:
        with first:
            if second.acquire(blocking=False):
                try:
                    done.append(name)
                    return
                finally:
                    second.release()
        time.sleep(pause)


threads = [
    threading.Thread(target=work, args=("a", left, right, 1)),
    threading.Thread(target=work, args=("b", right, left, 2)),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(done) == ["a", "b"]
