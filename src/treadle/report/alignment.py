"""Two executions of one program side by side: which steps correspond."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from treadle.model.trace import Step, Trace

LONGEST = 2000
"""Beyond so many steps after the first difference, the rest is only put beside each other."""

Row = tuple[int | None, int | None, bool]
"""A step of the one trace, a step of the other, and whether they do the same."""


def aligned(one: Trace, other: Trace) -> list[Row]:
    """The steps of two traces, row by row.

    Args:
        one: A trace.
        other: Another of the same program.

    Returns:
        The rows: the same steps beside each other up to the first difference, after it as well as can be.
    """
    mine, theirs = one.steps, other.steps
    first = 0
    while first < min(len(mine), len(theirs)) and _key(mine[first]) == _key(theirs[first]):
        first += 1
    rows: list[Row] = [(n + 1, n + 1, True) for n in range(first)]
    if max(len(mine), len(theirs)) - first > LONGEST:
        return rows + _beside(mine, theirs, first, len(mine), first, len(theirs))
    keys = [_key(step) for step in mine[first:]]
    matcher = SequenceMatcher(None, keys, [_key(step) for step in theirs[first:]], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            rows += [(first + a + n + 1, first + c + n + 1, True) for n in range(b - a)]
        else:
            rows += _beside(mine, theirs, first + a, first + b, first + c, first + d)
    return rows


def _beside(
    mine: Sequence[Step], theirs: Sequence[Step], a: int, b: int, c: int, d: int
) -> list[Row]:
    """Different steps, in the order in which they stand."""
    return [
        (
            mine[a + n].number if a + n < b else None,
            theirs[c + n].number if c + n < d else None,
            False,
        )
        for n in range(max(b - a, d - c))
    ]


def _key(step: Step) -> tuple[Any, ...]:
    """What makes two steps the same: who did what, where, with which value."""
    line = step.place.line if step.place is not None else 0
    return step.task, step.action, step.resource, line, step.value, step.previous
