"""mock: the child of a Mock is one object, also when two threads touch it first."""

import threading

from mock import Mock


def test():
    m = Mock()

    def worker():
        m.child("call")

    threads = [threading.Thread(target=worker, name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(m.child.call_args_list) == 2, m.child.call_args_list
