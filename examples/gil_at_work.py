"""The GIL at work: what it lets through although only one thread runs Python code at a time.

Each thread counts the words of a line into a total that both share. The interpreter looks whether
another thread wants the GIL on entering a function, when a loop goes back and after each call, here
of `split` and `len`; so another thread can run between reading the total and storing it, with the
GIL as without.

Models: free-threaded breaks | gil-3.10 breaks | gil breaks
Expect: fail interference
Outcomes: total = 3 | total = 2 | total = 1
"""

import threading

total = 0


def count(line):
    global total
    total += len(line.split())


one = threading.Thread(target=count, args=("the quick",))
two = threading.Thread(target=count, args=("fox",))
one.start()
two.start()
one.join()
two.join()
