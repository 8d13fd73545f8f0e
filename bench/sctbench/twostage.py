"""One thread sets two values, each under a lock of its own; another reads both, one after the other.

Bug: between the two stages the first value is new and the second old. A reader that comes then fails.
"""

import threading

from pthreads import run


def test():
    data1 = data2 = 0
    lock1, lock2 = threading.Lock(), threading.Lock()

    def writer():
        nonlocal data1, data2
        with lock1:
            data1 = 1
        with lock2:
            data2 = data1 + 1

    def reader():
        with lock1:
            if data1 == 0:
                return
            first = data1
        with lock2:
            second = data2
        assert second == first + 1

    run(writer, reader)
