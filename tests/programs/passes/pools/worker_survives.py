"""A pool made by hand: a task that raises is reported, and its worker goes on.

Expect: pass
"""

import queue
import threading

tasks = queue.Queue()
outcomes = queue.Queue()


def work():
    while (task := tasks.get()) is not None:
        try:
            outcomes.put(task())
        except ZeroDivisionError as error:
            outcomes.put(type(error).__name__)


worker = threading.Thread(target=work)
worker.start()
tasks.put(lambda: 1 // 0)
tasks.put(lambda: 7)
tasks.put(None)
worker.join()
assert (outcomes.get(), outcomes.get()) == ("ZeroDivisionError", 7)
