"""six: the first access to a lazy six.moves attribute from two threads must work in both."""

import importlib
import sys
import threading


def test():
    for name in [m for m in sys.modules if m == "six" or m.startswith("six.")]:
        del sys.modules[name]
    six = importlib.import_module("six")  # a fresh copy: nothing is resolved yet
    results, errors = [], []

    def worker():
        try:
            results.append(six.moves.range)
        except AttributeError as e:
            errors.append(e)

    threads = [threading.Thread(target=worker, name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors
    assert results == [range, range]
