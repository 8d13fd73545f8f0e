"""The buffer of semaphores, but the consumer takes the lock before it waits for an item.

Expect: fail deadlock
"""

import collections
import threading

filled = threading.Semaphore(0)
lock = threading.Lock()
items = collections.deque()


def produce():
    with lock:
        items.append(1)
    filled.release()


def consume():
    with lock:
        filled.acquire()
        items.popleft()


threading.Thread(target=consume).start()
threading.Thread(target=produce).start()
