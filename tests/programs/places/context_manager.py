"""A switch inside __enter__ and __exit__, and in a contextlib.contextmanager.

Prints: 0 1 | 0 2
"""

import contextlib
import threading


class Inside:
    now = 0
    most = 0


@contextlib.contextmanager
def inside():
    Inside.now += 1
    Inside.most = max(Inside.most, Inside.now)
    try:
        yield
    finally:
        Inside.now -= 1


lock = threading.Lock()


class Guarded:
    def __enter__(self):
        lock.acquire()
        self.manager = inside()
        self.manager.__enter__()
        lock.release()

    def __exit__(self, *details):
        with lock:
            self.manager.__exit__(*details)


def work():
    with Guarded():
        pass


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(Inside.now, Inside.most)
