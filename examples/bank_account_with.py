"""The bank account, with the lock in a `with` statement.

`with lock:` acquires the lock and releases it at the end of the block, whatever way the block
is left. It is what one normally writes: the release cannot be forgotten.

Expect: pass
Outcomes: b.bal = 50
"""

import threading


class BankAccount:
    def __init__(self):
        self.bal = 0
        self.lock = threading.Lock()

    def deposit(self, amt):
        with self.lock:
            balance = self.bal
            self.bal = balance + amt

    def withdraw(self, amt):
        with self.lock:
            balance = self.bal
            self.bal = balance - amt


b = BankAccount()
t1 = threading.Thread(target=b.deposit, args=(100,))
t2 = threading.Thread(target=b.withdraw, args=(50,))
t1.start()
t2.start()
