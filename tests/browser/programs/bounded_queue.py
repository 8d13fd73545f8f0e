"""A bounded queue between a producer and two consumers, who count what they took without a lock."""

import queue
import threading

tasks = queue.Queue(maxsize=2)
taken = 0


def produce():
    for item in ("a", "b", "c", "d"):
        tasks.put(item)
    tasks.put(None)
    tasks.put(None)


def consume():
    global taken
    while tasks.get() is not None:
        count = taken
        taken = count + 1
        tasks.task_done()


threads = [threading.Thread(target=f) for f in (produce, consume, consume)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert taken == 4, f"{taken} of 4 were counted"
