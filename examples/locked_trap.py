"""Asking `locked()` first does not help.

Initialise once: whoever finds it not done, and the lock free, does it. But what `locked()` says
is only true at that moment. Both threads can see a free lock; then both take it, one after the
other, and initialise twice. The check and the use must be one step, under the lock.

Expect: fail assertion
"""

import threading

lock = threading.Lock()
ready = False
initialised = 0


def initialise_once():
    global ready, initialised
    if not ready and not lock.locked():
        with lock:
            initialised = initialised + 1
            ready = True


t1 = threading.Thread(target=initialise_once)
t2 = threading.Thread(target=initialise_once)
t1.start()
t2.start()
t1.join()
t2.join()
assert initialised == 1, f"initialised {initialised} times"
