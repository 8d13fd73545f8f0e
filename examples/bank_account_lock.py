"""The bank account, made safe by a lock.

A lock is held by one thread at a time: who calls `acquire` while another holds it waits until
that one calls `release`. Reading and writing the balance between the two calls can no longer be
torn apart, so every order leaves 50.

Expect: pass
Outcomes: b.bal = 50
"""

import threading


class BankAccount:
    def __init__(self):
        self.bal = 0
        self.lock = threading.Lock()

    def deposit(self, amt):
        self.lock.acquire()
        balance = self.bal
        self.bal = balance + amt
        self.lock.release()

    def withdraw(self, amt):
        self.lock.acquire()
        balance = self.bal
        self.bal = balance - amt
        self.lock.release()


b = BankAccount()
t1 = threading.Thread(target=b.deposit, args=(100,))
t2 = threading.Thread(target=b.withdraw, args=(50,))
t1.start()
t2.start()
