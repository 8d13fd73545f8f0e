"""Attributes of a threading.local, set up by the __init__ of a subclass in each thread.

Prints: main [] a ['a'] b ['b']
"""

import threading


class Local(threading.local):
    def __init__(self):
        self.items = []


local = Local()
gate = threading.Barrier(2)
seen = {}


def work(name):
    local.items.append(name)
    gate.wait()
    seen[name] = list(local.items)


threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("main", local.items, "a", seen["a"], "b", seen["b"])
