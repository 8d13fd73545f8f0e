"""fasteners: a writer takes a read lock too, while another writer waits; nobody may hang."""

import threading

from fasteners import ReaderWriterLock


def test():
    lock = ReaderWriterLock()
    done = []

    def first():
        with lock.write_lock():
            with lock.read_lock():  # allowed: the writer may read
                done.append("first")

    def second():
        with lock.write_lock():
            done.append("second")

    threads = [
        threading.Thread(target=first, name="T1", daemon=True),
        threading.Thread(target=second, name="T2", daemon=True),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(done) == ["first", "second"]
