"""A condition tested with `if` instead of `while`.

A notified consumer still has to get the lock. Meanwhile the other consumer can come, find the
item and take it. The first one then goes on as if the item were there: pop from empty list. With
`while` it would look again, and wait again.

Expect: fail exception
"""

import threading

condition = threading.Condition()
items = []


def produce():
    for item in (1, 2):
        with condition:
            items.append(item)
            condition.notify()


def consume():
    with condition:
        if not items:
            condition.wait()
        print("consumed", items.pop(0))


consumer1 = threading.Thread(target=consume)
consumer2 = threading.Thread(target=consume)
producer = threading.Thread(target=produce)
consumer1.start()
consumer2.start()
producer.start()
