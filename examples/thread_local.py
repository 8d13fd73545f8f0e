"""Data that every thread has for itself.

`local` looks like one object, but each thread sees only the attributes that it set itself. So the
two threads cannot disturb each other, and no lock is needed.

Expect: pass
"""

import threading

mine = threading.local()


def greet():
    print("hello", mine.name)


def work(name):
    mine.name = name
    greet()
    assert mine.name == name


t1 = threading.Thread(target=work, args=("Ada",))
t2 = threading.Thread(target=work, args=("Bob",))
t1.start()
t2.start()
