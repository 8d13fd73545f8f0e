"""Why an exception was raised: what the task had seen, and who changed it since."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.accesses import group, is_access, is_same_call
from treadle.explain.interference import past, why_triple
from treadle.explain.labels import Labels, place_text
from treadle.explain.triples import DIRTY_READ, LOST_UPDATE, Triple, find_triples, triple_at
from treadle.explain.words import shorten
from treadle.model.trace import Action, Step, Trace

ERROR_LIMIT = 60
"""Longest text of an exception inside the sentence."""


def why_exception(trace: Trace, resource: str = "", deciding: Sequence[int] = ()) -> str:
    """The cause of an exception or a failed assertion.

    Args:
        trace: The trace; the step that raised is its last RAISE.
        resource: Label of the location concerned, "" where unknown.
        deciding: Numbers of the steps that made the difference, where known.

    Returns:
        Who raised what and where, then the interference that led to it, if there was one.
    """
    labels = Labels(trace)
    raised = _raising_step(trace)
    if raised is None:
        return ""
    where = f", {place_text(raised.place)}" if raised.place else ""
    error = shorten((raised.value or "an exception").removesuffix(": "), ERROR_LIMIT)
    who = labels.introduced(raised.task)
    told = f"{who} raised {error.removesuffix('.')} (step {raised.number}{where})."
    cause = triple_at(trace, deciding) or culprit(trace, resource)
    if cause is not None:
        return f"{told} {why_triple(trace, cause)}"
    return f"{told}{_order(trace, labels, raised)}"


def _raising_step(trace: Trace) -> Step | None:
    """The last step in which a task ended by an exception."""
    return next((step for step in reversed(trace.steps) if step.action is Action.RAISE), None)


def culprit(trace: Trace, resource: str = "") -> Triple | None:
    """The interference that most likely led to the exception in a trace.

    One in which the raising task itself was misled counts most, the latest first; then a lost update or a
    half-done change that other tasks left behind.

    Args:
        trace: The trace.
        resource: Label of the location concerned, "" where unknown.

    Returns:
        Its three accesses; None where the trace shows none.
    """
    raised = _raising_step(trace)
    if raised is None:
        return None
    best: tuple[int, int] = (0, 0)
    found: Triple | None = None
    for triple in find_triples(trace):
        if triple.last.number > raised.number:
            break
        weight = 0
        if resource and group(triple.last) == resource:
            weight = 4
        elif triple.last.task == raised.task:
            weight = 3 if is_same_call(triple.last, raised) else 1
        elif triple.name in {LOST_UPDATE, DIRTY_READ}:
            weight = 2
        if weight and (weight, triple.last.number) > best:
            best, found = (weight, triple.last.number), triple
    return found


def _order(trace: Trace, labels: Labels, raised: Step) -> str:
    """A value that was read too early or too late: what the task read last, and who wrote it when."""
    read = next(
        (
            step
            for step in reversed(trace.steps[: raised.number])
            if step.task == raised.task and is_access(step)
        ),
        None,
    )
    if read is None or read.action is not Action.READ or not is_same_call(read, raised):
        return ""
    seen = f" It had {past(labels, read)} (step {read.number})"
    if read.reads_from is not None:
        writer = trace.steps[read.reads_from - 1]
        if writer.task == raised.task:
            return ""
        return f"{seen}, which {labels.task(writer.task)} wrote at step {writer.number}."
    for later in trace.steps[raised.number :]:
        is_late = later.action is Action.WRITE and later.resource == read.resource
        if is_late and later.task != raised.task:
            return f"{seen}; {labels.task(later.task)} writes it only at step {later.number}."
    return ""
