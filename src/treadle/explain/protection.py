"""Which locks protected the accesses in question, and which did not."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.accesses import is_access, related
from treadle.explain.labels import Labels
from treadle.explain.words import listing, numbered
from treadle.model.trace import Action, Step, Trace


def accesses_between(trace: Trace, resource: str, deciding: Sequence[int]) -> tuple[int, ...]:
    """All accesses to the resource by the tasks concerned, from the first deciding step to the last.

    Args:
        trace: The trace.
        resource: Label of the location, "" for that of the last deciding access.
        deciding: Numbers of the steps that made the difference.

    Returns:
        Step numbers, in order.
    """
    known = {step.number: step for step in trace.steps}
    anchors = [known[number] for number in deciding if number in known and is_access(known[number])]
    if not anchors:
        return ()
    tasks = {step.task for step in anchors}
    about = [step for step in anchors if step.resource == resource] or anchors
    return tuple(
        step.number
        for step in trace.steps[anchors[0].number - 1 : anchors[-1].number]
        if step.task in tasks
        and is_access(step)
        and (step.number in deciding or any(related(step, anchor) for anchor in about))
    )


def protection_note(trace: Trace, resource: str, steps: Sequence[int]) -> str:
    """Which locks were held at some accesses to a location.

    Args:
        trace: The trace.
        resource: Label of the location.
        steps: Numbers of the accesses.

    Returns:
        One sentence; empty without accesses.
    """
    accesses = [trace.steps[number - 1] for number in steps]
    if not accesses:
        return ""
    labels = Labels(trace)
    held = [frozenset(step.held) for step in accesses]
    tasks = [labels.task(number) for number in dict.fromkeys(step.task for step in accesses)]
    if not any(held):
        verb = "hold" if len(tasks) > 1 else "holds"
        return (
            f"No lock protects {resource}: {listing(tasks)} {verb} nothing "
            f"at {numbered('step', steps)}."
        )
    common = frozenset.intersection(*held)
    if not common:
        return f"No common lock protects {resource}: {_who_holds_what(labels, accesses)}."
    lock = min(common)
    released = _released_between(trace, accesses, lock)
    if released is None:
        return f"{labels.short(lock)} is held at {numbered('step', steps)}."
    how = "gives it up to wait" if released.action is Action.WAIT else "releases it"
    return (
        f"{labels.short(lock)} is held at {numbered('step', steps)}, but {labels.task(released.task)} "
        f"{how} at step {released.number}: its accesses are not one unit."
    )


def _who_holds_what(labels: Labels, accesses: Sequence[Step]) -> str:
    """Each task with its locks and the steps at which it holds them."""
    groups: dict[tuple[int, tuple[str, ...]], list[int]] = {}
    for step in accesses:
        groups.setdefault((step.task, tuple(sorted(set(step.held)))), []).append(step.number)
    clauses = []
    for (task, locks), numbers in groups.items():
        what = listing(map(labels.short, locks)) or "nothing"
        clauses.append(f"{labels.task(task)} holds {what} at {numbered('step', numbers)}")
    return "; ".join(clauses)


def _released_between(trace: Trace, accesses: Sequence[Step], lock: str) -> Step | None:
    """The step in which the first task gives a lock up before its last access."""
    task = accesses[0].task
    for step in trace.steps[accesses[0].number : accesses[-1].number - 1]:
        if step.task == task:
            if step.action is Action.WAIT:
                return step
            if step.action is Action.RELEASE and step.resource == lock:
                return step
    return None
