"""CPU-bound work in threads against processes.

Each part counts prime numbers, which is nothing but computing. Threads get the right answer, and no
sooner: with the GIL only one of them runs Python code at a time. Processes have a GIL each and do run side
by side, but what they work on must be sent to them and back. Compare the two on a larger number:

    time python examples/cpu_bound.py threads 300000
    time python examples/cpu_bound.py processes 300000

On two processors the processes take about half as long. A free-threaded Python (3.13t and later) has no
GIL, and there threads do as well.

Expect: pass
Outcomes: found = [6, 4]
"""

import sys
import threading
from concurrent.futures import ProcessPoolExecutor


def count_primes(first, last):
    count = 0
    for number in range(max(first, 2), last):
        if all(number % divisor for divisor in range(2, int(number**0.5) + 1)):
            count += 1
    return count


def in_threads(parts):
    found = [None] * len(parts)

    def work(index):
        found[index] = count_primes(*parts[index])

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(parts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def in_processes(parts):
    with ProcessPoolExecutor(len(parts)) as pool:
        return list(pool.map(count_primes, *zip(*parts, strict=True)))


if __name__ == "__main__":
    way = sys.argv[1] if len(sys.argv) > 1 else "threads"
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    parts = [(0, limit // 2), (limit // 2, limit)]
    found = in_processes(parts) if way == "processes" else in_threads(parts)
    print("primes below", limit, "by", way, "->", sum(found))
