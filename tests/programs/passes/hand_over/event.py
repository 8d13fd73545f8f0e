"""A request goes over in one direction, the answer in the other, each announced by an event.

Expect: pass
"""

import threading


class Call:
    def __init__(self):
        self.asked = threading.Event()
        self.answered = threading.Event()
        self.number = 0

    def ask(self, number):
        self.number = number
        self.asked.set()
        self.answered.wait()
        return self.number

    def serve(self):
        self.asked.wait()
        self.number *= 2
        self.answered.set()


call = Call()
threading.Thread(target=call.serve).start()
assert call.ask(21) == 42
