"""A daemon works until the program ends; join() of the queue says when everything is done.

Expect: pass
"""

import queue
import threading

tasks = queue.Queue()
results = []


def work():
    while True:
        task = tasks.get()
        try:
            results.append(task + 1)
        finally:
            tasks.task_done()


threading.Thread(target=work, daemon=True).start()
for number in (1, 2):
    tasks.put(number)
tasks.join()
assert results == [2, 3]
