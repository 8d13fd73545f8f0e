"""Comparing two traces of one schedule, step by step."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from treadle.explain.labels import place_text
from treadle.explain.narrative import sentence
from treadle.model.trace import Action, Place, Step, Trace

_DERIVED = frozenset({"number", "activation", "reads_from", "local_before"})
"""Fields of a step that say nothing of what it did."""

_COURSE = ("task", "action", "place", "other", "woken")
"""Fields of a step that say which way an execution went."""

_ENDED = "the execution is over"

_ADDRESS = re.compile(r"\b(?:0x[0-9a-f]{8,16}|[0-9]{13,15})\b")
"""What looks like the address of an object, which no two processes have in common."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two executions part.

    Args:
        step: Number of the first step that differs, from 1; 0 where all steps are the same.
        first: What it was in the first, as a clause.
        second: What it was in the second.
        resource: What it is about; "" for nothing that has a name.
        place: Where it is; None where that is unknown.
    """

    step: int
    first: str
    second: str
    resource: str = ""
    place: Place | None = None


def common(first: Sequence[Step], second: Sequence[Step]) -> int:
    """How many steps are the same, from the first.

    Args:
        first: The steps of one trace.
        second: Those of the other.

    Returns:
        Their number.
    """
    number = 0
    for one, other in zip(first, second, strict=False):
        if differing_fields(one, other):
            break
        number += 1
    return number


def differing_fields(one: Step, other: Step) -> list[str]:
    """The fields in which two steps differ.

    Args:
        one: A step.
        other: Another.

    Returns:
        Their names; addresses of objects are no difference.
    """
    return [
        field.name
        for field in dataclasses.fields(Step)
        if field.name not in _DERIVED
        and not _is_same(getattr(one, field.name), getattr(other, field.name))
    ]


def _is_same(one: object, other: object) -> bool:
    if one == other:
        return True
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    return _ADDRESS.sub("#", one) == _ADDRESS.sub("#", other)


def first_difference(first: Trace, second: Trace) -> Difference | None:
    """Where two executions part that went different ways or ended differently.

    What is printed does not count. Nor do values, such as a running number, that made no difference to the
    course of the program or to its end; but where something did, the first value that differs is told.

    Args:
        first: The trace of one.
        second: The trace of the other.

    Returns:
        The first step that differs, or else the first final value; None where nothing made a difference.
    """
    first, second = _without_prints(first), _without_prints(second)
    end = _difference_in_the_end(first, second)
    if end is None and _course(first) == _course(second):
        return None
    same = common(first.steps, second.steps)
    if same < max(len(first.steps), len(second.steps)):
        trace = first if same < len(first.steps) else second
        step = trace.steps[same]
        return Difference(step.number, *both_told(first, second, same), step.resource, step.place)
    return end


def _without_prints(trace: Trace) -> Trace:
    steps = tuple(step for step in trace.steps if step.action is not Action.PRINT)
    return dataclasses.replace(trace, steps=steps)


def _course(trace: Trace) -> list[tuple[object, ...]]:
    """Which way an execution went."""
    return [tuple(getattr(step, name) for name in _COURSE) for step in trace.steps]


def _difference_in_the_end(first: Trace, second: Trace) -> Difference | None:
    """The first final value that differs, of those that both have."""
    other = dict(second.observed)
    for label, value in first.observed:
        if not label.startswith("output") and not _is_same(value, other.get(label, value)):
            return Difference(0, f"{label} is {value}", f"{label} is {other[label]}", label)
    return None


def both_told(first: Trace, second: Trace, index: int) -> tuple[str, str]:
    """A step that differs, as it was in one execution and in the other.

    Args:
        first: The trace of one.
        second: The trace of the other.
        index: The step's index.

    Returns:
        A clause for each, which are not the same.
    """
    one, other = step_text(first, index), step_text(second, index)
    if one == other:
        fields = differing_fields(first.steps[index], second.steps[index])
        one += _in_brackets(first.steps[index], fields)
        other += _in_brackets(second.steps[index], fields)
    return one, other


def step_text(trace: Trace, index: int) -> str:
    """A step as a clause, with its place.

    Args:
        trace: The trace.
        index: The step's index.

    Returns:
        "T1 reads n as 0 (p.py:5)".
    """
    if index >= len(trace.steps):
        return _ENDED
    step = trace.steps[index]
    told = sentence(trace, step).removesuffix(".")
    return f"{told} ({place_text(step.place)})" if step.place is not None else told


def _in_brackets(step: Step, fields: list[str]) -> str:
    """What two steps differ in that their sentences do not say."""
    return f" [{', '.join(f'{name}: {getattr(step, name)}' for name in fields)}]"
