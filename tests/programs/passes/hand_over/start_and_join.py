"""What was written before start() is seen by the thread, what it wrote is seen after join().

Expect: pass
"""

import threading

box = {"request": None, "answer": None}


def answer():
    box["answer"] = box["request"] + 1


box["request"] = 1
thread = threading.Thread(target=answer)
thread.start()
thread.join()
box["answer"] += box["request"]
assert box == {"request": 1, "answer": 3}
