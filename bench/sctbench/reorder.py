"""Setters write two variables, one after the other; checkers assert that both were written or neither.

Bug: a checker that looks after the first ``a = 1`` and before the first ``b = -1`` fails. The more setters
there are, the smaller that window, so that choosing at random at every step finds it exponentially late.

``test_N_once`` is what an optimising C compiler makes of it: the checkers read each variable once.
"""

from pthreads import run


def reorder(setters, checkers, once=False):
    a = b = 0

    def setter():
        nonlocal a, b
        a = 1
        b = -1

    def checker():
        assert (a == 0 and b == 0) or (a == 1 and b == -1)

    def checker_that_reads_once():
        x = a
        y = b
        assert (x == 0 and y == 0) or (x == 1 and y == -1)

    run(*[setter] * setters, *[checker_that_reads_once if once else checker] * checkers)


def test_3():
    reorder(2, 1)


def test_4():
    reorder(3, 1)


def test_5():
    reorder(4, 1)


def test_10():
    reorder(9, 1)


def test_20():
    reorder(10, 10)


def test_3_once():
    reorder(2, 1, once=True)


def test_4_once():
    reorder(3, 1, once=True)


def test_5_once():
    reorder(4, 1, once=True)
