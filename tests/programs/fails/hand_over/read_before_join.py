"""The answer is read before the thread that gives it was joined.

Expect: fail assertion
"""

import threading

box = {"answer": None}


def answer():
    box["answer"] = 2


thread = threading.Thread(target=answer)
thread.start()
result = box["answer"]
thread.join()
assert result == 2
