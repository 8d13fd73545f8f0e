"""Threads that wait for each other at a barrier.

Each thread writes its half, then waits at the barrier until all have come. Behind it, everybody
can rely on both halves: the barrier separates the phase of writing from the phase of reading.

Expect: pass
"""

import threading

barrier = threading.Barrier(2)
halves = [None, None]


def work(number, text):
    halves[number] = text
    barrier.wait()
    assert halves == ["left", "right"]


t1 = threading.Thread(target=work, args=(0, "left"))
t2 = threading.Thread(target=work, args=(1, "right"))
t1.start()
t2.start()
