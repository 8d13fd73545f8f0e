"""A switch inside a comprehension over a dictionary that grows.

Prints: 1 | 2 | RuntimeError
"""

import threading

table = {"a": 1}
seen = []


def copy():
    try:
        seen.append(len({key: -value for key, value in table.items()}))
    except RuntimeError as error:
        seen.append(type(error).__name__)


def grow():
    table["b"] = 2


threads = [threading.Thread(target=copy), threading.Thread(target=grow)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen[0])
