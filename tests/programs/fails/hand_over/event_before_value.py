"""The event is set before the value is there.

Expect: fail assertion
"""

import threading

ready = threading.Event()
value = None


def give():
    global value
    ready.set()
    value = 42


threading.Thread(target=give).start()
ready.wait()
assert value == 42
