"""Who holds the GIL, who could have it, and why it is given up: a lane beside the story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from treadle.explain.layout import wrap
from treadle.explain.words import listing, printable
from treadle.model.interpreter import FREE_THREADED
from treadle.model.trace import RELEASES, Action, Step, Trace
from treadle.report.view import View

MOST_HOLDS = 24
"""So many turns are shown."""

_Row = tuple[str, str, str, str]
_HEAD: _Row = ("step", "holds the GIL", "eligible", "releases it")


@dataclass(frozen=True, slots=True)
class Hold:
    """What a task does from acquiring the GIL to releasing it.

    Args:
        first: The number of its first step.
        last: Its last step.
    """

    first: int
    last: Step


def holds(trace: Trace) -> Iterator[Hold]:
    """The turns of an execution, in order.

    Args:
        trace: The trace.

    Yields:
        Each turn; one that was given up without another task running goes on as a new one.
    """
    first = 0
    for step, following in zip(trace.steps, (*trace.steps[1:], None), strict=True):
        first = first or step.number
        if following is None or following.task != step.task or step.action in RELEASES:
            yield Hold(first, step)
            first = 0


def gil_lane(view: View) -> list[str]:
    """The lane of a trace that was made under a model with a GIL.

    Args:
        view: The trace and how to show it.

    Returns:
        Lines; none under the other model.
    """
    trace = view.trace
    if trace.model == FREE_THREADED or not trace.steps:
        return []
    turns = list(holds(trace))
    rows = [_HEAD, *(_row(trace, turn) for turn in turns[:MOST_HOLDS])]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    margin = sum(widths) + 7
    lines = ["The GIL"]
    for step, holder, eligible, reason in rows:
        start = f" {step:>{widths[0]}}  {holder:{widths[1]}}  {eligible:{widths[2]}}  "
        text = wrap(reason, max(view.width - margin, 20))
        lines.append(f"{start}{text[0]}".rstrip())
        lines += [f"{'':{margin}}{line}" for line in text[1:]]
    if len(turns) > MOST_HOLDS:
        lines.append(f"  and {len(turns) - MOST_HOLDS} more turns")
    return lines


def _row(trace: Trace, turn: Hold) -> _Row:
    """One turn in words."""
    last = turn.last
    numbers = str(turn.first) if turn.first == last.number else f"{turn.first}-{last.number}"
    labels = [trace.tasks[number].label for number in last.eligible]
    return numbers, trace.tasks[last.task].label, listing(labels) if labels else "-", _reason(last)


def _reason(step: Step) -> str:
    """Why the GIL is released."""
    match step.action:
        case Action.SUSPEND:
            return f"eval breaker, {step.detail}" if step.detail else "eval breaker"
        case Action.BLOCK:
            return f"blocking call: {step.detail} {printable(step.resource)}".rstrip()
        case Action.YIELD:
            return "lets others run: it only waits for something to change"
        case Action.TERMINATE:
            return "terminates"
        case Action.RAISE:
            return "terminates by an exception"
        case _:
            return "blocking call"
