"""What a rendering is asked for, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from treadle.explain.accesses import is_access
from treadle.explain.triples import gravest_triple
from treadle.explain.why import deciding_steps
from treadle.model.finding import Finding
from treadle.model.trace import Trace
from treadle.report.style import Paint

MAX_WIDTH = 120
MIN_WIDTH = 40
MAX_ROWS = 30
"""Most rows of a step table; what does not fit is left out and said to be."""


@dataclass(frozen=True, slots=True)
class View:
    """One trace, with what matters in it and how to show it.

    Args:
        trace: The trace.
        deciding: Numbers of the steps that made the difference.
        resource: Label of the location or primitive in question, "" where there is none.
        width: Columns there are.
        rows: Most rows of the step table, None for no limit.
        verbose: 0 as a rule, 1 with what is usually folded, 2 with the locks held, below 0 less.
        paint: Colours.
    """

    trace: Trace
    deciding: tuple[int, ...] = ()
    resource: str = ""
    width: int = 80
    rows: int | None = MAX_ROWS
    verbose: int = 0
    paint: Paint = field(default_factory=Paint)

    @property
    def is_complete(self) -> bool:
        """Whether every step is shown."""
        return self.rows is None


def view_of(
    trace: Trace,
    finding: Finding | None,
    *,
    width: int,
    color: bool,
    verbose: int,
    is_complete: bool = False,
) -> View:
    """How to show a trace, with what its finding says is important.

    Args:
        trace: The trace.
        finding: The finding it belongs to, None where nothing was found.
        width: Columns there are; more than 120 are not used.
        color: Whether to use colour.
        verbose: See :class:`View`.
        is_complete: Whether to show every step, however many.

    Returns:
        The view.
    """
    deciding = deciding_steps(finding) if finding is not None else remarkable_steps(trace)
    return View(
        trace=trace,
        deciding=deciding,
        resource=_resource(trace, finding.resource if finding is not None else "", deciding),
        width=clamped(width),
        rows=None if is_complete or verbose > 0 else MAX_ROWS,
        verbose=verbose,
        paint=Paint(color),
    )


def remarkable_steps(trace: Trace) -> tuple[int, ...]:
    """The steps that are worth a remark in a trace that is not known to be wrong.

    Args:
        trace: The trace.

    Returns:
        The three accesses of a lost update, or of a check that has become wrong; else nothing.
    """
    triple = gravest_triple(trace)
    if triple is None:
        return ()
    return (triple.first.number, triple.other.number, triple.last.number)


def clamped(width: int) -> int:
    """A width that a report can be laid out in.

    Args:
        width: Columns there are.

    Returns:
        Between 40 and 120.
    """
    return max(MIN_WIDTH, min(width, MAX_WIDTH))


def _resource(trace: Trace, named: str, deciding: Sequence[int]) -> str:
    """The location whose value is worth a column."""
    if named and any(step.resource == named for step in trace.steps):
        return named
    for number in reversed(deciding):
        step = trace.steps[number - 1]
        if is_access(step):
            return step.resource
    return named
