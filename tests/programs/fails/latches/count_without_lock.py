"""The latch is counted down without a lock: it may never open.

Expect: fail deadlock
"""

import threading

left = 2
opened = threading.Event()


def work():
    global left
    left -= 1
    if left == 0:
        opened.set()


for _ in range(2):
    threading.Thread(target=work).start()
opened.wait()
