"""Two philosophers, two forks.

To eat, each needs both forks, and each takes the one at the left first. If both have taken one,
each waits for the other's, for ever: a deadlock, a cycle of threads that wait for each other. It
is rare in practice and certain to come.

Expect: fail deadlock/lock-cycle
"""

import threading

fork1 = threading.Lock()
fork2 = threading.Lock()


def dine(name, left, right):
    with left:
        with right:
            print(name, "eats")


plato = threading.Thread(target=dine, args=("Plato", fork1, fork2))
laozi = threading.Thread(target=dine, args=("Laozi", fork2, fork1))
plato.start()
laozi.start()
