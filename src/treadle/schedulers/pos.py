"""POS: partial order sampling (Yuan, Yang, Gu, CAV 2018).

Every pending operation has a random priority of its own, and the best runs. What has run gets a new
priority, and so does every pending operation that conflicts with it: so, whatever else happens, each order
of two conflicting operations stays as likely as the other. It needs no parameter and knows nothing of the
program.

What a task will do that has not begun is not known. It is taken to be what the task of the same creation
path did first in an earlier execution: an operation of that kind, on a location of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from treadle.model.operation import CONFLICTS
from treadle.schedulers.base import Point
from treadle.schedulers.randomised import Randomised
from treadle.schedulers.views import TaskView


class Pos(Randomised):
    """Chooses the pending operation of highest priority.

    Args:
        seed: The first execution's seed; each further execution uses the next number.
    """

    def __init__(self, seed: int = 0) -> None:
        Randomised.__init__(self, seed)
        self._priorities: dict[int, float] = {}
        self._enabled: Sequence[TaskView] = []
        self._first: dict[tuple[int, ...], tuple[int, str, Any]] = {}

    def begin(self) -> bool:
        """Forget the priorities."""
        Randomised.begin(self)
        self._priorities = {}
        self._enabled = []
        return True

    def choose(self, point: Point) -> int:
        """The task whose pending operation has the highest priority."""
        enabled = self._enabled = point.enabled
        best = 0
        highest = -1.0
        for index, task in enumerate(enabled):
            priority = self._priorities.get(task.number)
            if priority is None:
                priority = self._priorities[task.number] = self.fraction()
            if priority > highest:
                best, highest = index, priority
        chosen = enabled[best]
        del self._priorities[chosen.number]
        if chosen.pending_location is not None:
            self._draw_again(chosen)
        return best

    def begun(self, task: TaskView) -> None:
        """What a task does first is known now."""
        location = task.pending_location
        self._first[task.path] = (task.pending_kind, location.form, location.key)
        self._draw_again(task)

    def _draw_again(self, chosen: TaskView) -> None:
        """Take their priorities from the pending operations that conflict with one that is done now."""
        location = chosen.pending_location
        mask = CONFLICTS[chosen.pending_kind]
        for task in self._enabled:
            if task.pending_location is location:
                is_conflict = mask >> task.pending_kind & 1
            elif task.pending_location is None and task.path in self._first:
                kind, form, key = self._first[task.path]
                is_conflict = mask >> kind & 1 and (form, key) == (location.form, location.key)
            else:
                continue
            if is_conflict:
                self._priorities.pop(task.number, None)

    def end(self) -> None:
        """Let the tasks go."""
        self._enabled = []
