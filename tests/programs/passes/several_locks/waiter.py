"""Two philosophers, two forks in opposite orders, and a waiter who lets one of them sit down.

Expect: pass
"""

import threading

forks = [threading.Lock(), threading.Lock()]
seats = threading.Semaphore(1)
meals = []


def dine(me):
    with seats, forks[me], forks[1 - me]:
        meals.append(me)


threads = [threading.Thread(target=dine, args=(me,)) for me in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(meals) == [0, 1]
