"""One condition for both directions is enough if everybody is woken and looks again.

Expect: pass-or-inconclusive
"""

import threading

slot = []
condition = threading.Condition()


def produce(item):
    with condition:
        condition.wait_for(lambda: not slot)
        slot.append(item)
        condition.notify_all()


def consume():
    with condition:
        condition.wait_for(lambda: slot)
        slot.pop()
        condition.notify_all()


threads = [threading.Thread(target=produce, args=(item,)) for item in (1, 2)]
threads += [threading.Thread(target=consume) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert slot == []
