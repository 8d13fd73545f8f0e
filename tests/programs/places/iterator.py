"""A switch inside __iter__, __next__, __len__, __bool__ and __contains__.

Prints: True True 1 | True True 2
"""

import threading


class Calls:
    count = 0


class Series:
    def __init__(self, left):
        self.left = left

    def __iter__(self):
        return self

    def __next__(self):
        count = Calls.count
        Calls.count = count + 1
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return self.left


class Box:
    lock = threading.Lock()

    def __len__(self):
        with self.lock:
            return 1

    def __contains__(self, item):
        with self.lock:
            return True


box = Box()
answers = []


def use(series):
    answers.append(bool(box) and 5 in box)
    for _ in series:
        break


threads = [threading.Thread(target=use, args=(Series(1),)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*answers, Calls.count)
