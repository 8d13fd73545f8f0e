"""A switch inside a comprehension over a list that grows.

Prints: 1 | 2
"""

import threading

items = [1]
copies = []


def copy():
    copies.append([+item for item in items])


threads = [threading.Thread(target=copy), threading.Thread(target=items.append, args=(2,))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(copies[0]))
