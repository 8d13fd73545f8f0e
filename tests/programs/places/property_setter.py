"""A switch inside a property's setter: the check and what is stored are two things.

Prints: 0 | 2
"""

import threading


class Account:
    def __init__(self):
        self._balance = 2

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError
        self._balance = value


account = Account()


def pay():
    account.balance -= 2


def refund():
    account.balance += 2
    account.balance -= 2


threads = [threading.Thread(target=pay), threading.Thread(target=refund)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(account.balance)
