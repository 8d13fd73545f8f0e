"""What ``import treadle`` gives: a function of this process, checked and replayed where it stands.

The function may be a closure, a method, a lambda, or stand in the cell of a notebook. Everything that a check
changes in the process is put back when it is over.
"""
