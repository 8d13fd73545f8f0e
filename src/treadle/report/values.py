"""The value in question, step by step: "0 -> -50" where it changes, marked where it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treadle.explain.accesses import is_access, is_write, related
from treadle.explain.words import shorten
from treadle.model.trace import Action, Step, Trace

CHANGED = "*"
DECIDED = "!"
PREEMPTION = "PREEMPTION"


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in the last column of a step.

    Args:
        text: The value after the step, or the change.
        mark: "*" where it changed, "!" at the step that made the difference.
    """

    text: str = ""
    mark: str = ""


def values_of(trace: Trace, resource: str, deciding: Sequence[int], limit: int) -> dict[int, Value]:
    """The value of a location at every step.

    Args:
        trace: The trace.
        resource: Its label.
        deciding: Numbers of the steps that made the difference; the last of them gets the mark.
        limit: Most characters of a text.

    Returns:
        Step number -> value.
    """
    values: dict[int, Value] = {}
    current: str | None = None
    sample: Step | None = None
    for step in trace.steps:
        text, mark = "" if current is None else shorten(current, limit), ""
        if step.resource == resource and is_access(step):
            sample = sample or step
            if step.action is Action.READ and step.value is not None:
                current = step.value
                text = shorten(current, limit)
            elif step.action in {Action.WRITE, Action.DELETE}:
                before = step.previous if step.previous is not None else current
                current = step.value if step.action is Action.WRITE else None
                text = _change(before, step, limit)
        if sample is not None and is_write(step) and related(step, sample):
            mark = CHANGED
        if deciding and step.number == deciding[-1]:
            mark = DECIDED
        values[step.number] = Value(text, mark)
    return values


def _change(before: str | None, step: Step, limit: int) -> str:
    """A change of value, short enough for its column."""
    after = "gone" if step.action is Action.DELETE else step.value or ""
    if before is None:
        return shorten(after, limit)
    if len(before) + len(after) + 4 <= limit:
        return f"{shorten(before, limit)} -> {shorten(after, limit)}"
    half = max((limit - 4) // 2, 5)
    return f"{shorten(before, half)} -> {shorten(after, half)}"
