"""What runs in the measured interpreter, whichever it is: the standard library alone, from Python 3.8 on.

A worker is started for every interpreter and every way of running the function, so that none of them can
spoil another's figures, and a crash costs one of them. It reads a request from standard input and writes
its answer, both JSON. The package is copied to where the other interpreter finds nothing else of ours, under
another name: so its modules import one another relatively, and nothing else of Treadle.
"""
