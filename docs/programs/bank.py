class Account:
    def __init__(self):
        self.bal = 0

    def deposit(self, amount):
        balance = self.bal
        self.bal = balance + amount

    def withdraw(self, amount):
        balance = self.bal
        self.bal = balance - amount
