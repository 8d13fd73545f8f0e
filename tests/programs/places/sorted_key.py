"""A switch inside the key function of sorted().

Prints: 1 | 2 | 3
"""

import threading


class Calls:
    count = 0


def key(item):
    count = Calls.count
    Calls.count = count + 1
    return -item


results = []


def sort(items):
    results.append(sorted(items, key=key))


threads = [threading.Thread(target=sort, args=(items,)) for items in ([1, 2], [3])]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(map(len, results)) == [1, 2]
print(Calls.count)
