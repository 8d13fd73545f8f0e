"""A pool made by hand: a task that raises takes its worker along, and who joins the queue waits for ever.

Expect: fail deadlock
"""

import queue
import threading

tasks = queue.Queue()


def work():
    while True:
        tasks.get()()
        tasks.task_done()


threading.Thread(target=work, daemon=True).start()
tasks.put(lambda: 1 // 0)
tasks.join()
