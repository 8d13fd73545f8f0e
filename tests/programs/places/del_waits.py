"""__del__ waits for a lock that another thread holds.

Prints: held, gone | gone, held
"""

import threading

lock = threading.Lock()
seen = []


class Resource:
    def __del__(self):
        with lock:
            seen.append("gone")


def hold():
    with lock:
        seen.append("held")


def drop():
    Resource()


threads = [threading.Thread(target=hold), threading.Thread(target=drop)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(", ".join(seen))
