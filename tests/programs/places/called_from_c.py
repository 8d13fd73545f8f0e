"""A switch inside functions that map, reduce, max, re.sub and json.dumps call from C.

Prints: 5
"""

import functools
import json
import re
import threading

lock = threading.Lock()


class Calls:
    count = 0


def called(*arguments):
    with lock:
        Calls.count += 1
    return 1


functions = [
    lambda: list(map(called, "a")),
    lambda: functools.reduce(called, (1, 2)),
    lambda: max("a", key=called) + re.sub("a", lambda match: str(called()), "a"),
    lambda: json.dumps(object(), default=called),
]
threads = [threading.Thread(target=function) for function in functions[:2]]
for thread in threads:
    thread.start()
for function in functions[2:]:
    function()
for thread in threads:
    thread.join()
print(Calls.count)
