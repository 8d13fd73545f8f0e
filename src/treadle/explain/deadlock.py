"""Why nothing can go on: what each task waits for, and why nobody will end the wait."""

from __future__ import annotations

import itertools

from treadle.explain.accesses import is_access
from treadle.explain.labels import Labels, place_text
from treadle.explain.waiting import waits_text
from treadle.explain.words import listing
from treadle.model.trace import Action, Step, Trace, Waiting


def why_deadlock(trace: Trace) -> str:
    """The cause of a deadlock.

    Args:
        trace: A trace whose ``waiting`` says who was left.

    Returns:
        One or two sentences; empty when nobody waits.
    """
    if not trace.waiting:
        return ""
    labels = Labels(trace)
    for waiting in trace.waiting:
        if waiting.holders == (waiting.task,):
            return _on_oneself(labels, waiting)
    if len(trace.cycle) > 3:
        return _in_a_cycle(labels, trace.cycle)
    root = root_of(trace)
    cause = _left_behind(trace, labels, root) or _lost_signal(trace, labels, root)
    cause = cause or _nobody_left(labels, root)
    others = [other for other in trace.waiting if other is not root]
    behind = [labels.task(other.task) for other in others if _is_behind(trace, other, root)]
    verb = "waits" if len(behind) == 1 else "wait"
    tail = f" {listing(behind)} {verb} for {labels.task(root.task)} in turn." if behind else ""
    return cause + tail


def root_of(trace: Trace) -> Waiting:
    """The waiting task that does not merely wait for another waiting one.

    Args:
        trace: A trace in which some task waits.

    Returns:
        The first such task; the first task of all where each waits for another.
    """
    waiting = {each.task for each in trace.waiting}
    labels = {task.label: task.number for task in trace.tasks}
    for each in trace.waiting:
        if labels.get(each.resource) not in waiting and not waiting.intersection(each.holders):
            return each
    return trace.waiting[0]


def cycle_text(labels: Labels, cycle: tuple[str, ...]) -> str:
    """A cycle of tasks and locks, drawn: "T1 -> B -> T2 -> A -> T1".

    Args:
        labels: How resources are called.
        cycle: Labels of tasks and what they wait for, alternating, the first repeated last. A task that is
            joined stands twice, as what is waited for and as a task; it is drawn once.

    Returns:
        The drawing.
    """
    names = [name for name, _ in itertools.groupby(cycle)]
    return " -> ".join(map(labels.short, names))


def _on_oneself(labels: Labels, waiting: Waiting) -> str:
    """A task waits for a lock that it holds."""
    task, lock = labels.introduced(waiting.task), labels.short(waiting.resource)
    taken = dict(waiting.held).get(waiting.resource)
    when = f" (taken at {place_text(taken)})" if taken else ""
    where = f" again at {place_text(waiting.place)}" if waiting.place else " again"
    return (
        f"{task} already holds {lock}{when} and asks for it{where}: "
        "a Lock is not reentrant, so it waits for itself. An RLock may be taken twice."
    )


def _in_a_cycle(labels: Labels, cycle: tuple[str, ...]) -> str:
    """Task, what it waits for, who has it, ...: each task has what the one before it waits for."""
    tasks, awaited = cycle[:-1:2], cycle[1::2]
    clauses = []
    for index, task in enumerate(tasks):
        waits = waits_text(labels, "waits for", awaited[index])
        holds = awaited[index - 1]
        has = "" if labels.is_task(holds) else f"holds {labels.short(holds)} and "
        clauses.append(f"{labels.introduced_label(task)} {has}{waits}")
    told = f"{', '.join(clauses[:-1])}, and {clauses[-1]}: {cycle_text(labels, cycle)}."
    if any(map(labels.is_task, awaited)):
        return told
    return f"{told} If every thread took these locks in the same order, this could not happen."


def _left_behind(trace: Trace, labels: Labels, root: Waiting) -> str:
    """The holder has ended without releasing."""
    waiting = {each.task for each in trace.waiting}
    for holder in root.holders:
        if holder in waiting:
            continue
        lock, name = labels.short(root.resource), labels.introduced(holder)
        taken = _last(trace, holder, root.resource, {Action.ACQUIRE, Action.TRY_ACQUIRE})
        ended = _last(trace, holder, "", {Action.TERMINATE, Action.RAISE})
        where = f" at {place_text(taken.place)}" if taken and taken.place else ""
        step = f" (step {ended.number})" if ended else ""
        return (
            f"{name} took {lock}{where} and ended{step} without releasing it, "
            f"so {labels.introduced(root.task)} waits for it for ever{_at(root)}."
        )
    return ""


def _lost_signal(trace: Trace, labels: Labels, root: Waiting) -> str:
    """Somebody signalled when nobody was waiting yet.

    A signal is not lost on a task that looked at shared data after it and chose to wait all the same.
    """
    began = _last(trace, root.task, root.resource, {Action.WAIT})
    began = began or _last(trace, root.task, root.resource, {Action.BLOCK})
    if began is None:
        return ""
    cleared: Step | None = None
    for step in reversed(trace.steps[: began.number - 1]):
        is_here = step.resource == root.resource
        if step.task == root.task:
            if is_access(step) or (is_here and step.action is Action.WAIT_DONE):
                break
        elif is_here and step.action is Action.CLEAR:
            cleared = step
        elif is_here and not step.woken:
            signal = _signal(labels, root, step, cleared)
            if signal:
                return f"{signal} began to wait on it (step {began.number}): the signal is lost."
    return ""


def _signal(labels: Labels, root: Waiting, step: Step, cleared: Step | None) -> str:
    """Who signalled before whom; empty where a step is no signal that can be lost."""
    who, task = labels.introduced(step.task), labels.introduced(root.task)
    resource = labels.short(root.resource)
    if step.action is Action.NOTIFY:
        return f"{who} notified {resource} (step {step.number}) before {task}"
    if step.action is Action.SET and cleared is not None:
        other = "" if cleared.task == step.task else f"{labels.introduced(cleared.task)} "
        return (
            f"{who} set {resource} (step {step.number}) and {other}cleared it again "
            f"(step {cleared.number}) before {task}"
        )
    return ""


def _nobody_left(labels: Labels, root: Waiting) -> str:
    """What the runtime knows about the wait."""
    why = root.why.removesuffix(".") or "nobody is left who could let it go on"
    waits = waits_text(labels, root.verb, root.resource)
    return f"{labels.introduced(root.task)} {waits}{_at(root)} for ever: {why}."


def _at(waiting: Waiting) -> str:
    """The line at which a task waits, as the end of a clause."""
    return f" at {place_text(waiting.place)}" if waiting.place else ""


def _is_behind(trace: Trace, other: Waiting, root: Waiting) -> bool:
    """Whether a task waits only because another one does."""
    label = next((task.label for task in trace.tasks if task.number == root.task), "")
    return root.task in other.holders or other.resource == label


def _last(trace: Trace, task: int, resource: str, actions: set[Action]) -> Step | None:
    """The last step in which a task did one of these things; any resource for ""."""
    for step in reversed(trace.steps):
        if step.task == task and step.action in actions and resource in {"", step.resource}:
            return step
    return None
