"""A condition is notified before anybody waits.

`notify` wakes those who wait now; it leaves nothing behind for those who come later. If the cook
is quicker than the guest, the guest waits for ever. A condition needs a fact to look at, here
"the meal is ready", and a waiter must look before waiting. This program can hang.

Expect: fail deadlock/lost-wakeup
"""

import threading

condition = threading.Condition()


def cook():
    with condition:
        condition.notify()


def eat():
    with condition:
        condition.wait()
    print("eating")


chef = threading.Thread(target=cook)
guest = threading.Thread(target=eat)
chef.start()
guest.start()
