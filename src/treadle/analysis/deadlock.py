"""Deadlocks: why nothing can go on.

Works on the graph of which task waits for what and who holds it. One kind is named for each deadlock, the
most specific first: a task that waits for itself, a cycle of locks, a lock whose holder is gone, a queue or
signal that nobody is left to give, and only then a join, which is usually a consequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from treadle.model.finding import DeadlockKind

LOCKS = frozenset({"Lock", "RLock"})
QUEUES = frozenset({"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"})


@dataclass(frozen=True, slots=True)
class Wait:
    """A task that cannot go on.

    Args:
        task: Its number.
        label: Its label.
        resource: Identifies what it waits for.
        resource_label: Its name.
        resource_kind: "Lock", "RLock", "Condition", "Event", "Semaphore", "Barrier", "Queue", "Thread", ...
        verb: How it waits: "waits for", "gets from", "joins", ...
        holders: Tasks that hold the resource; for a join, the joined task.
    """

    task: int
    label: str
    resource: int
    resource_label: str
    resource_kind: str
    verb: str
    holders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What kind of deadlock it is.

    Args:
        kind: The kind.
        resource: Label of the resource at its centre.
        tasks: Numbers of the tasks concerned, the most important first.
        cycle: Labels of tasks and locks around the cycle, the first repeated at the end.
    """

    kind: DeadlockKind
    resource: str
    tasks: tuple[int, ...]
    cycle: tuple[str, ...] = ()


def diagnose(waits: Sequence[Wait], finished: frozenset[int]) -> Diagnosis:
    """Name the kind of a deadlock.

    Args:
        waits: The tasks that cannot go on, in task order.
        finished: Numbers of the tasks that have ended.

    Returns:
        The diagnosis.
    """
    by_task = {wait.task: wait for wait in waits}
    for wait in waits:
        if wait.resource_kind in LOCKS and wait.task in wait.holders:
            return Diagnosis(
                DeadlockKind.SELF_DEADLOCK,
                wait.resource_label,
                (wait.task,),
                (wait.label, wait.resource_label, wait.label),
            )
    for wait in waits:
        cycle = _cycle_from(wait, by_task)
        if cycle:
            labels = []
            for member in cycle:
                labels += [member.label, member.resource_label]
            return Diagnosis(
                DeadlockKind.LOCK_CYCLE
                if all(w.resource_kind in LOCKS for w in cycle)
                else DeadlockKind.OTHER,
                cycle[0].resource_label,
                tuple(member.task for member in cycle),
                (*labels, cycle[0].label),
            )
    for wait in waits:
        if wait.resource_kind in LOCKS and wait.holders and set(wait.holders) <= finished:
            return Diagnosis(
                DeadlockKind.LEAKED_LOCK, wait.resource_label, (wait.task, *wait.holders)
            )
    for wait in waits:
        if wait.resource_kind in QUEUES:
            return Diagnosis(DeadlockKind.QUEUE, wait.resource_label, (wait.task,))
    for wait in waits:
        if wait.resource_kind not in LOCKS and wait.resource_kind != "Thread":
            return Diagnosis(DeadlockKind.LOST_WAKEUP, wait.resource_label, (wait.task,))
    for wait in waits:
        if wait.resource_kind == "Thread":
            return Diagnosis(DeadlockKind.JOIN, wait.resource_label, (wait.task, *wait.holders))
    return Diagnosis(DeadlockKind.OTHER, waits[0].resource_label if waits else "", ())


def that_matter(waits: Sequence[Wait], daemons: frozenset[int]) -> list[Wait]:
    """The waits that keep the program from ending: of its non-daemon tasks, and of whom they wait for.

    Args:
        waits: All tasks that cannot go on.
        daemons: Numbers of the daemon tasks.

    Returns:
        Those that matter, in task order.
    """
    by_task = {wait.task: wait for wait in waits}
    mattering = {task for task in by_task if task not in daemons}
    pending = list(mattering)
    while pending:
        for holder in by_task[pending.pop()].holders:
            if holder in by_task and holder not in mattering:
                mattering.add(holder)
                pending.append(holder)
    return [wait for wait in waits if wait.task in mattering]


def why_for_ever(wait: Wait, finished: frozenset[int]) -> str:
    """Why nobody will ever let a task go on, as a clause.

    Args:
        wait: The task.
        finished: Numbers of the tasks that have ended.

    Returns:
        A clause without a capital or a stop.
    """
    kind = wait.resource_kind
    if kind in LOCKS:
        if wait.task in wait.holders:
            return "it holds this lock itself"
        if wait.holders and set(wait.holders) <= finished:
            return "the thread that holds it has ended without releasing it"
        return "its holder cannot go on either"
    if kind == "Thread":
        return "that thread cannot go on either"
    if kind in QUEUES:
        if "put" in wait.verb:
            return "nobody is left who could take an item out"
        if "join" in wait.verb or "done" in wait.verb:
            return "nobody is left who could mark the items as done"
        return "nobody is left who could put an item in"
    return {
        "Condition": "nobody is left who could notify it",
        "Event": "nobody is left who could set it",
        "Barrier": "nobody is left who could arrive at it",
        "Semaphore": "nobody is left who could release it",
        "BoundedSemaphore": "nobody is left who could release it",
    }.get(kind, "nobody is left who could wake it")


def _cycle_from(start: Wait, by_task: dict[int, Wait]) -> list[Wait]:
    """The cycle of waits through a task, or nothing."""
    path = [start]
    seen = {start.task}
    while True:
        wait = path[-1]
        if wait.resource_kind not in LOCKS and wait.resource_kind != "Thread":
            return []
        successor = next((by_task[h] for h in wait.holders if h in by_task), None)
        if successor is None:
            return []
        if successor.task == start.task:
            return path
        if successor.task in seen:
            return []
        seen.add(successor.task)
        path.append(successor)
