"""A reentrant lock can be taken again by the thread that holds it.

The same program with an `RLock`, which knows its owner and counts: it is free for others when it
was released as often as acquired. So `transfer` may call `deposit` with the lock in its hand.

Expect: pass
Outcomes: balance = 20
"""

import threading

lock = threading.RLock()
balance = 0


def deposit(amt):
    global balance
    with lock:
        balance = balance + amt


def transfer():
    with lock:
        deposit(10)


t1 = threading.Thread(target=transfer)
t2 = threading.Thread(target=transfer)
t1.start()
t2.start()
