"""Readers look at an unchangeable snapshot without a lock; writers make a new one under theirs.

Expect: pass
"""

import threading


class Routes:
    def __init__(self):
        self._lock = threading.Lock()
        self._routes = ()

    def add(self, route):
        with self._lock:
            self._routes = (*self._routes, route)

    def find(self):
        return list(self._routes)


routes = Routes()
writers = [threading.Thread(target=routes.add, args=(name,)) for name in "ab"]
for writer in writers:
    writer.start()
assert len(routes.find()) <= 2
for writer in writers:
    writer.join()
assert sorted(routes.find()) == ["a", "b"]
