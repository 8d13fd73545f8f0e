"""Follows a trace step by step and notes how threads, primitives and values change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from treadle.explain.accesses import is_access, is_write
from treadle.explain.words import plural, shorten
from treadle.model.trace import Action, Step, Trace
from treadle.report.primitive_states import CONDITIONS, LOCKS, QUEUES, SEMAPHORES, Primitives
from treadle.report.states import (
    History,
    Known,
    ResourceState,
    Source,
    States,
    Status,
    TaskState,
    ValueState,
)

MOST_ITEMS = 20
"""So many items of a queue are kept in a state; what is between the first and the last is counted."""

_ENDS = frozenset({Action.TERMINATE, Action.RAISE})
_STOPS = frozenset({Action.SUSPEND, Action.YIELD})


@dataclass(slots=True)
class _Wait:
    """A task that waits: for what, how, for which other task, and which locks it must take back."""

    resource: str
    verb: str
    other: int | None
    locks: tuple[str, ...]
    is_woken: bool = False


def states_of(trace: Trace) -> States:
    """The history of everything in a trace.

    Args:
        trace: The trace.

    Returns:
        The histories.
    """
    builder = _Builder(trace)
    for step in trace.steps:
        builder.advance(step)
    return States(builder.tasks, builder.resources, builder.values, builder.stale)


class _Builder:
    def __init__(self, trace: Trace) -> None:
        self._labels = {task.number: task.label for task in trace.tasks}
        self.tasks: dict[int, History[TaskState]] = {n: History() for n in self._labels}
        self.stale: dict[int, History[tuple[Known, ...]]] = {n: History() for n in self._labels}
        self.resources: dict[str, History[ResourceState]] = {}
        self.values: dict[str, History[ValueState]] = {}
        self._primitives = Primitives(trace)
        self._states: dict[int, TaskState] = {}
        self._waits: dict[int, _Wait] = {}
        self._held: dict[int, tuple[str, ...]] = defaultdict(tuple)
        self._given_up: dict[int, tuple[str, ...]] = {}
        self._read: dict[int, dict[str, Known]] = defaultdict(dict)
        for number in self._labels:
            status = Status.NEW if number else Status.RUNNING
            self._put(0, number, TaskState(status))
        for label in self._primitives.all:
            self.resources[label] = History()
            self._note_resource(0, label)

    def advance(self, step: Step) -> None:
        """Do what a step does."""
        if step.action is Action.WAIT:
            before = self._held[step.task]
            self._given_up[step.task] = tuple(each for each in before if each not in step.held)
        touched = {step.resource, *step.held, *self._held[step.task]} & self.resources.keys()
        self._held[step.task] = step.held
        self._primitives.advance(step)
        self._note_waits(step)
        self._note_statuses(step)
        for label in touched:
            self._note_resource(step.number, label)
        if is_access(step):
            self._note_value(step)
        if step.action is Action.BEGIN or step.action in _ENDS:
            self._read[step.task].clear()
            self._note_stale(step.number, step.task)

    # --- tasks ------------------------------------------------------------------------------------

    def _put(self, number: int, task: int, state: TaskState) -> None:
        self._states[task] = state
        self.tasks.setdefault(task, History()).put(number, state)

    def _note_waits(self, step: Step) -> None:
        ended = self._waits.pop(step.task, None)
        if step.action is Action.BLOCK:
            self._waits[step.task] = _Wait(
                step.resource,
                step.detail,
                step.other if step.other is not None else self._task_named(step.resource),
                self._given_up.pop(step.task, ()),
            )
        if ended is not None and ended.resource in self.resources:
            self._note_resource(step.number, ended.resource)
        for number in step.woken:
            if number in self._waits:
                self._waits[number].is_woken = True

    def _task_named(self, label: str) -> int | None:
        return next((number for number, each in self._labels.items() if each == label), None)

    def _note_statuses(self, step: Step) -> None:
        number = step.number
        if step.other is not None and step.action is Action.START:
            self._put(number, step.other, TaskState(Status.READY))
        for task, state in list(self._states.items()):
            if task != step.task and state.status is Status.RUNNING:
                self._put(number, task, TaskState(Status.READY))
        if step.action in _ENDS:
            state = TaskState(Status.TERMINATED, has_failed=step.action is Action.RAISE)
        elif step.action in _STOPS:
            state = TaskState(Status.READY, is_suspended=step.action is Action.SUSPEND)
        elif step.action is Action.BLOCK:
            state = TaskState(Status.BLOCKED, step.resource, step.detail)
        else:
            state = TaskState(Status.RUNNING)
        self._put(number, step.task, state)
        for task, wait in self._waits.items():
            if task != step.task or step.action is not Action.BLOCK:
                status = Status.READY if self._can_go_on(task, wait) else Status.BLOCKED
                self._put(number, task, TaskState(status, wait.resource, wait.verb))

    def _can_go_on(self, task: int, wait: _Wait) -> bool:
        """Whether what a task waits for has happened."""
        if wait.other is not None:
            joined = self._states.get(wait.other)
            return joined is not None and joined.status is Status.TERMINATED
        found = self._primitives.all.get(wait.resource)
        if found is None:
            return wait.is_woken
        if found.kind in LOCKS:
            return found.owner is None
        if found.kind in SEMAPHORES:
            return bool(found.permits)
        if found.kind in CONDITIONS:
            is_waiting = task in found.inside and not wait.is_woken
            locks = (wait.resource, *wait.locks)
            return not is_waiting and all(self._primitives.is_free(each) for each in locks)
        if found.kind == "Event":
            return found.is_set or wait.is_woken
        if found.kind == "Barrier":
            return wait.is_woken or len(found.inside) >= (found.info.size or len(found.inside) + 1)
        if found.kind not in QUEUES or found.is_shut:
            return wait.is_woken or found.is_shut
        if wait.verb == "gets from":
            return bool(found.items)
        if wait.verb == "joins":
            return not found.unfinished
        return found.info.size is not None and len(found.items) < found.info.size

    # --- primitives -------------------------------------------------------------------------------

    def _note_resource(self, number: int, label: str) -> None:
        found = self._primitives.all[label]
        waiters = [task for task, wait in self._waits.items() if wait.resource == label]
        if found.kind == "Barrier":
            waiters = list(found.inside)
        owner = "" if found.owner is None else self._labels.get(found.owner, f"T{found.owner}")
        self.resources[label].put(
            number,
            ResourceState(
                text=found.text(owner),
                owner=found.owner,
                count=found.count,
                waiters=tuple(waiters),
                items=_items(found.items) if found.kind in QUEUES else None,
            ),
        )

    # --- shared values ------------------------------------------------------------------------------

    def _note_value(self, step: Step) -> None:
        label, number = step.resource, step.number
        history = self.values.setdefault(label, History())
        before = step.value if step.action is Action.READ else step.previous
        if not history.entries and before is not None and step.action is not Action.CALL:
            history.put(0, ValueState(shorten(before), Source.BEFORE))
        if step.action is Action.READ:
            last = history.last()
            value = shorten(step.value or "")
            if step.value is not None and (last is None or last.text != value):
                history.put(number, ValueState(value, Source.SEEN, step.task))
            self._read[step.task][label] = Known(label, value, number)
            self._note_stale(number, step.task)
        elif step.action is Action.WRITE:
            history.put(number, ValueState(shorten(step.value or ""), Source.WRITTEN, step.task))
        elif step.action is Action.DELETE:
            history.put(number, ValueState("deleted", Source.DELETED, step.task))
        elif is_write(step):
            history.put(number, ValueState(shorten(step.detail), Source.CALLED, step.task))
        elif step.action is Action.LENGTH and (step.value or "").isdecimal():
            count = plural(int(step.value or 0), "item")
            history.put(number, ValueState(count, Source.SEEN, step.task))
        if is_write(step):
            self._read[step.task].pop(label, None)
            for task in self._labels:
                self._note_stale(number, task)

    def _note_stale(self, number: int, task: int) -> None:
        """What a task has read and the location no longer holds."""
        stale = []
        for known in self._read[task].values():
            current = self.values[known.label].last()
            if current is not None and current.text != known.value and known.value:
                stale.append(known)
        self.stale.setdefault(task, History()).put(number, tuple(stale))


def _items(items: list[str]) -> tuple[str, ...]:
    """The items of a queue, the middle left out where they are many."""
    texts = [shorten(item) for item in items]
    if len(texts) <= MOST_ITEMS:
        return tuple(texts)
    half = MOST_ITEMS // 2
    return (*texts[:half], f"... {len(texts) - 2 * half:,} more", *texts[-half:])
