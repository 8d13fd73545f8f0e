"""Follows a list of stints as far as it can be followed: any list leads to some execution.

A stint whose task cannot run is left out, and after the last one the default holds. So a list from which
stints were taken, or in which some were moved, need not fit the program: whatever it leads to is what it
means, and the execution's own choices are its exact schedule.
"""

from __future__ import annotations

from collections.abc import Sequence

from treadle.schedulers.base import Point, Scheduler
from treadle.schedulers.views import LocationView, TaskView
from treadle.schedulers.watched import BARE, Stint


class Steered(Scheduler):
    """Runs each task for a stint, in the given order.

    Args:
        stints: Who shall run, and how far.
        draws: What to draw, in order; 0 afterwards.
    """

    def __init__(self, stints: Sequence[Stint], draws: Sequence[int] = ()) -> None:
        self._stints = stints
        self._draws = draws
        self._next = 0
        self._is_begun = False
        self._drawn = 0
        self._done: dict[tuple[int, ...], int] = {}

    def begin(self) -> bool:
        """Start from the first stint."""
        self._next = 0
        self._is_begun = False
        self._drawn = 0
        self._done = {}
        return True

    def choose(self, point: Point) -> int:
        """The task of the first stint that is not over and whose task can run."""
        enabled = point.enabled
        default = int(point.default)
        running = enabled[default].path if point.is_preemption else None
        while self._next < len(self._stints):
            path, until = self._stints[self._next]
            if not self._is_over(path, until, running):
                for index, task in enumerate(enabled):
                    if task.path == path:
                        self._is_begun = True
                        return index
            self._next += 1
            self._is_begun = False
        return default

    def _is_over(self, path: tuple[int, ...], until: int, running: tuple[int, ...] | None) -> bool:
        if until == BARE:
            return self._is_begun or path == running
        return self._done.get(path, 0) >= until

    def draw(self, arity: int, kind: int) -> int:
        """The given possibility, where there is one and it exists."""
        drawn = self._draws[self._drawn] if self._drawn < len(self._draws) else 0
        self._drawn += 1
        return drawn if drawn < arity else 0

    def is_noting(self) -> bool:
        """Every operation is counted."""
        return True

    def note(self, task: TaskView, kind: int, location: LocationView) -> None:
        """Count an operation."""
        self._done[task.path] = self._done.get(task.path, 0) + 1
