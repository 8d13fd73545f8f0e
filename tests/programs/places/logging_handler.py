"""A handler of logging has a lock: records come in any order, but one after the other.

Prints: begin a, end a, begin b, end b | begin b, end b, begin a, end a
"""

import logging
import threading

lines = []


class Handler(logging.Handler):
    def emit(self, record):
        lines.append(f"begin {record.getMessage()}")
        lines.append(f"end {record.getMessage()}")


logger = logging.Logger("places")  # noqa: LOG001 - no other program is to find it
logger.addHandler(Handler())
threads = [threading.Thread(target=logger.warning, args=("%s", name)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(", ".join(lines))
