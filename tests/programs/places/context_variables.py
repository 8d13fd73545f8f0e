"""Each thread begins with an empty context; what it sets is not seen by the others.

Prints: unset a b unset
"""

import contextvars
import threading

variable = contextvars.ContextVar("variable", default="unset")
gate = threading.Barrier(2)
seen = {}


def work(name):
    seen["default"] = variable.get()
    token = variable.set(name)
    gate.wait()
    seen[name] = variable.get()
    variable.reset(token)


threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(seen["default"], seen["a"], seen["b"], variable.get())
