"""limits: two threads hit one in-memory rate limit; both hits must be counted."""

import threading

from limits.storage import MemoryStorage


def test():
    storage = MemoryStorage()
    storage.timer.join()  # the (one-shot) expiry timer of the constructor
    threads = [
        threading.Thread(target=storage.incr, args=("key", 3600), name=n) for n in ("T1", "T2")
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    n = storage.get("key")
    for t in threading.enumerate():  # the expiry timers that the hits started
        if isinstance(t, threading.Timer):
            t.join()
    assert n == 2, "hits counted: %d" % n
