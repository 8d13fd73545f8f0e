"""From recorded events to a trace: everything gets its name, what concerns nobody else is left out.

Built while the execution still stands (blocked tasks blocked, objects alive), because names are found by
following the program's variables.
"""

from __future__ import annotations

import functools
import linecache
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from treadle.analysis.deadlock import Diagnosis, Wait, diagnose, that_matter, why_for_ever
from treadle.analysis.races import Race, Touch
from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.recorder import Event, Recorder
from treadle.engine.resource import Resource
from treadle.engine.task import Task
from treadle.explorer.naming import Naming
from treadle.explorer.observe import Outcome, location_label, task_label
from treadle.model.access import Access
from treadle.model.describe import without_addresses
from treadle.model.finding import RacingAccess
from treadle.model.operation import READS
from treadle.model.schedule import Schedule
from treadle.model.trace import Action, Place, ResourceInfo, Step, TaskInfo, Trace, Waiting

_ALWAYS = frozenset(
    {
        Action.BEGIN,
        Action.SUSPEND,
        Action.RESUME,
        Action.YIELD,
        Action.BLOCK,
        Action.TERMINATE,
        Action.RAISE,
        Action.START,
        Action.JOIN,
        Action.PRINT,
        Action.SLEEP,
        Action.TIMEOUT,
    }
)
_ACCESSES = frozenset(
    {
        Action.READ,
        Action.WRITE,
        Action.DELETE,
        Action.CONTAINS,
        Action.ITERATE,
        Action.LENGTH,
        Action.CALL,
    }
)


_INNER_LOCKS = frozenset({"_lock", "mutex"})


@dataclass(frozen=True, slots=True)
class NamedRace:
    """A data race as people see it.

    Args:
        resource: Label of the location.
        name: What races at the same places are told apart by: the name of the datum, None in a container.
        accesses: The two accesses, in the order in which they happened.
        steps: Their steps; empty where the trace does not have both.
    """

    resource: str
    name: object
    accesses: tuple[RacingAccess, RacingAccess]
    steps: tuple[int, ...]


class TraceBuilder:
    """Names and orders what a recorder collected.

    Args:
        recorder: The recorder of the execution that has just stopped.
        naming: Names of objects.
        module: Name of the target module.
        outcome: The execution's outcome.
        output: What it wrote.
        model: The model of the interpreter.

    Attributes:
        accesses: The accesses to shared data among the steps.
        diagnosis: Why nothing could go on, None when the execution did not deadlock.
        races: The data races.
    """

    def __init__(
        self,
        recorder: Recorder,
        naming: Naming,
        module: str,
        outcome: Outcome,
        output: str,
        model: str,
    ) -> None:
        self._model = model
        self._recorder = recorder
        self._naming = naming
        self._module = module
        self._outcome = outcome
        self._output = output
        self._labels: dict[int, str] = {}
        self._kinds: dict[str, int] = defaultdict(int)
        self._resources: dict[str, ResourceInfo] = {}
        self.accesses: list[Access] = []
        self.diagnosis: Diagnosis | None = None
        self._tasks = tuple(_task_info(task) for task in kernel.tasks)
        self._numbers: dict[int, int] = {}
        self._steps = self._build_steps()
        self.races = [self._named(race) for race in recorder.races.found()]
        self._waiting: tuple[Waiting, ...] = ()
        if kernel.status == "deadlock":
            self._build_waiting()

    @property
    def event_of_step(self) -> dict[int, int]:
        """By the number of a step, which event of the recorder it was, counted from 1."""
        return {number: position + 1 for position, number in self._numbers.items()}

    def trace(self, schedule: Schedule) -> Trace:
        """The finished trace.

        Args:
            schedule: The schedule that gives it.
        """
        return Trace(
            tasks=self._tasks,
            steps=self._steps,
            token=schedule.token(),
            preemptions=schedule.preemptions,
            waiting=self._waiting,
            cycle=self.diagnosis.cycle if self.diagnosis else (),
            observed=self._outcome,
            output=self._output,
            python=f"{sys.version_info.major}.{sys.version_info.minor}",
            model=self._model,
            resources=tuple(self._resources[label] for label in sorted(self._resources)),
        )

    # --- steps ----------------------------------------------------------------------------------

    def _build_steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        local: dict[int, int] = defaultdict(int)
        last_write: dict[int, int] = {}
        is_started = False
        waited_for = {id(task.waiting_for) for task in kernel.tasks if task.is_blocked}
        for position, event in enumerate(self._recorder.events):
            is_started = is_started or event.action in {Action.START, Action.BEGIN}
            if not is_started or event.action is Action.WAKE:
                continue
            if not _concerns_others(event, waited_for):
                local[event.task] += 1
                continue
            number = self._numbers[position] = len(steps) + 1
            label = self.label(event.subject)
            is_access = event.action in _ACCESSES
            location = id(event.subject)
            if is_access:
                self.accesses.append(
                    Access(
                        number,
                        event.task,
                        location,
                        label,
                        event.is_write,
                        event.activation,
                        frozenset(map(id, event.held)),
                    )
                )
            steps.append(
                Step(
                    number=number,
                    task=event.task,
                    action=event.action,
                    place=make_place(event.place),
                    resource=label,
                    value=_value(event),
                    previous=event.previous,
                    detail=event.detail,
                    other=event.other,
                    woken=event.woken,
                    holders=event.holders,
                    held=tuple(self.label(lock) for lock in event.held),
                    activation=event.activation,
                    reads_from=last_write.get(location) if event.action is Action.READ else None,
                    local_before=local.pop(event.task, 0),
                    time=event.time,
                    eligible=event.eligible,
                )
            )
            if is_access and event.is_write:
                last_write[location] = number
        return tuple(steps)

    def _named(self, race: Race) -> NamedRace:
        """A race as people see it."""
        pair = (race.first, race.second)
        steps = tuple(self._numbers.get(touch.event, 0) for touch in pair)
        return NamedRace(
            self.label(race.location),
            race.name,
            (self._access(race.first), self._access(race.second)),
            steps if all(steps) else (),
        )

    def _access(self, touch: Touch) -> RacingAccess:
        return RacingAccess(
            task_label(kernel.tasks[touch.task]),
            touch.kind not in READS,
            tuple(_place(file, line, line, -1, -1, name) for file, line, name in touch.stack),
            tuple(self.label(lock) for lock in touch.held),
        )

    def label(self, subject: Any) -> str:
        """The name of a location, primitive, thread or task.

        Args:
            subject: What an event is about.

        Returns:
            A name; "" for nothing.
        """
        if subject is None:
            return ""
        found = self._labels.get(id(subject))
        if found is None:
            found = self._new_label(subject)
            self._labels[id(subject)] = found
            if isinstance(subject, Resource) and _task_of(subject) is None:
                self._note_kind(found, subject)
        return found

    def _note_kind(self, label: str, subject: Resource) -> None:
        """Remember what a primitive is; the lock inside another does not hide its owner."""
        kind = getattr(subject, "kind_name", type(subject).__name__)
        if label in self._resources and kind in {"Lock", "RLock"}:
            return
        self._resources[label] = ResourceInfo(label, kind, _size(subject))

    def _new_label(self, subject: Any) -> str:
        if isinstance(subject, Task):
            return task_label(subject)
        if isinstance(subject, Location):
            name = location_label(subject, self._naming, self._module)
            if name is not None:
                return name
            owner = subject.target()
            base = "(gone)" if owner is None else self._numbered(owner)
            if subject.form == "attribute":
                return f"{base}.{subject.key}"
            return f"{base}[{subject.key!r}]" if subject.form == "item" else base
        task = _task_of(subject)
        if task is not None:
            return task_label(task)
        name = self._naming.label(subject)
        if name is None:
            return self._numbered(subject)
        # The lock inside a condition or queue goes by the name of what it belongs to.
        owner, _, part = name.rpartition(".")
        is_inner = part in _INNER_LOCKS and isinstance(self._naming.find(owner), Resource)
        return owner if is_inner else name

    def _numbered(self, obj: Any) -> str:
        """A name for an object that no variable leads to: its type and a number."""
        key = -id(obj)
        if key not in self._labels:
            kind = getattr(obj, "kind_name", None) or type(obj).__name__
            self._kinds[kind] += 1
            self._labels[key] = f"{kind}#{self._kinds[kind]}"
        return self._labels[key]

    # --- the end of a deadlock ------------------------------------------------------------------

    def _build_waiting(self) -> None:
        finished = frozenset(t.number for t in kernel.tasks if t.is_finished)
        waits = []
        for task in kernel.tasks:
            holders: tuple[int, ...]
            if task.is_finished or not task.is_blocked:
                continue
            resource = task.waiting_for
            joined = _task_of(resource)
            if joined is not None:
                kind, holders = "Thread", (joined.number,)
            else:
                kind = getattr(resource, "kind_name", type(resource).__name__)
                owners = resource.owners() if isinstance(resource, Resource) else []
                holders = tuple(owner.number for owner in owners if isinstance(owner, Task))
            waits.append(
                Wait(
                    task.number,
                    task_label(task),
                    id(resource),
                    self.label(resource),
                    kind,
                    task.waiting_verb,
                    holders,
                )
            )
        daemons = frozenset(t.number for t in kernel.tasks if t.is_daemon)
        self.diagnosis = diagnose(that_matter(waits, daemons), finished)
        taken_at = self._recorder.taken_at
        self._waiting = tuple(
            Waiting(
                task=wait.task,
                resource=wait.resource_label,
                verb=wait.verb,
                place=make_place(self._recorder.waiting_at.get(wait.task)),
                holders=wait.holders,
                held=tuple(
                    (self.label(lock), make_place(taken_at.get((wait.task, id(lock)))))
                    for lock in kernel.tasks[wait.task].held
                ),
                why=why_for_ever(wait, finished),
            )
            for wait in waits
        )


def _value(event: Event) -> str | None:
    """The value of an event, as it is in every execution."""
    if event.value is None or event.action is not Action.RAISE:
        return event.value
    return without_addresses(event.value).partition("\n")[0]


def _concerns_others(event: Event, waited_for: set[int]) -> bool:
    """Whether an event is a step of the trace: something that another task could notice."""
    if event.action in _ALWAYS or id(event.subject) in waited_for:
        return True
    subject: Any = event.subject
    if isinstance(subject, Location):
        if subject.is_shared:
            return True
        if subject.form != "item":
            return False
        entry = kernel.objects.get(id(subject.target()))
        return entry is not None and entry.container is not None and entry.container.is_shared
    if isinstance(subject, Resource) and subject.location is not None:
        return len({access.task for access in subject.location.accesses}) > 1
    return True


def _size(resource: Any) -> int | None:
    """How much a primitive holds, where that is limited."""
    for name in ("_initial_value", "_parties", "maxsize"):
        size = getattr(resource, name, None)
        if isinstance(size, int) and size > 0:
            return size
    return None


def _task_of(resource: Any) -> Task | None:
    """The task that a thread, or what the kernel knows of a thread, stands for."""
    if isinstance(resource, Task):
        return resource
    life = getattr(getattr(resource, "thread", resource), "_life", None)
    return None if life is None else life.task


def _task_info(task: Task) -> TaskInfo:
    parent = None
    for other in kernel.tasks:
        if other.path == task.path[:-1]:
            parent = other.number
    thread = task.thread
    return TaskInfo(
        number=task.number,
        label=task_label(task),
        name="" if task.number == 0 else task.name,
        thread_name=getattr(thread, "name", "") if thread is not None else "",
        daemon=task.is_daemon,
        parent=parent,
    )


def make_place(place: tuple[Any, ...] | None) -> Place | None:
    """A place for people.

    Args:
        place: (file name, line, end line, column, end column, function) as recorded.

    Returns:
        The place with a short file name and its source line.
    """
    return None if place is None else _place(*place)


def _place(
    filename: str, line: int, end_line: int, column: int, end_column: int, function: str
) -> Place:
    text = linecache.getline(filename, line)
    return Place(
        shown_file(filename),
        line,
        end_line,
        _characters(text, column),
        _characters(linecache.getline(filename, end_line), end_column),
        function,
        text.strip(),
    )


def _characters(line: str, column: int) -> int:
    """A column in characters; the interpreter counts bytes of UTF-8."""
    if column < 0 or line.isascii():
        return column
    return len(line.encode()[:column].decode(errors="ignore"))


@functools.cache
def shown_file(filename: str) -> str:
    """A file name as the user would type it: relative to the current folder when it lies below it."""
    relative = os.path.relpath(filename)
    return filename if relative.startswith("..") else relative
