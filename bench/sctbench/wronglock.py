"""One thread adds to a number under one lock, others under another.

Bug: the two locks do not exclude each other, so the first thread can find that its addition was lost.
"""

import threading

from pthreads import run


def wronglock(others):
    data = 0
    data_lock, this_lock = threading.Lock(), threading.Lock()

    def right():
        nonlocal data
        with data_lock:
            x = data
            data += 1
            assert data == x + 1

    def wrong():
        nonlocal data
        with this_lock:
            data += 1

    run(right, *[wrong] * others)


def test_1():
    wronglock(1)


def test_3():
    wronglock(3)
