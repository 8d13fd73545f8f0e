"""The bank account, with the lock released in `finally`.

The account refuses to be overdrawn, by an exception, and that leaves `withdraw` in the middle.
`finally` releases the lock all the same, so the deposit can go on; it is what `with` does behind
the scenes.

Expect: pass
Outcomes: b.bal = 200
"""

import threading


class BankAccount:
    def __init__(self, bal):
        self.bal = bal
        self.lock = threading.Lock()

    def deposit(self, amt):
        self.lock.acquire()
        try:
            self.bal = self.bal + amt
        finally:
            self.lock.release()

    def withdraw(self, amt):
        self.lock.acquire()
        try:
            if amt > self.bal:
                raise ValueError("not enough money")
            self.bal = self.bal - amt
        finally:
            self.lock.release()


def shop():
    try:
        b.withdraw(500)
    except ValueError as reason:
        print("refused:", reason)


b = BankAccount(100)
t1 = threading.Thread(target=b.deposit, args=(100,))
t2 = threading.Thread(target=shop)
t1.start()
t2.start()
