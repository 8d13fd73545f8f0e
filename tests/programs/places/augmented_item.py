"""A switch between the two halves of an augmented assignment to what __getitem__ and __setitem__ keep.

Prints: 1 | 2
"""

import threading


class Row:
    def __init__(self):
        self.cells = {}

    def __getitem__(self, key):
        return self.cells.get(key, 0)

    def __setitem__(self, key, value):
        self.cells[key] = value


row = Row()


def count():
    row["x"] += 1


threads = [threading.Thread(target=count) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(row["x"])
