"""Five threads, three permits.

The semaphore lets three threads in; the others wait until one of them leaves. The assertion says
so: never more than three inside. Five threads have very many interleavings, more than a search
may want to try.

Expect: pass-or-inconclusive
"""

import threading

permits = threading.BoundedSemaphore(3)
inside = []


def visit(name):
    with permits:
        inside.append(name)
        assert len(inside) <= 3
        inside.remove(name)


for name in ("Ada", "Bob", "Cyd", "Dan", "Eve"):
    threading.Thread(target=visit, args=(name,)).start()
