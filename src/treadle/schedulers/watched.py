"""Notes who ran for how long while another scheduler chooses.

An execution is a sequence of *stints*: a task runs from a switch to the next. Counted by the operations of
its task since the execution began, the end of a stint stays where it is when other stints are moved about,
so the stints are the form in which a schedule can be edited.
"""

from __future__ import annotations

from typing import NamedTuple

from treadle.schedulers.base import Point, Scheduler
from treadle.schedulers.views import LocationView, TaskView

BARE = -1
"""The end of a stint without an operation: a task that waited goes on, and is suspended at once."""


class Stint(NamedTuple):
    """One task runs.

    Args:
        path: The task's creation path.
        until: It runs until it has done so many operations since the execution began; :data:`BARE` when it
            did none in this stint.
    """

    path: tuple[int, ...]
    until: int


class Watched(Scheduler):
    """Chooses what another scheduler chooses.

    Args:
        inner: That scheduler.

    Attributes:
        stints: What ran in the current or last execution, in order. Tasks that ran without an operation, and
            without having been chosen among several, are not seen.
        draws: What was drawn, in order.
    """

    def __init__(self, inner: Scheduler) -> None:
        self.inner = inner
        self.stints: list[Stint] = []
        self.draws: list[int] = []
        self._done: dict[tuple[int, ...], int] = {}
        self._is_inner_noting = False

    @property
    def switches(self) -> int:
        """How often one task ran after another."""
        return max(len(self.stints) - 1, 0)

    def begin(self) -> bool:
        """Ask the other scheduler to begin."""
        self.stints = []
        self.draws = []
        self._done = {}
        return bool(self.inner.begin())

    def choose(self, point: Point) -> int:
        """What the other scheduler chooses."""
        if point.is_preemption:
            self._see(point.enabled[point.default].path)
        index = self.inner.choose(point)
        self._see(point.enabled[index].path)
        return int(index)

    def draw(self, arity: int, kind: int) -> int:
        """What the other scheduler draws."""
        drawn = self.inner.draw(arity, kind)
        self.draws.append(drawn)
        return int(drawn)

    def begun(self, task: TaskView) -> None:
        """Tell the other scheduler."""
        self.inner.begun(task)

    def is_noting(self) -> bool:
        """Every operation is counted."""
        self._is_inner_noting = bool(self.inner.is_noting())
        return True

    def note(self, task: TaskView, kind: int, location: LocationView) -> None:
        """Count an operation."""
        path = task.path
        self._see(path)
        done = self._done[path] = self._done.get(path, 0) + 1
        self.stints[-1] = Stint(path, done)
        if self._is_inner_noting:
            self.inner.note(task, kind, location)

    def end(self) -> None:
        """Tell the other scheduler."""
        self.inner.end()

    def _see(self, path: tuple[int, ...]) -> None:
        if not self.stints or self.stints[-1].path != path:
            self.stints.append(Stint(path, BARE))
