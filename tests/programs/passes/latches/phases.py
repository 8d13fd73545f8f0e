"""Two phases with a barrier between them: everybody reads what the others wrote before.

Expect: pass
"""

import threading

barrier = threading.Barrier(2)
left = [0, 0]
right = [0, 0]


def work(me):
    left[me] = me + 1
    barrier.wait()
    right[me] = left[1 - me] * 10


threads = [threading.Thread(target=work, args=(me,)) for me in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert right == [20, 10]
