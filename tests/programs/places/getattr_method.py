"""A switch inside __getattr__, which makes what is missing.

Prints: 1 | 2
"""

import threading


class Lazy:
    def __init__(self):
        self.made = 0

    def __getattr__(self, name):
        value = [name]
        self.made += 1
        setattr(self, name, value)
        return value


lazy = Lazy()
threads = [threading.Thread(target=lambda: lazy.rows) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(lazy.made)
