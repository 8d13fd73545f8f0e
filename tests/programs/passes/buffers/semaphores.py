"""A bounded buffer of two semaphores and a lock.

Expect: pass
"""

import collections
import threading

room = threading.Semaphore(1)
filled = threading.Semaphore(0)
lock = threading.Lock()
items = collections.deque()
received = []


def produce(item):
    room.acquire()
    with lock:
        items.append(item)
    filled.release()


def consume():
    for _ in range(2):
        filled.acquire()
        with lock:
            item = items.popleft()
        room.release()
        received.append(item)


consumer = threading.Thread(target=consume)
consumer.start()
for number in (1, 2):
    threading.Thread(target=produce, args=(number,)).start()
consumer.join()
assert sorted(received) == [1, 2]
