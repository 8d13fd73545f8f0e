"""Two threads cannot run in one context at the same time; the interpreter says so.

Prints: ran ran | RuntimeError ran
"""

import contextvars
import threading

context = contextvars.copy_context()
results = []


class Calls:
    count = 0


def inside():
    count = Calls.count
    Calls.count = count + 1


def run():
    try:
        context.run(inside)
        results.append("ran")
    except RuntimeError as error:
        results.append(type(error).__name__)


threads = [threading.Thread(target=run) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*sorted(results))
