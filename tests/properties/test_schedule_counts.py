"""The number of schedules of independent tasks, against arithmetic and against counting by hand."""

import functools
import itertools
import math
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.schedulers.dfs import DepthFirst

shapes = st.lists(st.integers(1, 4), min_size=1, max_size=4).filter(
    lambda shape: multinomial(shape) <= 1500
)
exactly = settings(derandomize=True, deadline=None, database=None, max_examples=40)


def multinomial(shape):
    return math.factorial(sum(shape)) // math.prod(map(math.factorial, shape))


def by_preemptions(shape):
    """How many orders of the tasks' steps have so many switches away from a task with steps left."""

    @functools.cache
    def count(left, running):
        if not any(left):
            return Counter({0: 1})
        total = Counter()
        for task, steps in enumerate(left):
            if steps:
                after = (*left[:task], steps - 1, *left[task + 1 :])
                is_preemption = running is not None and task != running and left[running] > 0
                for preemptions, orders in count(after, task).items():
                    total[preemptions + is_preemption] += orders
        return total

    return count(tuple(shape), None)


def program(shape, log):
    location = Location(None, "x", "attribute")
    sites = [
        Site("op", f"{n}.{i}", "m", "f", "f", n, n, i, i)
        for n, k in enumerate(shape)
        for i in range(k)
    ]

    def body(number, length):
        for index in range(length):
            kernel.access(location, Kind.WRITE, sites[sum(shape[:number]) + index])
            log.append(number)

    def main():
        log.clear()
        for number, length in enumerate(shape):
            kernel.spawn(functools.partial(body, number, length), "T", False)

    return main


def explore(shape, bound):
    """(preemptions, order of the tasks' steps) of each execution; whether the bound cut anything."""
    log = []
    main = program(shape, log)
    scheduler = DepthFirst(bound)
    seen = []
    kernel.all_points = True
    while scheduler.begin():
        kernel.run(main, scheduler)
        seen.append((kernel.preemptions, tuple(log)))
    return seen, scheduler.was_cut


@given(shapes)
@exactly
def test_without_a_bound_their_number_is_the_multinomial_coefficient(shape):
    seen, was_cut = explore(shape, -1)
    assert not was_cut
    assert len(seen) == len(set(seen)) == multinomial(shape)


@given(shapes)
@exactly
def test_under_each_bound_their_number_is_that_counted_by_hand(shape):
    expected = by_preemptions(shape)
    assert sum(expected.values()) == multinomial(shape)
    most = max(expected)
    for bound in range(most + 1):
        seen, was_cut = explore(shape, bound)
        assert Counter(preemptions for preemptions, _ in seen) == {
            preemptions: orders for preemptions, orders in expected.items() if preemptions <= bound
        }
        assert len(set(seen)) == len(seen)
        assert was_cut == (bound < most)


@given(shapes)
@exactly
def test_the_preemptions_counted_are_those_of_the_order(shape):
    for preemptions, order in explore(shape, -1)[0]:
        left = Counter(order)
        switches = 0
        for task, successor in itertools.pairwise(order):
            left[task] -= 1
            switches += task != successor and left[task] > 0
        assert preemptions == switches
