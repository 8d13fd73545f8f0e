"""Two workers share one sentinel: who gets it puts it back for the other.

Expect: pass
"""

import queue
import threading

tasks = queue.Queue()
done = queue.SimpleQueue()


def work():
    while True:
        task = tasks.get()
        if task is None:
            tasks.put(None)
            return
        done.put(task)


workers = [threading.Thread(target=work) for _ in range(2)]
for worker in workers:
    worker.start()
for number in (1, 2):
    tasks.put(number)
tasks.put(None)
for worker in workers:
    worker.join()
assert sorted(done.get() for _ in range(2)) == [1, 2]
