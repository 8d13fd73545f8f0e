"""Two threads hit one rate limit of the package `limits`: both hits must be counted.

`MemoryStorage.incr` in limits 3.6.0 does `self.storage[key] += amount` without a lock. Both
threads can read the old count, and then one hit is lost: the limit can be exceeded. Install
the package first, then check the function:

    pip install limits==3.6.0
    treadle check examples/real/limits_lost_hit.py::test

Expect: fail assertion
"""

import threading

from limits.storage import MemoryStorage


def test():
    storage = MemoryStorage()
    storage.timer.join()  # the constructor's own expiry timer, which fires once

    first = threading.Thread(target=storage.incr, args=("key", 3600))
    second = threading.Thread(target=storage.incr, args=("key", 3600))
    first.start()
    second.start()
    first.join()
    second.join()
    hits = storage.get("key")

    for thread in threading.enumerate():  # the expiry timers that the hits started
        if isinstance(thread, threading.Timer):
            thread.join()
    assert hits == 2, f"{hits} of 2 hits counted"


if __name__ == "__main__":
    test()
