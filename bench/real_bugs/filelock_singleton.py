"""filelock: is_singleton=True must give one instance per path, also to two threads at once."""

import os
import tempfile
import threading

from filelock import FileLock

PATH = os.path.join(tempfile.gettempdir(), "filelock-singleton-%d.lock" % os.getpid())


def test():
    got = {}

    def worker(name):
        got[name] = FileLock(PATH, is_singleton=True)

    threads = [threading.Thread(target=worker, args=(n,), name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert got["T1"] is got["T2"]
