"""A plain attribute that one thread writes once and another looks at now and then is good enough to stop it.

Expect: pass-or-inconclusive
"""

import threading
import time


class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.is_stopped = False
        self.rounds = 0

    def run(self):
        while not self.is_stopped:
            self.rounds += 1
            time.sleep(1)


worker = Worker()
worker.start()
time.sleep(3)
worker.is_stopped = True
worker.join()
assert worker.rounds >= 1
