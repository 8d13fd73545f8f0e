"""SURW: selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, ASPLOS 2025).

Of everything the tasks do, only some operations are *interesting* in an execution: those on one shared
location, drawn with a probability in proportion to how often it was used. Every order of these is about
equally likely, because the task that may do the next of them is drawn in proportion to how many it has
left; the others choose freely in between. The numbers come from earlier executions and belong to creation
paths, so a task that has not started counts for the one that will start it.

Locations are told apart by form and name (the type's name, for a primitive), so that they are the same in
every execution; of a lock only taking it is interesting, since letting go follows, and of threads neither
starting nor joining them, since these orders follow from the others. Where an operation blocks, the orders
are not exactly equally likely (the paper's limitation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from treadle.model.operation import Kind
from treadle.schedulers.base import Point
from treadle.schedulers.randomised import Randomised
from treadle.schedulers.views import LocationView, TaskView

_DULL = sum(
    1 << kind
    for kind in (Kind.RELEASE, Kind.START, Kind.JOIN, Kind.TRY_JOIN, Kind.THREAD_READ, Kind.EXIT)
)


Name = tuple[str, Any]
"""Form and name of a location."""

Path = tuple[int, ...]
"""Creation path of a task."""


class Surw(Randomised):
    """Chooses so that the orders of the interesting operations are equally likely.

    Args:
        seed: The first execution's seed; each further execution uses the next number.

    Attributes:
        interesting: Form and name of the location whose operations are interesting in this execution; None in
            the first.
    """

    def __init__(self, seed: int = 0) -> None:
        Randomised.__init__(self, seed)
        self.interesting: Name | None = None
        # By name and creation path: operations in an execution.
        self._counts: dict[Name | None, dict[Path, int]] = {}
        # Names of locations where something was chosen, in the order of seeing them.
        self._choosable: dict[Name, None] = {}
        # By creation path: the name of the location of its first choosable operation.
        self._first: dict[Path, Name] = {}
        self._forget()

    def _forget(self) -> None:
        self._names: dict[LocationView, Name] = {}
        self._done: dict[Name | None, dict[Path, int]] = {}
        self._left: dict[int, int] = {}
        self._numbers: dict[Path, int] = {}
        self._held: set[int] = set()
        self._next = -1

    def begin(self) -> bool:
        """Draw the location that is interesting in this execution."""
        Randomised.begin(self)
        self.interesting = None
        sizes = {}
        for name in self._choosable:
            counts = self._counts.get(name, {})
            if len(counts) > 1:
                sizes[name] = sum(counts.values())
        if sizes:
            number = self.below(sum(sizes.values()))
            for name, size in sizes.items():
                number -= size
                if number < 0:
                    self.interesting = name
                    break
        return True

    def choose(self, point: Point) -> int:
        """Any task about to do something else, or the one whose turn it is to do something interesting."""
        enabled = point.enabled
        is_next_here = False
        for task in enabled:
            if task.number not in self._left:
                self._meet(task)
            if task.pending_location is not None and not _DULL >> task.pending_kind & 1:
                self._choosable.setdefault(self._name(task.pending_location))
        if self.interesting is None:
            return self.below(len(enabled))
        for task in enabled:
            if task.number == self._next:
                is_next_here = True
        if not is_next_here:
            self._draw_next(enabled)
        while True:
            free = [i for i, task in enumerate(enabled) if task.number not in self._held]
            index = free[self.below(len(free))]
            task = enabled[index]
            if not self._is_interesting(task):
                return index
            if task.number == self._next:
                self._held.clear()
                self._next = -1
                return index
            self._held.add(task.number)

    def begun(self, task: TaskView) -> None:
        """What a task does first is known now."""
        if not _DULL >> task.pending_kind & 1:
            name = self._first.setdefault(task.path, self._name(task.pending_location))
            self._choosable.setdefault(name)

    def is_noting(self) -> bool:
        """Every operation is counted."""
        return True

    def note(self, task: TaskView, kind: int, location: LocationView) -> None:
        """Count an operation."""
        if _DULL >> kind & 1:
            return
        name = self._name(location)
        done = self._done.get(name)
        if done is None:
            done = self._done[name] = {}
        done[task.path] = done.get(task.path, 0) + 1
        if name == self.interesting and task.number in self._left:
            self._left[task.number] -= 1

    def end(self) -> None:
        """Remember what was not known of the program before."""
        for name, done in self._done.items():
            counts = self._counts.setdefault(name, {})
            for path, count in done.items():
                counts.setdefault(path, count)
        self._forget()

    def _name(self, location: LocationView) -> Name:
        """Form and name of a location, the same in every execution."""
        name = self._names.get(location)
        if name is None:
            key = location.key
            if location.form == "primitive":
                key = type(location.owner).__name__
            name = self._names[location] = (location.form, key)
        return name

    def _is_interesting(self, task: TaskView) -> bool:
        if task.pending_location is None:
            return self._first.get(task.path) == self.interesting
        if _DULL >> task.pending_kind & 1:
            return False
        return self._name(task.pending_location) == self.interesting

    def _meet(self, task: TaskView) -> None:
        """A task is seen for the first time: what it has left no longer counts for its creator."""
        path = task.path
        depth = len(path)
        left = 0
        for other, count in self._counts.get(self.interesting, {}).items():
            if other[:depth] == path and (other == path or other not in self._numbers):
                left += count
        self._numbers[path] = task.number
        parent = self._numbers.get(path[: depth - 1])
        if parent is not None:
            before = max(self._left[parent], 1)
            self._left[parent] -= left
            if parent == self._next and self.fraction() * before < left:
                self._next = task.number
        done = self._done.get(self.interesting, {}).get(path, 0)
        self._left[task.number] = left - done

    def _draw_next(self, enabled: Sequence[TaskView]) -> None:
        """Draw the task that may do the next interesting operation, in proportion to what it has left."""
        total = 0
        for task in enabled:
            total += max(self._left[task.number], 1)
        number = self.below(total)
        for task in enabled:
            number -= max(self._left[task.number], 1)
            if number < 0:
                self._next = task.number
                break
        self._held.clear()
