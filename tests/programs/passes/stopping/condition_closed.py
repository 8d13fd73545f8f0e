"""A queue made by hand that can be closed: who waits for items is told so.

Expect: pass
"""

import threading


class Closable:
    def __init__(self):
        self._condition = threading.Condition()
        self._items = []
        self._is_closed = False

    def put(self, item):
        with self._condition:
            self._items.append(item)
            self._condition.notify()

    def close(self):
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()

    def __iter__(self):
        while True:
            with self._condition:
                while not self._items and not self._is_closed:
                    self._condition.wait()
                if not self._items:
                    return
                item = self._items.pop(0)
            yield item


items = Closable()
seen = []
reader = threading.Thread(target=lambda: seen.extend(items))
reader.start()
items.put(1)
items.close()
reader.join()
assert seen == [1]
