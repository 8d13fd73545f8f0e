"""The same consumer, ended properly.

The consumer says `task_done` for every item, and the main thread waits with `q.join` until all
items that were put are done. The consumer is a daemon: a thread that the program does not wait
for when it ends.

Expect: pass
"""

import queue
import threading

q = queue.Queue()


def produce():
    q.put("first")
    q.put("second")


def consume():
    while True:
        print("consumed", q.get())
        q.task_done()


producer = threading.Thread(target=produce)
consumer = threading.Thread(target=consume, daemon=True)
producer.start()
consumer.start()
producer.join()
q.join()
print("all done")
