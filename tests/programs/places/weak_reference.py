"""A weak reference may be dead at the second look; its callback comes where the object goes.

Prints: alive, gone | gone, dead
"""

import threading
import weakref


class Node:
    pass


class Holder:
    node = Node()


lock = threading.Lock()
seen = []
reference = weakref.ref(Holder.node, lambda _: seen.append("gone"))


def look():
    with lock:
        seen.append("dead" if reference() is None else "alive")


def drop():
    with lock:
        Holder.node = None


threads = [threading.Thread(target=look), threading.Thread(target=drop)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(", ".join(seen))
