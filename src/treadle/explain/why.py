"""The cause of a finding, in one or two sentences.

This is the door to the modules that know one kind each; all of them read a trace and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.deadlock import why_deadlock
from treadle.explain.exceptions import culprit, why_exception
from treadle.explain.interference import past, why_interference, why_triple
from treadle.explain.labels import Labels, place_text
from treadle.explain.protection import accesses_between, protection_note
from treadle.explain.triples import pattern_name, triple_at
from treadle.explain.words import listing, numbered
from treadle.model.finding import Finding, FindingKind
from treadle.model.trace import Trace

__all__ = [
    "accesses_between",
    "deciding_steps",
    "explain",
    "pattern_name",
    "protection_note",
    "why_deadlock",
    "why_exception",
    "why_interference",
    "why_livelock",
    "why_race",
]

LIVELOCK_WINDOW = 60
"""How many of the last steps are searched for the lines that repeat."""

_WITH_CULPRIT = frozenset(
    {FindingKind.ASSERTION, FindingKind.EXCEPTION, FindingKind.LINEARIZABILITY}
)

MOST_LINES = 6
"""How many repeating lines are named."""


def explain(
    kind: FindingKind, trace: Trace, resource: str = "", deciding: Sequence[int] = ()
) -> str:
    """The cause of a finding.

    Args:
        kind: What kind of finding.
        trace: The trace that shows it.
        resource: Label of the location or primitive concerned, "" where there is none.
        deciding: Numbers of the steps that made the difference; for an interference its three accesses.

    Returns:
        One or two sentences; empty where the trace does not tell.
    """
    match kind:
        case FindingKind.DEADLOCK:
            return why_deadlock(trace)
        case FindingKind.ASSERTION | FindingKind.EXCEPTION:
            return why_exception(trace, resource, deciding)
        case FindingKind.LIVELOCK:
            return why_livelock(trace)
        case FindingKind.DATA_RACE:
            return why_race(trace, resource, deciding)
        case _:
            triple = triple_at(trace, deciding)
            return why_triple(trace, triple, resource) if triple else ""


def deciding_steps(finding: Finding) -> tuple[int, ...]:
    """The steps that made the difference, also where the finding itself does not name them.

    Args:
        finding: The finding.

    Returns:
        Step numbers, in order; empty where the trace does not tell.
    """
    if finding.deciding or finding.kind not in _WITH_CULPRIT:
        return finding.deciding
    triple = culprit(finding.trace, finding.resource)
    return (triple.first.number, triple.other.number, triple.last.number) if triple else ()


def why_livelock(trace: Trace) -> str:
    """The cause of a livelock: who repeats which lines.

    Args:
        trace: A trace that was stopped because it went on for too long.

    Returns:
        One sentence; empty for an empty trace.
    """
    labels = Labels(trace)
    tail = trace.steps[-LIVELOCK_WINDOW:]
    tasks = sorted({step.task for step in tail})
    lines = list(dict.fromkeys(place_text(step.place) for step in tail if step.place))
    if not tasks or not lines:
        return ""
    who = listing(labels.introduced(task) for task in tasks)
    verb = "repeats" if len(tasks) == 1 else "repeat"
    named = listing(lines[:MOST_LINES]) if len(lines) <= MOST_LINES else f"{lines[0]} and more"
    return f"{who} {verb} {named} over and over, and nothing that happens ends it."


def why_race(trace: Trace, resource: str, deciding: Sequence[int]) -> str:
    """The cause of a data race: two accesses that nothing orders.

    Args:
        trace: The trace.
        resource: Label of the location.
        deciding: Numbers of the two accesses.

    Returns:
        One sentence; empty without two accesses.
    """
    if len(deciding) < 2:
        return ""
    labels = Labels(trace)
    one, other = trace.steps[deciding[0] - 1], trace.steps[deciding[-1] - 1]
    return (
        f"{labels.task(one.task)} {past(labels, one)} and {labels.task(other.task)} "
        f"{past(labels, other)} ({numbered('step', (one.number, other.number))}), and neither a lock "
        f"nor anything else orders these two accesses to {labels.short(resource or one.resource)}."
    )
