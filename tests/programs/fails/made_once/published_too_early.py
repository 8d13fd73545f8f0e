"""Double-checked locking that shows the object before it is ready.

Expect: fail exception
"""

import threading


class Table:
    pass


table = None
lock = threading.Lock()


def get():
    global table
    if table is None:
        with lock:
            if table is None:
                table = Table()
                table.rows = [1]
    return table.rows


for _ in range(2):
    threading.Thread(target=get).start()
