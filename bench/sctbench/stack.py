"""One thread pushes ten numbers on a stack, another pops ten, each operation under a lock.

Bug: a flag says that something was pushed, and stays up. Two pops in a row after one push find an empty
stack, and an assertion fails.
"""

import threading

from pthreads import run

SIZE = 10
OVERFLOW = UNDERFLOW = -1


def test():
    top = 0
    items = [0] * SIZE
    flag = False
    m = threading.Lock()

    def push(value):
        nonlocal top
        if top == SIZE:
            return OVERFLOW
        items[top] = value
        top += 1
        return value

    def pop():
        nonlocal top
        if top == 0:
            return UNDERFLOW
        top -= 1
        return items[top]

    def pusher():
        nonlocal flag
        for i in range(SIZE):
            with m:
                assert push(i) != OVERFLOW
                flag = True

    def popper():
        for _ in range(SIZE):
            with m:
                if flag:
                    assert pop() != UNDERFLOW

    run(pusher, popper)
