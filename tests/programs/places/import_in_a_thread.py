"""Two threads import one module: it is executed once, and nobody sees it half done.

Prints: whole whole 1
"""

import sys
import threading

seen = []
sys.modules.pop("imported.slowly", None)


def load():
    import imported.slowly

    seen.append(imported.slowly.state)


threads = [threading.Thread(target=load) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*seen, sys.modules["imported.slowly"].executed)
