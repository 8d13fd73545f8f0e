"""Two threads exchange what they have, with two semaphores.

Expect: pass
"""

import threading

slots = [None, None]
arrived = [threading.Semaphore(0), threading.Semaphore(0)]
results = {}


def exchange(me, gift):
    slots[me] = gift
    arrived[me].release()
    arrived[1 - me].acquire()
    results[me] = slots[1 - me]


threads = [threading.Thread(target=exchange, args=pair) for pair in enumerate("ab")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert (results[0], results[1]) == ("b", "a")
