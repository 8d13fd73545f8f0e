"""A switch inside a metaclass, and inside the __set_name__ that it leads to.

Prints: 1 2 | 2 2
"""

import threading

lock = threading.Lock()
counts = {"metaclass": 0, "name": 0}


class Meta(type):
    def __new__(cls, name, bases, space):
        before = counts["metaclass"]
        counts["metaclass"] = before + 1
        return super().__new__(cls, name, bases, space)


class Field:
    def __set_name__(self, owner, name):
        with lock:
            counts["name"] += 1


def make():
    class Made(metaclass=Meta):
        field = Field()


threads = [threading.Thread(target=make) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*counts.values())
