"""A switch inside __eq__, which a dictionary written in C calls while it looks for a key.

Prints: 1 | 2
"""

import threading


class Key:
    compared = 0

    def __hash__(self):
        return 1

    def __eq__(self, other):
        compared = Key.compared
        Key.compared = compared + 1
        return True


table = {Key(): "value"}


def look():
    assert table[Key()] == "value"


threads = [threading.Thread(target=look) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(Key.compared)
