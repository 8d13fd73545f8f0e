"""Two philosophers who agree on an order.

The forks are numbered, and everybody takes the one with the smaller number first. Now nobody can
hold the second fork and wait for the first, so there is no cycle and no deadlock. An order of all
locks is the usual remedy.

Expect: pass
"""

import threading

forks = [threading.Lock(), threading.Lock()]


def dine(name, left, right):
    with forks[min(left, right)]:
        with forks[max(left, right)]:
            print(name, "eats")


plato = threading.Thread(target=dine, args=("Plato", 0, 1))
laozi = threading.Thread(target=dine, args=("Laozi", 1, 0))
plato.start()
laozi.start()
