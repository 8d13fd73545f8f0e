"""Two accounts are locked in the order of their numbers, whichever way the money goes.

Expect: pass
"""

import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock, second.lock:
        source.balance -= amount
        target.balance += amount


a, b = Account(1, 10), Account(2, 10)
threads = [
    threading.Thread(target=transfer, args=(a, b, 3)),
    threading.Thread(target=transfer, args=(b, a, 5)),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert (a.balance, b.balance) == (12, 8)
