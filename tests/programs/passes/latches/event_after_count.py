"""A counter under a lock, and an event that the last one sets after it let the lock go.

Expect: pass
"""

import threading

lock = threading.Lock()
opened = threading.Event()
left = 2
results = {}


def work(name):
    global left
    results[name] = name * 2
    with lock:
        left -= 1
        is_last = left == 0
    if is_last:
        opened.set()


for letter in "ab":
    threading.Thread(target=work, args=(letter,)).start()
opened.wait()
assert results["a"] + results["b"] == "aabb"
