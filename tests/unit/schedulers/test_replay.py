"""Replay: the recorded choices at their places, the default everywhere else, and a word where it diverges."""

import pytest

from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.schedulers.replay import Replay

HERE, THERE = 0xBEEF, 0xCAFE


def preempt(index, after=1, site=HERE, arity=2, line=7):
    return Choice(ChoiceKind.PREEMPT, index, arity, after, site, line)


def forced(index, after=1, arity=2):
    return Choice(ChoiceKind.FORCED, index, arity, after)


def value(index, after=1, arity=3):
    return Choice(ChoiceKind.VALUE, index, arity, after)


def replay(*choices):
    scheduler = Replay(Schedule(choices))
    scheduler.begin()
    return scheduler


def at(asking, occurrence=1, site=HERE, arity=2, default=0):
    """Before a site, the running task being able to go on."""
    return asking.point(range(arity), default, True, site, occurrence)


def stuck(asking, arity=2):
    """The running task cannot go on."""
    return asking.point(range(arity))


def test_without_choices_everything_is_the_default(asking):
    scheduler = replay()
    assert scheduler.choose(at(asking, default=1)) == 1
    assert scheduler.choose(stuck(asking)) == 0
    assert scheduler.draw(3, ChoiceKind.VALUE) == 0
    scheduler.end()
    assert scheduler.divergence is None


def test_a_preemption_happens_at_its_site_and_occurrence(asking):
    scheduler = replay(preempt(1, after=2))
    assert scheduler.choose(at(asking, 1)) == 0
    assert scheduler.choose(at(asking, 2, THERE)) == 0
    assert scheduler.choose(at(asking, 2)) == 1
    assert scheduler.choose(at(asking, 2)) == 0
    scheduler.end()
    assert scheduler.divergence is None


def test_a_forced_choice_is_counted_from_the_last_choice(asking):
    scheduler = replay(forced(1, after=2), forced(1, after=1))
    assert [scheduler.choose(stuck(asking)) for _ in range(4)] == [0, 1, 1, 0]
    scheduler.end()
    assert scheduler.divergence is None


def test_points_of_the_other_kind_are_passed_over(asking):
    scheduler = replay(forced(1), preempt(1))
    assert scheduler.choose(at(asking)) == 0
    assert scheduler.choose(stuck(asking)) == 1
    assert scheduler.choose(stuck(asking)) == 0
    assert scheduler.choose(at(asking)) == 1
    scheduler.end()
    assert scheduler.divergence is None


def test_drawn_values_and_forced_choices_are_counted_together(asking):
    scheduler = replay(value(2, after=2))
    assert scheduler.choose(stuck(asking)) == 0
    assert scheduler.draw(3, ChoiceKind.VALUE) == 2
    scheduler.end()
    assert scheduler.divergence is None


def test_a_value_of_another_kind_is_not_taken(asking):
    scheduler = replay(value(2))
    assert scheduler.draw(3, ChoiceKind.WAITER) == 0
    scheduler.end()
    assert "choice 1 of 1" in scheduler.divergence


def test_it_can_begin_again(asking):
    scheduler = replay(forced(1))
    for _ in range(2):
        assert scheduler.choose(stuck(asking)) == 1
        scheduler.end()
        assert scheduler.divergence is None
        assert scheduler.begin()


@pytest.mark.parametrize("arity", [3, 4])
def test_another_number_of_possibilities_is_a_divergence(asking, arity):
    scheduler = replay(preempt(1))
    assert scheduler.choose(at(asking, arity=arity, default=2)) == 2
    assert scheduler.divergence == (
        "choice 1 of 1 (a thread is suspended before line 7, reached for time 1) was one of 2 possibilities "
        f"and there are {arity} now"
    )


def test_an_index_that_does_not_exist_is_a_divergence(asking):
    scheduler = replay(forced(5, arity=2))
    assert scheduler.choose(stuck(asking)) == 0
    assert scheduler.divergence is not None


def test_a_value_with_another_number_of_possibilities_is_a_divergence():
    scheduler = replay(value(2, arity=3))
    assert scheduler.draw(2, ChoiceKind.VALUE) == 0
    assert "one of 3 possibilities and there are 2 now" in scheduler.divergence


def test_a_place_that_is_never_reached_is_a_divergence(asking):
    scheduler = replay(forced(1), preempt(1, after=4))
    scheduler.choose(stuck(asking))
    scheduler.end()
    assert scheduler.divergence == (
        "choice 2 of 2 (a thread is suspended before line 7, reached for time 4) was never reached"
    )


def test_a_forced_choice_that_is_never_reached_is_named(asking):
    scheduler = replay(forced(1, after=3))
    scheduler.end()
    assert scheduler.divergence == (
        "choice 1 of 1 (number 3 of the choices where no thread could simply go on) was never reached"
    )


def test_after_a_divergence_the_default_is_taken_and_the_first_word_stays(asking):
    scheduler = replay(preempt(1), preempt(1))
    scheduler.choose(at(asking, arity=3))
    first = scheduler.divergence
    assert scheduler.choose(at(asking)) == 0
    scheduler.end()
    assert scheduler.divergence == first
