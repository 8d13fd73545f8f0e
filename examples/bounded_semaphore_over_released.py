"""A permit is given back that was never taken.

The visitor only tries to get in, but `finally` releases in any case. A visitor who was turned
away gives back the other's permit, and when that one leaves there is one permit too many. A
`BoundedSemaphore` notices and raises ValueError; a plain `Semaphore` would silently let in more
than it should from then on.

Expect: fail exception
"""

import threading

permits = threading.BoundedSemaphore(1)


def visit():
    try:
        if permits.acquire(blocking=False):
            print("inside")
    finally:
        permits.release()


t1 = threading.Thread(target=visit)
t2 = threading.Thread(target=visit)
t1.start()
t2.start()
