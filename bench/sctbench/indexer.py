"""Threads put four messages each into a hash table with linear probing, each entry under its own lock.

No bug. With up to 11 threads no two messages meet, which only the execution shows; with 12 there are three
collisions (Flanagan, Godefroid: Dynamic partial-order reduction for model checking software, POPL 2005).
"""

import threading

from pthreads import run

SIZE = 128
MESSAGES = 4


def indexer(n):
    table = [0] * SIZE
    locks = [threading.Lock() for _ in range(SIZE)]

    def claim(entry, message):
        with locks[entry]:
            if table[entry] == 0:
                table[entry] = message
                return True
            return False

    def put_all(thread):
        for number in range(1, MESSAGES + 1):
            message = number * 11 + thread
            entry = message * 7 % SIZE
            while not claim(entry, message):
                entry = (entry + 1) % SIZE

    run(*[lambda i=i: put_all(i) for i in range(n)])


def test_11():
    indexer(11)


def test_12():
    indexer(12)
