"""Where two traces of one schedule part."""

import dataclasses

import pytest

from treadle.explorer.comparison import common, first_difference
from treadle.model.trace import Action, Place, Step, TaskInfo, Trace

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
TRACE = Trace(TASKS, STEPS, "AQ", 0, observed=(("x", "0"), ("output of T1", "'a'")))


def changed(number, **fields):
    steps = tuple(
        dataclasses.replace(step, **fields) if step.number == number else step for step in STEPS
    )
    return dataclasses.replace(TRACE, steps=steps)


def test_a_trace_is_the_same_as_itself():
    assert first_difference(TRACE, TRACE) is None
    assert common(STEPS, STEPS) == len(STEPS)


def test_the_first_step_that_differs():
    end = {"observed": (("x", "1"),)}
    found = first_difference(TRACE, dataclasses.replace(changed(3, value="1"), **end))
    assert (found.step, found.resource, found.place) == (3, "x", PLACE)
    assert found.first == "T1 reads x as 0 (bank.py:7)"
    assert found.second == "T1 reads x as 1 (bank.py:7)"


def test_a_value_that_makes_no_difference_is_none():
    assert first_difference(TRACE, changed(3, value="1")) is None
    assert first_difference(TRACE, changed(3, resource="x[1]")) is None
    assert first_difference(TRACE, changed(3, time=2.0)) is None


@pytest.mark.parametrize(
    "fields", [{"task": 0}, {"action": Action.WRITE}, {"place": None}, {"other": 1}]
)
def test_another_course_is_a_difference(fields):
    assert first_difference(TRACE, changed(3, **fields)).step == 3


def test_a_trace_that_ends_early():
    shorter = dataclasses.replace(TRACE, steps=STEPS[:3])
    assert first_difference(TRACE, shorter).second == "the execution is over"
    assert first_difference(shorter, TRACE).first == "the execution is over"


def test_steps_that_print_do_not_count():
    printed = Step(3, 1, Action.PRINT, PLACE, value="hello")
    steps = (*STEPS[:2], printed, *(dataclasses.replace(s, number=s.number + 1) for s in STEPS[2:]))
    assert first_difference(TRACE, dataclasses.replace(TRACE, steps=steps)) is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("<T at 0x7f3a9c001230>", "<T at 0x7f3a9c0fffe0>", True),
        ("139872394823984", "139872394823985", True),
        ("1700000000", "1700000001", False),
        ("1700000000000000000", "1700000000000000001", False),
        ("12", "13", False),
    ],
)
def test_addresses_are_no_difference(one, other, is_same):
    assert (common(changed(3, value=one).steps, changed(3, value=other).steps) == 4) is is_same
    ends = [dataclasses.replace(TRACE, observed=(("x", value),)) for value in (one, other)]
    assert (first_difference(*ends) is None) is is_same


def test_final_values():
    other = dataclasses.replace(TRACE, observed=(("x", "1"), ("output of T1", "'b'")))
    found = first_difference(TRACE, other)
    assert (found.step, found.first, found.second) == (0, "x is 0", "x is 1")


def test_what_only_one_observed_and_what_was_printed_is_no_difference():
    assert first_difference(TRACE, dataclasses.replace(TRACE, observed=())) is None
    other = dataclasses.replace(TRACE, observed=(("x", "0"), ("output of T1", "'b'")))
    assert first_difference(TRACE, other) is None
