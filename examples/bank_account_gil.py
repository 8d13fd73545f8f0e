"""The same account on interpreters with and without the GIL.

The GIL lets one thread run Python code at a time, and CPython takes it away only at certain places:
on entering a function, when a loop goes back, after a call of something written in C. From 3.11 on
there is no such place between reading the balance and writing it back in `deposit` and `withdraw`,
so no update is lost there. Up to 3.9, and without the GIL (3.13t, 3.14t), nothing prevents it. A call
between the two, a `print` to debug it, is enough to break it everywhere.

Models: free-threaded breaks | gil-3.10 safe | gil safe
Expect: fail interference
Outcomes: b.bal = 50 | b.bal = 100 | b.bal = -50
"""

import threading


class BankAccount:
    def __init__(self):
        self.bal = 0

    def deposit(self, amt):
        self.bal += amt

    def withdraw(self, amt):
        self.bal -= amt


b = BankAccount()
t1 = threading.Thread(target=b.deposit, args=(100,))
t2 = threading.Thread(target=b.withdraw, args=(50,))
t1.start()
t2.start()
t1.join()
t2.join()
