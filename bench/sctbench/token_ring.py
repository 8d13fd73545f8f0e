"""A token is handed round by three threads, each step under one lock; a fourth checks that all have it.

Bug: nobody sees to it that they take their turns in order. It shows in 4 of the 24 orders.
"""

import threading

from pthreads import run


def test():
    x1, x2, x3 = 1, 2, 1
    flag1 = flag2 = flag3 = False
    m = threading.Lock()

    def first():
        nonlocal x1, flag1
        with m:
            x1 = (x3 + 1) % 4
            flag1 = True

    def second():
        nonlocal x2, flag2
        with m:
            x2 = x1
            flag2 = True

    def third():
        nonlocal x3, flag3
        with m:
            x3 = x2
            flag3 = True

    def check():
        with m:
            if flag1 and flag2 and flag3:
                assert x1 == x2 == x3

    run(first, second, third, check)
