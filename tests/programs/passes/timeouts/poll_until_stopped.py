"""A worker that looks now and then whether it is to stop.

Expect: pass-or-inconclusive
"""

import queue
import threading

tasks = queue.Queue()
stopped = threading.Event()
done = []


def work():
    while not stopped.is_set():
        try:
            done.append(tasks.get(timeout=5))
        except queue.Empty:
            continue
        tasks.task_done()


worker = threading.Thread(target=work)
worker.start()
tasks.put(1)
tasks.join()
stopped.set()
worker.join()
assert done == [1]
