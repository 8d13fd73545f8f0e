"""A switch inside an except block: each thread goes on with its own exception.

Prints: a: KeyError, b: IndexError from ZeroDivisionError
"""

import sys
import threading

gate = threading.Barrier(2)
seen = {}


def first():
    try:
        raise KeyError("a")
    except KeyError:
        gate.wait()
        seen["a"] = type(sys.exc_info()[1]).__name__


def second():
    try:
        try:
            1 // 0
        except ZeroDivisionError:
            gate.wait()
            raise IndexError from None
    except IndexError as error:
        seen["b"] = f"{type(error).__name__} from {type(error.__context__).__name__}"


threads = [threading.Thread(target=first), threading.Thread(target=second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sys.exc_info() == (None, None, None)
print(f"a: {seen['a']}, b: {seen['b']}")
