"""A pool maps a function over numbers; the results come in order.

Expect: pass-or-inconclusive
"""

from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(2) as pool:
    squares = list(pool.map(lambda x: x * x, (2, 3)))
assert squares == [4, 9]
