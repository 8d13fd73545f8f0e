"""A latch that opens when it was counted down as often as it was told.

Expect: pass
"""

import threading


class Latch:
    def __init__(self, count):
        self._count = count
        self._condition = threading.Condition()

    def count_down(self):
        with self._condition:
            self._count -= 1
            if self._count == 0:
                self._condition.notify_all()

    def wait(self):
        with self._condition:
            while self._count > 0:
                self._condition.wait()


latch = Latch(2)
done = []


def work(name):
    done.append(name)
    latch.count_down()


for name in "ab":
    threading.Thread(target=work, args=(name,)).start()
latch.wait()
assert sorted(done) == ["a", "b"]
