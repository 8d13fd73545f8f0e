"""Two accounts are locked in the order in which the money goes.

Expect: fail deadlock
"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    with source.lock, target.lock:
        source.balance -= amount
        target.balance += amount


a, b = Account(10), Account(10)
threading.Thread(target=transfer, args=(a, b, 3)).start()
threading.Thread(target=transfer, args=(b, a, 5)).start()
