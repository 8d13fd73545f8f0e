"""Two threads add to a number under a lock, a third asserts that the sum is not reached.

Bug: the assertion fails when the third comes last, in 2 of the 6 orders of the three critical sections.
"""

import threading

from pthreads import run


def test():
    data = 0
    m = threading.Lock()

    def add_one():
        nonlocal data
        with m:
            data += 1

    def add_two():
        nonlocal data
        with m:
            data += 2

    def check():
        with m:
            assert not data >= 3

    run(add_one, add_two, check)
