"""Two locks, taken in opposite orders.

Bug: a deadlock when each thread has its first lock, in 1 of 3 interleavings that differ.
"""

import threading

from pthreads import run


def test():
    counter = 0
    a, b = threading.Lock(), threading.Lock()

    def up():
        nonlocal counter
        with a, b:
            counter += 1

    def down():
        nonlocal counter
        with b, a:
            counter -= 1

    run(up, down)
