"""dateutil: two threads read one rrule(cache=True); both must get the whole list."""

import datetime
import threading

from dateutil.rrule import DAILY, rrule


def test():
    rule = rrule(DAILY, count=3, dtstart=datetime.datetime(2024, 1, 1), cache=True)
    results = {}

    def reader(name):
        results[name] = list(rule)

    threads = [
        threading.Thread(target=reader, args=(n,), name=n, daemon=True) for n in ("T1", "T2")
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [len(results[n]) for n in ("T1", "T2")] == [3, 3], results
