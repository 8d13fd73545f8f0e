"""A switch inside __hash__, which set.add calls; the set grows meanwhile.

Prints: a b | b a
"""

import threading

order = []


class Item:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        order.append(self.name)
        return len(order)


items = set()
threads = [threading.Thread(target=items.add, args=(Item(name),)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(items) == 2
print(*order)
