"""Listeners are called from the list itself, in which others are replaced meanwhile.

Expect: fail exception
"""

import threading

listeners = {"first": print, "second": print}


def fire():
    for name in listeners:
        assert name


def remove():
    del listeners["first"]


for target in (fire, remove):
    threading.Thread(target=target).start()
