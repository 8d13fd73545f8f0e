"""A producer and a consumer of one slot, who notify after they have let go of the lock.

No bug: each waits in a loop for what it needs, and there is one of each. ``test_N`` is with one condition for
both, ``test_two_conditions`` with one for each.
"""

import threading

from pthreads import Condition, run


def slot(num, times, conditions=2):
    m = threading.Lock()
    empty = Condition(m)
    full = empty if conditions == 1 else Condition(m)

    def producer():
        nonlocal num
        for _ in range(times):
            m.acquire()
            while num > 0:
                empty.wait()
            num += 1
            m.release()
            full.notify()

    def consumer():
        nonlocal num
        for _ in range(times):
            m.acquire()
            while num == 0:
                full.wait()
            num -= 1
            m.release()
            empty.notify()

    run(producer, consumer)


def test_2():
    slot(0, 2, conditions=1)


def test_3():
    slot(0, 3, conditions=1)


def test_4():
    slot(0, 4, conditions=1)


def test_two_conditions():
    slot(0, 3)
