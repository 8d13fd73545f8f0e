"""While list.sort() calls the key function the list is empty; who changes it then is told off.

Prints: sorted 2 | sorted 0 | ValueError 0
"""

import threading

items = [2, 1]
seen = []
looked = []


class Rank:
    asked = 0


def key(item):
    Rank.asked += 1
    return item


def sort():
    try:
        items.sort(key=key)
        seen.append("sorted")
    except ValueError as error:
        seen.append(type(error).__name__)


def look():
    asked = Rank.asked
    looked.append(len(items))
    if looked[0] == 0 and asked == 1:
        items.append(3)


threads = [threading.Thread(target=sort), threading.Thread(target=look)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen[0], looked[0])
