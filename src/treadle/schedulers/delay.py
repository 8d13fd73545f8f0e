"""Delay bounding: all schedules with at most so many delays (Emmi, Qadeer, Rakamaric, POPL 2011).

Without a delay tasks run in turn, each as long as it can. A delay lets the next in turn go first. There are
at most ``steps ** bound`` schedules, whatever the number of tasks, so a small bound reaches deep into
programs with many threads, where even schedules without preemption are too many.

One pass explores every schedule of at most ``bound`` delays; the explorer iterates the bound. A pass that
never met the bound (``was_cut`` is false) has explored everything.
"""

from __future__ import annotations

from treadle.schedulers.base import Point, Scheduler


class Turn:
    """A choice on the stack: how many were passed over, out of how many."""

    def __init__(self, arity: int, start: int, is_free: bool, delays: int) -> None:
        self.skips = 0
        self.arity = arity
        self.start = start
        self.is_free = is_free
        self.delays = delays


class DelayBounded(Scheduler):
    """Enumerates schedules by delays, the one without any first.

    Args:
        bound: Largest number of delays; -1 for no bound.

    Attributes:
        was_cut: Whether some choice was not tried because of the bound.
        spent: Delays of the current execution so far.
        divergence: A sentence when an execution did not repeat the choices of the one before, else None.
    """

    def __init__(self, bound: int = -1) -> None:
        self.bound = bound
        self.was_cut = False
        self.spent = 0
        self.divergence: str | None = None
        self._stack: list[Turn] = []
        self._depth = 0
        self._last = -1
        self._is_first = True

    def begin(self) -> bool:
        """Move to the next schedule; False when all were tried."""
        self._depth = 0
        self.spent = 0
        self._last = -1
        if self._is_first:
            self._is_first = False
            return True
        while self._stack:
            turn = self._stack[len(self._stack) - 1]
            if turn.skips + 1 < turn.arity:
                if not turn.is_free and turn.delays + turn.skips == self.bound:
                    self.was_cut = True
                else:
                    turn.skips += 1
                    return True
            self._stack.pop()
        return False

    def choose(self, point: Point) -> int:
        """The task in turn, or a later one where there are delays."""
        enabled = point.enabled
        start = point.default
        if not point.is_preemption:
            start = 0
            for index, task in enumerate(enabled):
                if task.number > self._last:
                    start = index
                    break
        index = self._take(len(enabled), start, False)
        self._last = enabled[index].number
        return index

    def draw(self, arity: int, kind: int) -> int:
        """The choice on the stack, or 0 where the stack ends; it costs nothing."""
        return self._take(arity, 0, True)

    def _take(self, arity: int, start: int, is_free: bool) -> int:
        if self._depth == len(self._stack):
            self._stack.append(Turn(arity, start, is_free, self.spent))
        turn = self._stack[self._depth]
        self._depth += 1
        if turn.arity != arity or turn.start != start:
            self.divergence = (
                f"choice {self._depth} of the schedule had {turn.arity} possibilities and has {arity} "
                "when the same choices are made again"
            )
            return start
        if not is_free:
            self.spent += turn.skips
        return (start + turn.skips) % arity

    def end(self) -> None:
        """Notice an execution that ended before it repeated all choices of its prefix."""
        if self.divergence is None and self._depth < len(self._stack):
            self.divergence = (
                f"the program ended after {self._depth} choices where it went on for {len(self._stack)} "
                "when the same choices were made before"
            )
