"""The snapshot is replaced without a lock: a route is lost.

Expect: fail assertion
"""

import threading


class Routes:
    def __init__(self):
        self._routes = ()

    def add(self, route):
        self._routes = (*self._routes, route)


routes = Routes()
writers = [threading.Thread(target=routes.add, args=(name,)) for name in "ab"]
for writer in writers:
    writer.start()
for writer in writers:
    writer.join()
assert len(routes._routes) == 2
