"""The queue is closed without telling who waits for items.

Expect: fail deadlock
"""

import threading

condition = threading.Condition()
items = []
is_closed = False


def read():
    with condition:
        while not items and not is_closed:
            condition.wait()


reader = threading.Thread(target=read)
reader.start()
with condition:
    is_closed = True
reader.join()
