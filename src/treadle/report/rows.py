"""The rows of a step table, before they are laid out: who did what, in which column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treadle.model.trace import Action
from treadle.report.values import Value
from treadle.report.view import View

LIFE = frozenset(
    {
        *(Action.BEGIN, Action.START, Action.JOIN, Action.TERMINATE, Action.IS_ALIVE),
        *(Action.BLOCK, Action.WAKE, Action.SUSPEND, Action.RESUME, Action.PRINT, Action.RAISE),
    }
)
_NO_VALUE = Value()


@dataclass(frozen=True, slots=True)
class Row:
    """What a step table says about a step, or about several that are told together.

    Args:
        number: The step, or the steps, as text; empty for what has no number.
        task: Number of the task, None where it is not one task's.
        column: In which column it stands, None when it stands across all of them.
        text: What the task did: "reads bal as 0".
        source: The line of the program, with its number; empty where it was just shown.
        indent: Blanks before the text, so that it stands below the program's text.
        remark: What the task does not know: "still holds bal = 0 from step 2".
        value: What stands in the last column.
        arrow: The column that control goes to or comes from, None where it stays.
        is_arriving: Whether the arrow points here.
        is_dim: Whether it can be skipped.
        is_fold: Whether it stands for steps that are left out.
        place: File and line, for the form without columns.
    """

    number: str
    task: int | None
    column: int | None
    text: str
    source: str = ""
    indent: int = 0
    remark: str = ""
    value: Value = _NO_VALUE
    arrow: int | None = None
    is_arriving: bool = False
    is_dim: bool = False
    is_fold: bool = False
    place: str = ""


def lines_of(rows: Sequence[Row]) -> str:
    """The lines of the program that the rows show: "bank.py:6-7, 10-11".

    Args:
        rows: The rows.

    Returns:
        Files and lines, in order.
    """
    lines: dict[str, set[int]] = {}
    for row in rows:
        if row.source:
            file, _, line = row.place.rpartition(":")
            lines.setdefault(file, set()).add(int(line))
    return ", ".join(f"{file}:{_ranges(sorted(numbers))}" for file, numbers in lines.items())


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers with runs drawn together: "6-7, 10-11"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in ranges)


def columns_of(view: View) -> tuple[int, ...]:
    """The tasks that get a column.

    The main thread gets one only when it takes part: it does more than start and await the others while
    they run, or makes a deciding step.

    Args:
        view: What is shown.

    Returns:
        Task numbers, in order.
    """
    trace = view.trace
    others = [step.number for step in trace.steps if step.task]
    if not others:
        return (0,)
    takes_part = any(
        not step.task
        and (
            step.number in view.deciding
            or (others[0] < step.number < others[-1] and step.action not in LIFE)
        )
        for step in trace.steps
    )
    acting = {step.task for step in trace.steps if step.task}
    return tuple(sorted(acting | ({0} if takes_part else set())))
