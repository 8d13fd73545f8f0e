"""Depth-first search: every schedule once, the default first, within the bound."""

import itertools

import pytest

from treadle.schedulers.dfs import DepthFirst


def passes(asking, scheduler, *shape):
    seen = []
    while scheduler.begin():
        seen.append(tuple(asking.walk(scheduler, *shape)))
        scheduler.end()
        assert scheduler.divergence is None
    return seen


def test_choices_are_enumerated_from_the_last_one(asking):
    assert passes(asking, DepthFirst(), 2, 3) == list(itertools.product(range(2), range(3)))


def test_the_default_comes_first_then_the_others_in_order_of_creation(asking):
    assert passes(asking, DepthFirst(), (4, 2)) == [(2,), (0,), (1,), (3,)]
    assert passes(asking, DepthFirst(), (3, 2)) == [(2,), (0,), (1,)]
    assert passes(asking, DepthFirst(), (3, 0)) == [(0,), (1,), (2,)]


def test_a_program_without_choices_has_one_schedule(asking):
    assert passes(asking, DepthFirst()) == [()]


def test_when_all_were_tried_there_is_nothing_left(asking):
    scheduler = DepthFirst()
    passes(asking, scheduler, 2)
    assert not scheduler.begin()
    assert not scheduler.begin()


def test_forced_choices_are_free(asking):
    scheduler = DepthFirst(0)
    assert len(passes(asking, scheduler, 2, 3)) == 6
    assert not scheduler.was_cut
    assert scheduler.spent == 0


PREEMPTIBLE = (2, 0, True)


@pytest.mark.parametrize(
    ("bound", "expected", "was_cut"),
    [
        (0, [(0, 0, 0)], True),
        (1, [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)], True),
        (3, list(itertools.product(range(2), repeat=3)), False),
        (-1, list(itertools.product(range(2), repeat=3)), False),
    ],
)
def test_the_bound_limits_preemptions(asking, bound, expected, was_cut):
    scheduler = DepthFirst(bound)
    assert passes(asking, scheduler, *[PREEMPTIBLE] * 3) == expected
    assert scheduler.was_cut == was_cut


def test_taking_the_default_is_no_preemption(asking):
    scheduler = DepthFirst(1)
    scheduler.begin()
    asking.walk(scheduler, (3, 1, True), (3, 2, True))
    assert scheduler.spent == 0


def test_preemptions_are_those_of_the_current_execution(asking):
    scheduler = DepthFirst()
    counts = []
    while scheduler.begin():
        asking.walk(scheduler, PREEMPTIBLE, 2)
        counts.append(scheduler.spent)
    assert counts == [0, 0, 1, 1]


def test_later_parts_may_depend_on_what_was_chosen(asking):
    # Where the first choice was 0 there is another of three, otherwise none.
    scheduler = DepthFirst()
    seen = []
    while scheduler.begin():
        (first,) = asking.walk(scheduler, 2)
        seen.append((first, *(asking.walk(scheduler, 3) if first == 0 else [])))
        scheduler.end()
    assert seen == [(0, 0), (0, 1), (0, 2), (1,)]
    assert scheduler.divergence is None


def test_drawn_values_are_enumerated_and_cost_nothing(asking):
    scheduler = DepthFirst(0)
    seen = []
    while scheduler.begin():
        seen.append((scheduler.draw(2, 4), scheduler.draw(3, 2)))
    assert seen == list(itertools.product(range(2), range(3)))
    assert not scheduler.was_cut


# --- divergence -----------------------------------------------------------------------------------


def test_another_number_of_possibilities_is_noticed(asking):
    scheduler = DepthFirst()
    scheduler.begin()
    asking.walk(scheduler, 2, 2)
    scheduler.begin()
    assert asking.walk(scheduler, 2, 3) == [0, 0]
    assert scheduler.divergence == (
        "choice 2 of the schedule had 2 possibilities and has 3 when the same choices are made again"
    )


def test_another_default_is_noticed(asking):
    scheduler = DepthFirst()
    scheduler.begin()
    asking.walk(scheduler, (2, 0, True), 2)
    scheduler.begin()
    asking.walk(scheduler, (2, 1, True), 2)
    assert scheduler.divergence is not None


def test_an_earlier_end_is_noticed(asking):
    scheduler = DepthFirst()
    scheduler.begin()
    asking.walk(scheduler, 2, 2)
    scheduler.end()
    scheduler.begin()
    asking.walk(scheduler, 2)
    assert scheduler.divergence is None
    scheduler.end()
    assert scheduler.divergence == (
        "the program ended after 1 choices where it went on for 2 when the same choices were made before"
    )


def test_what_comes_after_the_prefix_may_differ(asking):
    scheduler = DepthFirst()
    scheduler.begin()
    asking.walk(scheduler, 2, 2)
    scheduler.end()
    scheduler.begin()
    asking.walk(scheduler, 2, 2, 5, 7)
    scheduler.end()
    assert scheduler.divergence is None


def test_the_first_divergence_is_kept(asking):
    scheduler = DepthFirst()
    scheduler.begin()
    asking.walk(scheduler, 2, 2)
    scheduler.begin()
    asking.walk(scheduler, 3)
    first = scheduler.divergence
    scheduler.end()
    assert scheduler.divergence == first


def test_the_limit_of_switches_leaves_out_what_switches_more(asking):
    # Two choices of the running task, then one where it cannot go on.
    shape = (PREEMPTIBLE, PREEMPTIBLE, 2)
    scheduler = DepthFirst()
    assert len(passes(asking, scheduler, *shape)) == 8
    scheduler = DepthFirst()
    scheduler.most_switches = 1
    # That the last choice counts as well is known only when it is reached.
    assert passes(asking, scheduler, *shape) == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)]
    scheduler = DepthFirst()
    scheduler.most_switches = 2
    assert passes(asking, scheduler, *shape) == [
        *((0, 0, last) for last in (0, 1)),
        *((0, 1, last) for last in (0, 1)),
        *((1, 0, last) for last in (0, 1)),
        (1, 1, 0),
    ]
    assert not scheduler.was_cut


def test_what_is_drawn_is_no_switch(asking):
    scheduler = DepthFirst()
    scheduler.most_switches = 0
    drawn = []
    while scheduler.begin():
        drawn.append(scheduler.draw(3, 4))
        scheduler.end()
    assert drawn == [0, 1, 2]
    assert scheduler.switches == 0
