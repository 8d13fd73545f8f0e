"""Delay bounding: every schedule once, tasks in turn where nothing is delayed."""

import itertools

import pytest

from treadle.schedulers.delay import DelayBounded


def passes(asking, scheduler, *shape):
    seen = []
    while scheduler.begin():
        seen.append((tuple(asking.walk(scheduler, *shape)), scheduler.spent))
        scheduler.end()
        assert scheduler.divergence is None
    return seen


def test_without_a_bound_everything_is_tried_once(asking):
    seen = [choices for choices, _ in passes(asking, DelayBounded(), 2, 3, (3, 2, True))]
    assert sorted(seen) == list(itertools.product(range(2), range(3), range(3)))


@pytest.mark.parametrize("bound", range(5))
def test_the_bound_limits_delays(asking, bound):
    everything = passes(asking, DelayBounded(), 3, (3, 1, True), 2)
    scheduler = DelayBounded(bound)
    within = passes(asking, scheduler, 3, (3, 1, True), 2)
    assert sorted(within) == sorted(each for each in everything if each[1] <= bound)
    assert scheduler.was_cut == (len(within) < len(everything))


def test_a_running_task_goes_on_unless_it_is_delayed(asking):
    assert passes(asking, DelayBounded(), (4, 2, True)) == [
        ((2,), 0),
        ((3,), 1),
        ((0,), 2),
        ((1,), 3),
    ]


def test_tasks_take_turns_where_none_can_go_on(asking):
    scheduler = DelayBounded(0)
    scheduler.begin()
    numbers = [3, 5, 8]
    chosen = [numbers[scheduler.choose(asking.point(numbers))] for _ in range(5)]
    assert chosen == [3, 5, 8, 3, 5]


def test_what_is_not_a_task_is_drawn_for_nothing(asking):
    scheduler = DelayBounded(0)
    drawn = []
    while scheduler.begin():
        drawn.append(scheduler.draw(3, 4))
    assert drawn == [0, 1, 2]
    assert not scheduler.was_cut


def test_a_program_that_changes_is_noticed(asking):
    scheduler = DelayBounded()
    scheduler.begin()
    asking.walk(scheduler, 2, 2)
    scheduler.end()
    scheduler.begin()
    asking.walk(scheduler, 2, 3)
    assert "had 2 possibilities and has 3" in scheduler.divergence


def test_a_program_that_ends_too_early_is_noticed(asking):
    scheduler = DelayBounded()
    scheduler.begin()
    asking.walk(scheduler, 2, 2)
    scheduler.end()
    scheduler.begin()
    asking.walk(scheduler, 2)
    scheduler.end()
    assert scheduler.divergence == (
        "the program ended after 1 choices where it went on for 2 when the same choices were made before"
    )
