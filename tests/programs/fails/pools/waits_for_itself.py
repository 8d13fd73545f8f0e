"""A task of a pool with one worker waits for another task of the same pool.

Expect: fail deadlock
"""

from concurrent.futures import ThreadPoolExecutor


def outer():
    return pool.submit(lambda: 1).result()


with ThreadPoolExecutor(1) as pool:
    pool.submit(outer).result()
