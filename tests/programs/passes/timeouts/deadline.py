"""One deadline for several waits, on the clock.

Expect: pass
"""

import threading
import time

events = [threading.Event(), threading.Event()]
deadline = time.monotonic() + 0.5
missing = []


def wait_for_all():
    for number, event in enumerate(events):
        left = max(0, deadline - time.monotonic())
        if not event.wait(left):
            missing.append(number)


waiter = threading.Thread(target=wait_for_all)
waiter.start()
events[0].set()
waiter.join()
assert missing == [1]
assert time.monotonic() >= deadline
