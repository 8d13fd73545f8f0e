"""The primitives of a trace, step by step: who holds what, who waits, what is in the queues."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from treadle.explain.words import plural
from treadle.model.trace import Action, ResourceInfo, Step, Trace

LOCKS = frozenset({"Lock", "RLock"})
SEMAPHORES = frozenset({"Semaphore", "BoundedSemaphore"})
CONDITIONS = frozenset({"Condition"})
QUEUES = frozenset({"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"})

_KIND_OF_ACTION = {
    **dict.fromkeys((Action.PUT, Action.GET, Action.TASK_DONE, Action.QUEUE_JOIN), "Queue"),
    **dict.fromkeys((Action.QUEUE_READ, Action.SHUTDOWN), "Queue"),
    **dict.fromkeys((Action.SET, Action.CLEAR, Action.IS_SET), "Event"),
    Action.NOTIFY: "Condition",
    Action.LOCKED: "Lock",
}
_TAKES = frozenset({Action.ACQUIRE, Action.TRY_ACQUIRE})


@dataclass(slots=True)
class Primitive:
    """One primitive, as far as its steps tell.

    Args:
        info: What it is.
        owner: Number of the task that holds it.
        count: How often.
        permits: What is left of a semaphore; None until a step says it.
        is_set: Of an event.
        items: In a queue, the oldest first.
        unfinished: Tasks of a queue that are not done; None where nobody asks.
        inside: Tasks at a barrier, or in a condition's wait set.
    """

    info: ResourceInfo
    owner: int | None = None
    count: int = 0
    permits: int | None = None
    is_set: bool = False
    items: list[str] = field(default_factory=list)
    unfinished: int | None = None
    inside: list[int] = field(default_factory=list)
    is_shut: bool = False

    @property
    def kind(self) -> str:
        """What it is."""
        return self.info.kind

    def text(self, name_of_owner: str) -> str:
        """What it is like, in words.

        Args:
            name_of_owner: The label of the task that holds it.

        Returns:
            Such as "held by T1", "2 left of 3", "empty".
        """
        size = self.info.size
        if self.kind in SEMAPHORES:
            of_all = f" of {size}" if size is not None else ""
            return (
                "permits not known yet" if self.permits is None else f"{self.permits} left{of_all}"
            )
        if self.kind == "Event":
            return "set" if self.is_set else "not set"
        if self.kind == "Barrier":
            return f"{len(self.inside)} of {size if size is not None else '?'} waiting"
        if self.kind in QUEUES:
            count = plural(len(self.items), "item") if self.items else "empty"
            room = f" of at most {size}" if size is not None else ""
            left = f", {self.unfinished} not done" if self.unfinished is not None else ""
            return f"{count}{room}{left}{', shut down' if self.is_shut else ''}"
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"held by {name_of_owner}{times}" if self.owner is not None else "free"


class Primitives:
    """All primitives of a trace, moved on step by step.

    Args:
        trace: The trace.
    """

    def __init__(self, trace: Trace) -> None:
        self.all = {info.label: Primitive(info) for info in _infos(trace)}
        for step in trace.steps:
            if step.action is Action.TASK_DONE and step.resource in self.all:
                self.all[step.resource].unfinished = 0
        self._fill_queues(trace)
        self._held: dict[int, tuple[str, ...]] = defaultdict(tuple)

    def advance(self, step: Step) -> None:
        """Do what a step does.

        Args:
            step: The next step.
        """
        self._hold(step)
        found = self.all.get(step.resource)
        if found is None:
            return
        if step.action in _TAKES or step.action is Action.RELEASE:
            self._permit(found, step)
        elif step.action is Action.WAIT:
            found.inside.append(step.task)
        elif step.action in {Action.WAIT_DONE, Action.TIMEOUT}:
            if found.kind == "Event":
                found.is_set = found.is_set or step.value == "True"
            if step.task in found.inside:
                found.inside.remove(step.task)
        elif step.action in {Action.SET, Action.CLEAR}:
            found.is_set = step.action is Action.SET
        elif step.action is Action.IS_SET:
            found.is_set = step.value == "True"
        elif step.action is Action.SHUTDOWN:
            found.is_shut = True
        else:
            _queue(found, step)

    def is_free(self, label: str) -> bool:
        """Whether nobody holds a lock."""
        found = self.all.get(label)
        return found is None or found.owner is None

    def _fill_queues(self, trace: Trace) -> None:
        """What comes out of a queue and was not put in was there before."""
        inside: dict[str, list[str]] = defaultdict(list)
        for step in trace.steps:
            if step.action is Action.PUT:
                inside[step.resource].append(step.value or "")
            elif step.action is Action.GET and step.resource in self.all:
                if (step.value or "") in inside[step.resource]:
                    inside[step.resource].remove(step.value or "")
                else:
                    found = self.all[step.resource]
                    found.items.append(step.value or "")
                    if found.unfinished is not None:
                        found.unfinished += 1

    def _hold(self, step: Step) -> None:
        """Note what the task of a step holds now."""
        before = self._held[step.task]
        self._held[step.task] = step.held
        for label in before:
            found = self.all.get(label)
            if label not in step.held and found is not None and found.owner == step.task:
                found.owner, found.count = None, 0
        for label in step.held:
            found = self.all.get(label)
            if found is None:
                continue
            if found.owner != step.task:
                found.owner, found.count = step.task, 1
            elif label == step.resource and found.kind == "RLock":
                if step.action is Action.ACQUIRE or (
                    step.action is Action.TRY_ACQUIRE and step.value == "True"
                ):
                    found.count += 1
                elif step.action is Action.RELEASE:
                    found.count -= 1

    @staticmethod
    def _permit(found: Primitive, step: Step) -> None:
        """Note what is left of a semaphore."""
        if found.kind in SEMAPHORES and (step.value or "").isdecimal():
            found.permits = int(step.value or 0)
        elif found.kind in SEMAPHORES and step.value == "False":
            found.permits = 0


def _queue(found: Primitive, step: Step) -> None:
    """What a step does to a queue."""
    item = step.value or ""
    if step.action is Action.PUT:
        found.items.append(item)
        if found.unfinished is not None:
            found.unfinished += 1
    elif step.action is Action.GET:
        if item not in found.items:
            return
        if found.kind == "LifoQueue":
            position = len(found.items) - 1 - found.items[::-1].index(item)
        else:
            position = found.items.index(item)
        del found.items[position]
    elif step.action is Action.TASK_DONE and found.unfinished is not None:
        found.unfinished -= 1


def _infos(trace: Trace) -> list[ResourceInfo]:
    """What the trace says about its primitives, and what its steps let guess where it says nothing."""
    infos = {info.label: info for info in trace.resources}
    tasks = {task.label for task in trace.tasks}
    for step in trace.steps:
        kind = _KIND_OF_ACTION.get(step.action)
        if step.action in _TAKES | {Action.RELEASE}:
            is_counted = step.value is not None and step.value.isdecimal()
            kind = "Semaphore" if is_counted else "Lock"
        if kind is not None and step.resource and step.resource not in tasks:
            infos.setdefault(step.resource, ResourceInfo(step.resource, kind))
        for label in step.held:
            infos.setdefault(label, ResourceInfo(label, "Lock"))
    mentioned = {step.resource for step in trace.steps}
    mentioned.update(label for step in trace.steps for label in step.held)
    return [infos[label] for label in sorted(infos) if label in mentioned]
