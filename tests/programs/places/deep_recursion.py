"""A switch deep inside a recursion: the depth of one thread does not count for the other.

Prints: 600 600
"""

import threading

gate = threading.Barrier(2)
depths = []


def descend(depth):
    if depth == 600:
        gate.wait()
        return depth
    return descend(depth + 1)


threads = [threading.Thread(target=lambda: depths.append(descend(0))) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*depths)
