"""A pool of connections: a semaphore counts them, a deque keeps them (its methods need no lock).

Expect: pass
"""

import collections
import contextlib
import threading


class Connections:
    def __init__(self, names):
        self._free = collections.deque(names)
        self._count = threading.BoundedSemaphore(len(names))

    @contextlib.contextmanager
    def connection(self):
        with self._count:
            name = self._free.popleft()
            try:
                yield name
            finally:
                self._free.append(name)


connections = Connections(["a"])
in_use = set()


def query():
    with connections.connection() as name:
        assert name not in in_use
        in_use.add(name)
        in_use.remove(name)


for _ in range(2):
    threading.Thread(target=query).start()
