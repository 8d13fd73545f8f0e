"""A semaphore counts what is there to be taken.

It begins with no permits. Each `release` by the baker adds one, and each `acquire` by the
customer takes one, waiting while there is none. So nobody reaches for a loaf that is not baked,
and, unlike a lock, one thread releases what another acquires.

Expect: pass
Outcomes: shelf = []
"""

import threading

baked = threading.Semaphore(0)
shelf = []


def bake():
    for loaf in ("rye", "wheat"):
        shelf.append(loaf)
        baked.release()


def buy():
    for _ in range(2):
        baked.acquire()
        print("bought", shelf.pop(0))


baker = threading.Thread(target=bake)
customer = threading.Thread(target=buy)
baker.start()
customer.start()
