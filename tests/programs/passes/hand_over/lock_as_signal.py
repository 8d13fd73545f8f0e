"""A plain lock as a signal: taken by one thread, released by another.

Expect: pass
"""

import threading

signal = threading.Lock()
signal.acquire()
letters = []


def first():
    letters.append("a")
    signal.release()


def second():
    with signal:
        letters.append("b")


threads = [threading.Thread(target=second), threading.Thread(target=first)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert letters == ["a", "b"]
