"""Two methods that protect one counter with two locks.

Expect: fail interference
"""

import threading


class Counter:
    def __init__(self):
        self._up_lock = threading.Lock()
        self._down_lock = threading.Lock()
        self.value = 0

    def up(self):
        with self._up_lock:
            self.value += 1

    def down(self):
        with self._down_lock:
            self.value -= 1


counter = Counter()
for method in (counter.up, counter.down):
    threading.Thread(target=method).start()
