"""Each thread has a buffer of its own in a threading.local, and hands it over under a lock.

Expect: pass
"""

import threading

local = threading.local()
lock = threading.Lock()
total = []


def work(numbers):
    local.buffer = []
    for number in numbers:
        local.buffer.append(number)
    with lock:
        total.extend(local.buffer)


threads = [threading.Thread(target=work, args=(each,)) for each in ((1, 2), (3,))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(total) == [1, 2, 3]
