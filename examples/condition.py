"""Produce and consume with a condition.

The consumer waits, under the lock, *while* there is nothing to take. `wait` gives the lock back
while it sleeps and has it again when it returns. The producer adds something and notifies. Who
is woken looks again before taking: that is why it says `while`.

Expect: pass
Outcomes: items = []
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
    for _ in range(2):
        with condition:
            while not items:
                condition.wait()
            print("consumed", items.pop(0))


producer = threading.Thread(target=produce)
consumer = threading.Thread(target=consume)
producer.start()
consumer.start()
