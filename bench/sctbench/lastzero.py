"""Each of n threads writes one more than its left neighbour; another seeks the last zero from the right.

No bug. The seeker's path depends on what it reads, so that sleep sets alone begin many executions in vain
(Abdulla, Aronsson, Jonsson, Sagonas: Optimal dynamic partial order reduction, POPL 2014).
"""

from pthreads import run


def lastzero(n):
    array = [0] * (n + 1)

    def seek():
        i = n
        while array[i] != 0:
            i -= 1

    def writer(j):
        array[j] = array[j - 1] + 1

    run(seek, *[lambda j=j: writer(j) for j in range(1, n + 1)])


def test_2():
    lastzero(2)


def test_3():
    lastzero(3)


def test_4():
    lastzero(4)


def test_5():
    lastzero(5)


def test_6():
    lastzero(6)
