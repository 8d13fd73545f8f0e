"""The worker says that a task is done before it is.

Expect: fail assertion
"""

import queue
import threading

tasks = queue.Queue()
results = []


def work():
    while True:
        task = tasks.get()
        tasks.task_done()
        results.append(task + 1)


threading.Thread(target=work, daemon=True).start()
tasks.put(1)
tasks.join()
assert results == [2]
