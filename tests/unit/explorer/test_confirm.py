"""Comparing an execution on real threads with the recorded one."""

import dataclasses

import pytest

from treadle.explorer.confirm import RealExecution, compare
from treadle.model.trace import Action, Place, Step, TaskInfo, Trace, Waiting

PLACE = Place("bank.py", 7, 7, 0, 9, "f", "x = y")
TASKS = (
    TaskInfo(0, "main", "", "MainThread", False, None),
    TaskInfo(1, "T1", "work", "Thread-1", False, 0),
)
STEPS = (
    Step(1, 0, Action.START, PLACE, other=1),
    Step(2, 1, Action.BEGIN),
    Step(3, 1, Action.READ, PLACE, "x", "0"),
    Step(4, 1, Action.TERMINATE),
)
TRACE = Trace(TASKS, STEPS, "AQ", 0, observed=(("x", "0"),), output="done\n")


def real(*steps, **fields):
    return RealExecution(dataclasses.replace(TRACE, steps=steps or STEPS, **fields), None, "")


def changed(number, **fields):
    return tuple(
        dataclasses.replace(step, **fields) if step.number == number else step for step in STEPS
    )


def test_the_same_steps_and_end_confirm():
    found = compare(TRACE, real())
    assert (found.is_confirmed, found.steps) == (True, 4)
    assert found.reason == found.recorded == found.real == ""


@pytest.mark.parametrize("field", ["activation", "reads_from", "local_before"])
def test_what_is_derived_is_not_compared(field):
    assert compare(TRACE, real(*changed(3, **{field: 2}))).is_confirmed


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"value": "1"}, "T1 reads x as 1 (bank.py:7)"),
        ({"place": dataclasses.replace(PLACE, line=8)}, "T1 reads x as 0 (bank.py:8)"),
        ({"resource": "y"}, "T1 reads y as 0 (bank.py:7)"),
        ({"action": Action.WRITE}, "T1 writes x = 0 (bank.py:7)"),
        ({"task": 0}, "main reads x as 0 (bank.py:7)"),
        ({"held": ("lock",)}, "T1 reads x as 0 (bank.py:7) [held: ('lock',)]"),
        ({"time": 0.5}, "T1 reads x as 0 (bank.py:7) [time: 0.5]"),
    ],
)
def test_the_first_step_that_differs_is_told_as_it_was_and_as_it_is(fields, told):
    found = compare(TRACE, real(*changed(3, **fields)))
    assert (found.is_confirmed, found.steps) == (False, 2)
    assert "at step 3." in found.reason
    assert found.real == told
    assert found.recorded.startswith("T1 reads x as 0 (bank.py:7)")


def test_an_execution_that_ends_early_or_late_parts_there():
    found = compare(TRACE, real(*STEPS[:2]))
    assert (found.steps, found.real) == (2, "the execution is over")
    assert found.recorded == "T1 reads x as 0 (bank.py:7)"
    found = compare(dataclasses.replace(TRACE, steps=STEPS[:3]), real())
    assert (found.steps, found.recorded) == (3, "the execution is over")
    assert found.real.startswith("T1")


WAITING = (Waiting(1, "lock", "waits for", PLACE, (), (), ""),)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"observed": (("x", "5"),)}, "x = 5"),
        ({"output": "ouch\n"}, "it printed 'ouch\\n'"),
        ({"waiting": WAITING}, "T1 waits for lock"),
    ],
)
def test_the_end_is_compared_too(fields, told):
    found = compare(TRACE, real(**fields))
    assert (found.is_confirmed, found.steps, found.real) == (False, 4, told)
    assert "not the end" in found.reason


def test_an_execution_without_a_result_says_why():
    found = compare(TRACE, RealExecution(None, None, "it ended the process (signal 11)"))
    assert (found.is_confirmed, found.steps) == (False, 0)
    assert "not be executed on real threads to its end: it ended the process" in found.reason


def test_one_that_got_stuck_says_where_and_after_which_step():
    stuck = RealExecution(dataclasses.replace(TRACE, steps=STEPS[:2]), None, "T1 stayed at f.py:3")
    found = compare(TRACE, stuck)
    assert (found.is_confirmed, found.steps, found.real) == (False, 2, "T1 stayed at f.py:3")
    assert found.recorded == "T1 reads x as 0 (bank.py:7)"


def test_one_that_parted_before_it_got_stuck_parted():
    steps = changed(2, action=Action.RESUME)[:3]
    stuck = RealExecution(dataclasses.replace(TRACE, steps=steps), None, "T1 stayed at f.py:3")
    assert "at step 2." in compare(TRACE, stuck).reason
