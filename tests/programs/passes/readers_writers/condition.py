"""A lock for many readers or one writer, made of a condition; writers that wait go first.

Expect: pass
"""

import contextlib
import threading


class ReadWriteLock:
    def __init__(self):
        self._condition = threading.Condition()
        self._readers = 0
        self._is_writing = False
        self._writers_waiting = 0

    @contextlib.contextmanager
    def reading(self):
        with self._condition:
            self._condition.wait_for(lambda: not self._is_writing and not self._writers_waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._condition:
                self._readers -= 1
                self._condition.notify_all()

    @contextlib.contextmanager
    def writing(self):
        with self._condition:
            self._writers_waiting += 1
            self._condition.wait_for(lambda: not self._is_writing and not self._readers)
            self._writers_waiting -= 1
            self._is_writing = True
        try:
            yield
        finally:
            with self._condition:
                self._is_writing = False
                self._condition.notify_all()


lock = ReadWriteLock()
table = {"a": 0, "b": 0}


def reader():
    with lock.reading():
        assert table["a"] == table["b"]


def writer():
    with lock.writing():
        table["a"] += 1
        table["b"] += 1


threads = [threading.Thread(target=target) for target in (reader, writer)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
