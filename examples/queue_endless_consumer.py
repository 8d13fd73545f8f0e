"""A consumer that never ends.

A queue hands items from thread to thread, and `get` waits while it is empty. The consumer asks
for ever, but the producer stops after two items: nobody will put a third one, and as the consumer
is no daemon the program cannot end. This program hangs.

Expect: fail deadlock/queue
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


producer = threading.Thread(target=produce)
consumer = threading.Thread(target=consume)
producer.start()
consumer.start()
