"""An actor: only its own thread touches its state, the others send it messages.

Expect: pass
"""

import queue
import threading


class Account(threading.Thread):
    def __init__(self):
        super().__init__()
        self.mailbox = queue.Queue()
        self.balance = 0

    def run(self):
        while (message := self.mailbox.get()) != "stop":
            name, amount = message
            if name == "deposit":
                self.balance += amount
            elif self.balance >= amount:
                self.balance -= amount


account = Account()
account.start()
clients = [
    threading.Thread(target=account.mailbox.put, args=(("deposit", 10),)),
    threading.Thread(target=account.mailbox.put, args=(("withdraw", 3),)),
]
for client in clients:
    client.start()
for client in clients:
    client.join()
account.mailbox.put("stop")
account.join()
assert account.balance in (7, 10)
