import threading


class Account:
    def __init__(self):
        self.bal = 0
        self.lock = threading.Lock()

    def deposit(self, amount):
        with self.lock:
            self.bal += amount

    def withdraw(self, amount):
        with self.lock:
            self.bal -= amount
