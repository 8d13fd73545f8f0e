"""A switch inside __get__ and __set__ of a descriptor.

Prints: 1 | 2
"""

import threading


class Field:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, instance, owner):
        return getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        setattr(instance, self.name, value)


class Counter:
    value = Field()


counter = Counter()


def count():
    counter.value += 1


threads = [threading.Thread(target=count) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counter.value)
