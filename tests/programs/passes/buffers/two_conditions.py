"""A bounded buffer: one lock, one condition for room and one for items.

Expect: pass
"""

import threading


class Buffer:
    def __init__(self, size):
        self.size = size
        self.items = []
        lock = threading.Lock()
        self.has_room = threading.Condition(lock)
        self.has_items = threading.Condition(lock)

    def put(self, item):
        with self.has_room:
            while len(self.items) == self.size:
                self.has_room.wait()
            self.items.append(item)
            self.has_items.notify()

    def get(self):
        with self.has_items:
            while not self.items:
                self.has_items.wait()
            item = self.items.pop(0)
            self.has_room.notify()
            return item


buffer = Buffer(1)
received = []


def produce():
    for item in (1, 2):
        buffer.put(item)


def consume():
    for _ in range(2):
        received.append(buffer.get())


threads = [threading.Thread(target=produce), threading.Thread(target=consume)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert received == [1, 2]
