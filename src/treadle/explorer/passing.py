"""The nearest schedule that does not fail, to be told beside one that does.

Nearest is the one that parts from the failing schedule latest: the same choices but the last, but the last
two, ... Where none of them passes, it is the passing schedule of the search that has most choices in common.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from treadle.explorer.session import Execution, Session
from treadle.explorer.tally import Tally, failure_keys
from treadle.model.finding import Finding, FindingKind
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace
from treadle.schedulers.replay import Replay

MOST_FINDINGS = 3
MOST_PREFIXES = 6
MOST_OTHERS = 2

_WITHOUT = frozenset(
    {
        *(FindingKind.UNCONTROLLED, FindingKind.NONDETERMINISM),
        *(FindingKind.DATA_RACE, FindingKind.LEAK),  # nothing fails there
    }
)
_PASSED = "finished"


def beside_passing(session: Session, findings: list[Finding], tally: Tally) -> list[Finding]:
    """Give findings the nearest passing schedule, as far as one is found with a few executions.

    Args:
        session: The loaded target.
        findings: The findings.
        tally: What the search saw.

    Returns:
        The same findings.
    """
    told = []
    for position, finding in enumerate(findings):
        is_wanted = (
            position < MOST_FINDINGS and finding.kind not in _WITHOUT and finding.trace.steps
        )
        passing = _nearest(session, finding, tally) if is_wanted else None
        told.append(finding if passing is None else replace(finding, passing=passing))
    return told


def _nearest(session: Session, finding: Finding, tally: Tally) -> Trace | None:
    """The trace of the nearest schedule that passes."""
    for schedule in _candidates(Schedule.from_token(finding.trace.token), tally):
        scheduler = _started(session, schedule)
        execution = session.execute_finely(scheduler)
        if execution.status in {"interrupted", "uncontrolled"}:
            return None
        if scheduler.divergence is not None or not _passes(execution, finding, tally):
            continue
        scheduler = _started(session, schedule)
        execution, trace = session.record(scheduler, schedule)
        if scheduler.divergence is None and _passes(execution, finding, tally):
            return trace
    return None


def _started(session: Session, schedule: Schedule) -> Replay:
    scheduler = Replay(schedule)
    scheduler.begin()
    session.timeouts = schedule.timeouts
    return scheduler


def _candidates(failing: Schedule, tally: Tally) -> Iterator[Schedule]:
    """Schedules to try, the nearest first."""
    choices = failing.choices
    for length in range(len(choices) - 1, max(len(choices) - 1 - MOST_PREFIXES, -1), -1):
        yield replace(failing, choices=choices[:length])
    passed = [
        seen.schedule for seen in tally.outcomes.values() if seen.is_serial and not seen.is_failing
    ]
    passed.sort(key=lambda schedule: (-_common(choices, schedule.choices), len(schedule.choices)))
    yield from passed[:MOST_OTHERS]


def _common(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    """How many choices two schedules have in common, from the first."""
    return next(
        (n for n, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs),
        min(len(one), len(other)),
    )


def _passes(execution: Execution, finding: Finding, tally: Tally) -> bool:
    """Whether nothing fails; beside an interference, whether a serial order gives the same outcome."""
    if execution.status != _PASSED or failure_keys(execution):
        return False
    seen = tally.outcomes.get(execution.outcome)
    is_serial = seen is not None and seen.is_serial
    return is_serial or finding.kind is not FindingKind.INTERFERENCE
