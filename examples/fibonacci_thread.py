"""A thread as a class of its own.

A subclass of `Thread` puts what the thread does into `run`, and can keep its arguments and its
result as attributes. The main thread calls `start`, never `run`: that would compute in the main
thread. After `join` the result is there.

Expect: pass
"""

import threading


class FibonacciThread(threading.Thread):
    def __init__(self, n):
        super().__init__()
        self.n = n
        self.result = None

    def run(self):
        a, b = 0, 1
        for _ in range(self.n):
            a, b = b, a + b
        self.result = a


thread = FibonacciThread(10)
thread.start()
thread.join()
print("fibonacci", thread.n, "is", thread.result)
assert thread.result == 55
