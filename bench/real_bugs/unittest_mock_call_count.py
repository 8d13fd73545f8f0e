"""unittest.mock: two threads call one mock; both calls must be counted."""

import threading
from unittest.mock import Mock


def test():
    m = Mock()
    threads = [threading.Thread(target=m, name=n) for n in ("T1", "T2")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert m.call_count == 2, m.call_count
