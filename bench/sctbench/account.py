"""A bank account, with a check that only looks once money was paid in and taken out.

Bug: the balance expected is (1 - 2) - 4, the one reached 1 + 2 - 4. It shows when the check comes last,
in 2 of the 6 orders of the three critical sections.
"""

import threading

from pthreads import run


def test():
    x, y, z = 1, 2, 4
    balance = x
    deposit_done = withdraw_done = False
    m = threading.Lock()

    def check():
        with m:
            if deposit_done and withdraw_done:
                assert balance == (x - y) - z

    def deposit():
        nonlocal balance, deposit_done
        with m:
            balance = balance + y
            deposit_done = True

    def withdraw():
        nonlocal balance, withdraw_done
        with m:
            balance = balance - z
            withdraw_done = True

    run(check, deposit, withdraw)
