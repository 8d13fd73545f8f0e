"""Each program has the same outcomes on our primitives and on CPython's own code.

(a) Our primitives: one visible operation for each documented one; every schedule, as in ``test_outcome_sets``.
(b) The interpreter's ``threading.py``, ``queue.py``, ``_threading_local.py`` and ``concurrent/futures``, from source, over
our ``_thread.lock`` and our clock (``outcome_suite.theirs``): each operation on a lock, and each conflicting
access to an attribute between two of them, is visible.

Where every schedule of (b) could be tried too, the two sets are equal, and that is all there is to say. Where
there are too many, each outcome of (a) was seen in (b), and no execution of (b) that was tried, depth first and
at random, had another; that there is none among the others is not claimed.
"""

import functools

import pytest
from outcome_suite import theirs
from outcome_suite.catalogue import PROGRAMS
from outcome_suite.exploring import Runner

MOST_EXECUTIONS = 400
MOST_WALKS = 4_000
LEAST_WALKS = 100
COMPARED = [name for name, program in PROGRAMS.items() if not program.may_differ]
LARGE = {"thread", "timer", "local", "pool"}
"""Programs about these have too many schedules on CPython's code, and so have those named here."""

TOO_LARGE = frozenset(
    {
        "notify_two_of_three",
        "notify_all_wakes_all_that_wait_and_nobody_later",
        "a_notify_at_the_moment_of_a_timeout",
        "wait_for_takes_the_lock_again_each_time",
        "an_if_where_a_while_is_needed",
        "set_lets_all_go",
        "who_waits_is_let_go_although_the_event_is_cleared_at_once",
        "a_pulse_may_be_missed",
        "what_was_written_before_set_is_seen_after_wait",
        "two_events_taking_turns",
        "every_permit_finds_a_waiter",
        "release_of_two_permits_wakes_two",
        "release_of_two_permits_wakes_no_third",
        "who_comes_along_may_take_the_permit_of_the_woken",
        "one_permit_excludes",
        "three_meet_and_have_different_numbers",
        "the_action_comes_before_anybody_goes_on",
        "reset_sends_those_that_wait_away_and_leaves_the_barrier_whole",
        "a_barrier_used_twice",
        "the_third_of_a_barrier_for_two_waits_on",
        "abort_while_two_meet",
        "a_round_after_a_reset",
        "what_was_written_before_is_seen_after",
        "two_getters_and_two_items",
        "who_comes_along_may_take_the_item_of_the_woken",
        "join_waits_for_every_task",
        "two_joiners",
        "producers_and_consumers_of_a_full_queue_all_end",
        "a_put_that_fails_puts_nothing",
        "a_simple_queue_and_two_getters",
        "who_gets_no_item_of_a_simple_queue_waits_on",
        "shutdown_wakes_all_getters",
        "shutdown_wakes_all_putters",
        "shutdown_with_an_item_on_its_way",
    }
)


@functools.cache
def provider_for(*about):
    return theirs.provider(*about)


def outcomes_of(program):
    """The outcomes on CPython's code, and whether every schedule was tried."""
    about = sorted({"rlock", *theirs.MADE_OF_THREADS} & set(program.about))
    runner = Runner(program.function, provider_for(*about))
    found = runner.search(MOST_EXECUTIONS)
    outcomes = set(found.outcomes)
    if not found.is_complete:
        outcomes |= set(runner.walk(MOST_WALKS, program.expected, LEAST_WALKS).outcomes)
    return outcomes, found.is_complete


@pytest.mark.parametrize("name", COMPARED)
def test_the_outcomes_are_those_of_cpython(name):
    program = PROGRAMS[name]
    outcomes, is_complete = outcomes_of(program)
    assert outcomes == program.expected
    assert is_complete or name in TOO_LARGE or LARGE & set(program.about)


def test_what_is_not_compared_has_a_reason():
    left_out = {
        name: program.may_differ for name, program in PROGRAMS.items() if program.may_differ
    }
    assert all(len(reason) > 20 for reason in left_out.values())
    assert len(left_out) <= 3
