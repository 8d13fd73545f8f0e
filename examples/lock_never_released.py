"""A lock that is not released on every way out.

`withdraw` returns early when there is not enough money, and forgets the lock. If the withdrawal
comes first, the deposit waits for a lock whose holder has ended: nobody will ever release it.
With `with` this cannot happen.

Expect: fail deadlock/leaked-lock
"""

import threading


class BankAccount:
    def __init__(self):
        self.bal = 0
        self.lock = threading.Lock()

    def deposit(self, amt):
        self.lock.acquire()
        self.bal = self.bal + amt
        self.lock.release()

    def withdraw(self, amt):
        self.lock.acquire()
        if amt > self.bal:
            return
        self.bal = self.bal - amt
        self.lock.release()


b = BankAccount()
t1 = threading.Thread(target=b.deposit, args=(100,))
t2 = threading.Thread(target=b.withdraw, args=(50,))
t1.start()
t2.start()
