"""PCT: random priorities, lowered at few random moments (Burckhardt et al., ASPLOS 2010).

Always the enabled task of highest priority runs. A bug of depth ``d`` (so many orderings suffice to show it)
is found by one execution in ``n * k ** (d - 1)`` or better, for ``n`` tasks and ``k`` steps: ``d - 1`` steps
drawn in advance lower the priority of the task that would run below all others.

Only choices count as steps, not operations that one task alone can do, so ``k`` is small. It is the largest
number seen in an execution so far. A task that stands aside while it waits in a loop is lowered too, or it
would keep the task it waits for from running (Shuttle, Fray).
"""

from __future__ import annotations

from collections.abc import Sequence

from treadle.schedulers.base import Point
from treadle.schedulers.randomised import Randomised
from treadle.schedulers.views import TaskView

DEPTH = 3
"""Depth of the bugs that are looked for: two places at which the order is turned round."""


class Pct(Randomised):
    """Chooses the enabled task of highest priority.

    Args:
        seed: The first execution's seed; each further execution uses the next number.
        depth: One more than the number of steps at which a priority is lowered; with 1 they never change.

    Attributes:
        steps: The largest number of choices in an execution so far.
    """

    def __init__(self, seed: int = 0, depth: int = DEPTH) -> None:
        Randomised.__init__(self, seed)
        self.depth = depth
        self.steps = 0
        self._step = 0
        self._ranking: list[int] = []
        self._rounds: dict[int, int] = {}
        self._changes: set[int] = set()

    def begin(self) -> bool:
        """Forget the priorities, and draw the steps at which one will be lowered."""
        Randomised.begin(self)
        self._step = 0
        self._ranking = []
        self._rounds = {}
        self._changes = set()
        wanted = min(self.depth - 1, self.steps)
        while len(self._changes) < wanted:
            self._changes.add(1 + self.below(self.steps))
        return True

    def choose(self, point: Point) -> int:
        """The enabled task of highest priority; where one is to be lowered, of those that remain highest."""
        enabled = point.enabled
        for task in enabled:
            rounds = self._rounds.get(task.number)
            if rounds is None:
                self._ranking.insert(self.below(len(self._ranking) + 1), task.number)
            elif rounds != task.rounds_aside:
                self._lower(task.number)
            else:
                continue
            self._rounds[task.number] = task.rounds_aside
        self._step += 1
        index = self._highest(enabled)
        if self._step in self._changes:
            self._lower(enabled[index].number)
            index = self._highest(enabled)
        return index

    def end(self) -> None:
        """Note how long the execution was."""
        self.steps = max(self.steps, self._step)

    def _highest(self, enabled: Sequence[TaskView]) -> int:
        """Index of the enabled task that stands first in the ranking."""
        for number in self._ranking:
            for index, task in enumerate(enabled):
                if task.number == number:
                    return index
        return 0

    def _lower(self, number: int) -> None:
        """Put a task behind all others."""
        self._ranking.remove(number)
        self._ranking.append(number)
