"""The main thread waits for the others.

`join` returns when the thread has ended, however long that takes. So "done" is always the last
line, while the order of the two lines before it is open.

Expect: pass
"""

import threading


def work(name):
    print(name, "works")


t1 = threading.Thread(target=work, args=("first",))
t2 = threading.Thread(target=work, args=("second",))
t1.start()
t2.start()
t1.join()
t2.join()
print("done")
