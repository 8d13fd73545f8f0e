"""Twelve threads that share a counter, a lock, a queue and an event."""

import queue
import threading

lock = threading.Lock()
jobs = queue.Queue()
ready = threading.Event()
done = []
total = 0


def work(n):
    global total
    ready.wait()
    job = jobs.get()
    with lock:
        done.append(n)
    before = total
    total = before + job


threads = [threading.Thread(target=work, args=(n,), name=f"worker-{n}") for n in range(1, 12)]
for n in range(11):
    jobs.put(n)
for thread in threads:
    thread.start()
ready.set()
for thread in threads:
    thread.join()
assert total == sum(range(11)), total
