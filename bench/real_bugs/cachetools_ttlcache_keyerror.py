"""cachetools: two threads call one @cached(TTLCache) function while an old entry has expired."""

import threading

from cachetools import TTLCache, cached


def test():
    now = [0]
    cache = TTLCache(maxsize=10, ttl=5, timer=lambda: now[0])

    @cached(cache)
    def double(x):
        return 2 * x

    double(1)
    now[0] = 100  # that entry is out of date
    errors = []

    def worker(x):
        try:
            double(x)
        except KeyError as e:
            errors.append(e)

    threads = [
        threading.Thread(target=worker, args=(x,), name=n) for x, n in ((2, "T1"), (3, "T2"))
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors
