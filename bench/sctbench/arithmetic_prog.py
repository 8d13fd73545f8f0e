"""A producer and a consumer on two conditions, notified after the lock is let go; then a sum is checked.

Bug: the consumer's sum is 0 + 1 + 2 + 3 whatever the order, and the assertion says that it is not. It fails
in every execution.
"""

import threading

from pthreads import Condition, run

N = 3


def test():
    num = total = flag = 0
    m = threading.Lock()
    empty = Condition(m)
    full = Condition(m)

    def producer():
        nonlocal num
        for _ in range(N):
            m.acquire()
            while num > 0:
                empty.wait()
            num += 1
            m.release()
            full.notify()

    def consumer():
        nonlocal num, total, flag
        for j in range(N):
            m.acquire()
            while num == 0:
                full.wait()
            total += j
            num -= 1
            m.release()
            empty.notify()
        total += N
        flag = 1

    run(producer, consumer)
    if flag:
        assert total != N * (N + 1) // 2
