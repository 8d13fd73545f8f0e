"""Round robin: every task in turn, one operation each. For comparison and for conformance tests."""

from __future__ import annotations

from treadle.schedulers.base import Point, Scheduler


class RoundRobin(Scheduler):
    """Chooses the next task in order of creation after the one chosen before."""

    def __init__(self) -> None:
        self._last = -1

    def begin(self) -> bool:
        """Start from the first task."""
        self._last = -1
        return True

    def choose(self, point: Point) -> int:
        """The first task created after the one that ran last, or the first of all."""
        for index, task in enumerate(point.enabled):
            if task.number > self._last:
                self._last = task.number
                return index
        self._last = point.enabled[0].number
        return 0
