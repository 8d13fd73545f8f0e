"""Counting outcomes and failures."""

import pytest

from treadle.explorer import tally as tally_module
from treadle.explorer.session import Death, Execution
from treadle.explorer.tally import Tally, failure_keys
from treadle.model.finding import FindingKind
from treadle.model.schedule import Timeouts


def death(type_name="ValueError", is_assertion=False, line=3, task=1):
    return Death(task, f"T{task}", is_assertion, type_name, "message", ("file.py", line), "")


def execution(
    outcome="a", *, status="finished", deaths=(), preemptions=0, tape=(), operations=5, **more
):
    values = {
        "threads": 3,
        "timeouts": Timeouts.QUIESCENT,
        "early": 0,
        "withheld": False,
        "brief_waits": 0,
        "long_waits": 0,
        "watches_clock": False,
        "stood_aside": 0,
        "blocked": (),
        **more,
    }
    return Execution(
        status,
        (("x", outcome),),
        list(deaths),
        preemptions,
        list(tape),
        operations=operations,
        **values,
    )


CHOICE = (0, 1, 2, 1, 99, 7)


# --- outcomes -------------------------------------------------------------------------------------


def test_outcomes_are_counted():
    tally = Tally()
    for outcome in "aabac":
        tally.count(execution(outcome), 1, "dfs")
    assert tally.executions == 5
    assert [seen.executions for seen in tally.outcomes.values()] == [3, 1, 1]


def test_an_outcome_is_serial_once_a_schedule_without_preemption_gave_it():
    tally = Tally()
    tally.count(execution("a", preemptions=2), 1, "dfs")
    (seen,) = tally.outcomes.values()
    assert not seen.is_serial
    tally.count(execution("a", preemptions=0), 2, "dfs")
    assert seen.is_serial
    assert seen.preemptions == 2  # of the first schedule that gave it


def test_the_first_schedule_of_an_outcome_is_kept():
    tally = Tally()
    tally.count(execution("a", preemptions=1, tape=[CHOICE]), 1, "dfs")
    tally.count(execution("a"), 2, "dfs")
    (seen,) = tally.outcomes.values()
    assert len(seen.schedule.choices) == 1


def test_the_largest_execution_is_remembered():
    tally = Tally()
    tally.count(execution(operations=7, threads=2), 1, "dfs")
    tally.count(execution(operations=3, threads=5), 2, "dfs")
    assert (tally.steps_max, tally.threads) == (7, 5)


def test_there_is_a_limit_to_outcomes_kept(monkeypatch):
    monkeypatch.setattr(tally_module, "MAX_OUTCOMES", 2)
    tally = Tally()
    for outcome in "abcd":
        tally.count(execution(outcome), 1, "dfs")
    assert len(tally.outcomes) == 2
    assert tally.executions == 4


# --- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "kinds"),
    [
        (execution(), []),
        (execution(deaths=[death()]), [FindingKind.EXCEPTION]),
        (execution(deaths=[death("AssertionError", True)]), [FindingKind.ASSERTION]),
        (execution(status="deadlock"), [FindingKind.DEADLOCK]),
        (execution(status="step-limit"), [FindingKind.LIVELOCK]),
        (
            execution(status="deadlock", deaths=[death()]),
            [FindingKind.EXCEPTION, FindingKind.DEADLOCK],
        ),
        (execution(status="interrupted"), []),
    ],
)
def test_failures_of_an_execution(run, kinds):
    assert [key[0] for key in failure_keys(run)] == kinds
    assert Tally().count(run, 1, "dfs") == bool(kinds)


def test_the_same_exception_at_the_same_line_is_one_failure():
    tally = Tally()
    for task in (1, 2):
        tally.count(execution(deaths=[death(task=task)]), task, "dfs")
    (failure,) = tally.failures.values()
    assert failure.executions == 2
    assert failure.found_after == 1


@pytest.mark.parametrize("other", [death(line=4), death("KeyError")])
def test_another_line_or_type_is_another_failure(other):
    tally = Tally()
    tally.count(execution(deaths=[death(), other]), 1, "dfs")
    assert len(tally.failures) == 2


def test_deadlocks_are_told_apart_by_who_waits_where():
    tally = Tally()
    for blocked in ((("T1", 3),), (("T1", 3),), (("T2", 5),)):
        tally.count(execution(status="deadlock", blocked=blocked), 1, "dfs")
    assert [failure.executions for failure in tally.failures.values()] == [2, 1]


def test_the_simplest_schedule_of_a_failure_is_kept():
    tally = Tally()
    tally.count(execution(deaths=[death()], preemptions=2, tape=[CHOICE] * 2), 1, "pct")
    tally.count(execution(deaths=[death()], preemptions=1, tape=[CHOICE]), 2, "dfs")
    tally.count(execution(deaths=[death()], preemptions=3, tape=[CHOICE] * 3), 3, "pct")
    (failure,) = tally.failures.values()
    assert failure.cost[0] == 1
    assert len(failure.schedule.choices) == 1
    assert failure.found_by == "dfs"
    assert failure.found_after == 1


def test_a_failure_without_early_timeouts_is_preferred_to_a_simpler_one_with():
    tally = Tally()
    tally.count(execution(deaths=[death()], timeouts=Timeouts.BRIEF, early=1), 1, "dfs")
    (failure,) = tally.failures.values()
    assert failure.is_early
    tally.count(execution(deaths=[death()], preemptions=4, tape=[CHOICE]), 2, "dfs")
    assert not failure.is_early
    assert failure.cost[0] == 4


def test_failures_of_earlier_executions_are_inherited():
    old, new = Tally(), Tally()
    old.count(execution(deaths=[death()]), 3, "pct")
    old.count(execution(deaths=[death(line=9)]), 4, "pct")
    new.count(execution(deaths=[death()]), 20, "dfs")
    new.inherit(old)
    first, second = new.failures.values()
    assert (first.found_after, first.executions) == (3, 1)
    assert (second.found_after, second.executions) == (4, 0)


def test_an_execution_gives_its_schedule():
    schedule = execution(tape=[CHOICE], timeouts=Timeouts.BRIEF).schedule()
    assert schedule.preemptions == 1
    assert schedule.timeouts is Timeouts.BRIEF
