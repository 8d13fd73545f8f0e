"""Listeners are called from a copy of their list, so that they may go while they are called.

Expect: pass
"""

import threading


class Source:
    def __init__(self):
        self._lock = threading.Lock()
        self._listeners = []

    def add(self, listener):
        with self._lock:
            self._listeners.append(listener)

    def remove(self, listener):
        with self._lock:
            self._listeners.remove(listener)

    def fire(self):
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()


source = Source()
heard = []


def once():
    heard.append("once")


source.add(once)
source.add(lambda: heard.append("always"))
thread = threading.Thread(target=source.remove, args=(once,))
thread.start()
source.fire()
thread.join()
assert heard in (["once", "always"], ["always"])
