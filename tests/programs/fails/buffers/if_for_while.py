"""The buffer of two consumers with an `if`: one may be woken for an item that the other has taken.

Expect: fail exception
"""

import threading

items = []
condition = threading.Condition()


def produce():
    for item in (1, 2):
        with condition:
            items.append(item)
            condition.notify()


def consume():
    with condition:
        if not items:
            condition.wait()
        items.pop(0)


for target in (consume, consume, produce):
    threading.Thread(target=target).start()
