"""A producer that waits for an empty slot, and a consumer that never empties it.

Bug: the producer waits for ever, in every execution.
"""

import threading

from pthreads import Condition, run


def test():
    num = 1
    m = threading.Lock()
    empty = Condition(m)
    full = Condition(m)

    def producer():
        nonlocal num
        m.acquire()
        while num > 0:
            empty.wait()
        num += 1
        m.release()
        full.notify()

    def consumer():
        m.acquire()
        while num == 0:
            full.wait()
        m.release()
        empty.notify()

    run(producer, consumer)
