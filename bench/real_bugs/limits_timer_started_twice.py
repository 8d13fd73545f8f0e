"""limits: two threads hit an in-memory limit when the expiry timer must be re-armed."""

import threading

from limits.storage import MemoryStorage


def test():
    storage = MemoryStorage()
    storage.timer.join()  # the (one-shot) expiry timer of the constructor is over
    errors = []

    def hit(key):
        try:
            storage.incr(key, 3600)
        except RuntimeError as e:
            errors.append(e)

    threads = [threading.Thread(target=hit, args=(n,), name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for t in threading.enumerate():  # the expiry timers that the hits started
        if isinstance(t, threading.Timer):
            t.join()
    assert not errors, errors
