"""PCT: fixed priorities, lowered at drawn steps and for those who only spin."""

from collections import Counter
from itertools import pairwise, permutations

from treadle.schedulers.pct import Pct


def orders(asking, scheduler, tasks, executions):
    """In which order tasks that do one thing each are chosen, in each of several executions."""
    seen = []
    for _ in range(executions):
        scheduler.begin()
        left = list(range(tasks))
        order = []
        while len(left) > 1:
            order.append(left.pop(scheduler.choose(asking.point(left))))
        scheduler.end()
        seen.append((*order, *left))
    return seen


def test_depth_one_is_fixed_priorities(asking):
    # Whatever subset is enabled, the same order decides.
    for seed in range(30):
        scheduler = Pct(seed, depth=1)
        scheduler.begin()
        ranking = []
        left = [0, 1, 2, 3]
        while left:
            ranking.append(left.pop(scheduler.choose(asking.point(left))))
        for subset in ([0, 1], [1, 3], [0, 2, 3], [0, 1, 2, 3]):
            chosen = subset[scheduler.choose(asking.point(subset))]
            assert chosen == min(subset, key=ranking.index)


def test_every_order_of_priorities_is_equally_likely(asking):
    counts = Counter(orders(asking, Pct(0, depth=1), 3, 6000))
    assert set(counts) == set(permutations(range(3)))
    assert all(850 < count < 1150 for count in counts.values())


def test_a_task_that_comes_later_gets_any_rank(asking):
    ranks = Counter()
    for seed in range(3000):
        scheduler = Pct(seed, depth=1)
        scheduler.begin()
        scheduler.choose(asking.point([0, 1]))
        scheduler.choose(asking.point([0, 1, 2]))
        ranks[scheduler.choose(asking.point([0, 2])), scheduler.choose(asking.point([1, 2]))] += 1
    first, last = ranks[1, 1], ranks[0, 0]
    assert 880 < first < 1120
    assert 880 < last < 1120


def test_the_priority_is_lowered_once_for_each_further_depth(asking):
    # One task is always chosen until the drawn step, then the other for ever.
    changes = Counter()
    for depth in (1, 2, 3):
        scheduler = Pct(7, depth)
        for execution in range(40):
            scheduler.begin()
            chosen = asking.walk(scheduler, *[2] * 20)
            scheduler.end()
            switches = sum(one != other for one, other in pairwise(chosen))
            assert switches <= depth - 1
            if execution:
                changes[depth] += switches
    assert changes[1] == 0
    assert 0 < changes[2] < changes[3]


def test_the_first_execution_only_measures(asking):
    scheduler = Pct(3)
    assert scheduler.steps == 0
    scheduler.begin()
    assert len(set(asking.walk(scheduler, *[2] * 9))) == 1
    scheduler.end()
    assert scheduler.steps == 9


def test_the_lowering_is_drawn_among_all_steps(asking):
    scheduler = Pct(0, depth=2)
    scheduler.begin()
    asking.walk(scheduler, *[2] * 4)
    scheduler.end()
    where = Counter()
    for _ in range(4000):
        scheduler.begin()
        chosen = asking.walk(scheduler, *[2] * 4)
        scheduler.end()
        where[next((i for i in range(1, 4) if chosen[i] != chosen[i - 1]), 0)] += 1
    # A change at the first step cannot be told from other priorities.
    assert set(where) == {0, 1, 2, 3}
    assert all(880 < count < 1120 for count in where.values())


def test_who_stands_aside_is_lowered(asking):
    scheduler = Pct(0, depth=1)
    scheduler.begin()
    point = asking.point([0, 1, 2])
    first = point.enabled[scheduler.choose(point)]
    first.rounds_aside += 1
    second = point.enabled[scheduler.choose(point)]
    assert second is not first
    assert point.enabled[scheduler.choose(point)] is second  # lowered once, not for ever again
    second.rounds_aside += 1
    assert point.enabled[scheduler.choose(point)] not in {first, second}


def test_the_same_seed_gives_the_same_executions(asking):
    assert orders(asking, Pct(5), 4, 10) == orders(asking, Pct(5), 4, 10)
    assert orders(asking, Pct(5), 4, 10) != orders(asking, Pct(500), 4, 10)
