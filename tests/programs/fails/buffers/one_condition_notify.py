"""One condition for both directions, and notify() wakes a thread of the wrong kind.

Expect: fail deadlock
"""

import threading

slot = []
condition = threading.Condition()


def produce(item):
    with condition:
        while slot:
            condition.wait()
        slot.append(item)
        condition.notify()


def consume():
    with condition:
        while not slot:
            condition.wait()
        slot.pop()
        condition.notify()


threads = [threading.Thread(target=consume) for _ in range(2)]
threads += [threading.Thread(target=produce, args=(item,)) for item in (1, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
