"""Two threads share an account, and one update is lost.

Each method reads the balance, computes, and writes it back. When the other thread writes in
between, its update is overwritten with a stale value. Run one after the other, the two threads
always leave 50; only interleaving them gives 100 or -50. This is thread interference.

Expect: fail interference
Outcomes: b.bal = 50 | b.bal = 100 | b.bal = -50
"""

import threading


class BankAccount:
    def __init__(self):
        self.bal = 0

    def deposit(self, amt):
        balance = self.bal
        self.bal = balance + amt

    def withdraw(self, amt):
        balance = self.bal
        self.bal = balance - amt


b = BankAccount()
t1 = threading.Thread(target=b.deposit, args=(100,))
t2 = threading.Thread(target=b.withdraw, args=(50,))
t1.start()
t2.start()
