"""A thread pool.

A pool keeps a few threads and gives them one task after the other. `map` returns the results in
the order of the arguments, whichever thread computed them and whichever was first. Leaving the
`with` block waits for all of them.

Expect: pass-or-inconclusive
"""

from concurrent.futures import ThreadPoolExecutor


def square(number):
    return number * number


with ThreadPoolExecutor(max_workers=2) as pool:
    results = list(pool.map(square, [2, 3]))

print(results)
assert results == [4, 9]
