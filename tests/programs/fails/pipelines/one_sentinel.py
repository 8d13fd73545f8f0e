"""Two workers and one sentinel: one of them never ends.

Expect: fail deadlock
"""

import queue
import threading

tasks = queue.Queue()


def work():
    while tasks.get() is not None:
        pass


workers = [threading.Thread(target=work) for _ in range(2)]
for worker in workers:
    worker.start()
tasks.put(1)
tasks.put(None)
for worker in workers:
    worker.join()
