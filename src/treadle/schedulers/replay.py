"""Replay: makes exactly the choices of a recorded schedule, and the default everywhere else."""

from __future__ import annotations

from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.schedulers.base import Point, Scheduler


class Replay(Scheduler):
    """Follows a schedule. The kernel must ask at every operation (``all_points``).

    Args:
        schedule: The choices to make.

    Attributes:
        divergence: A sentence saying where the program left the schedule, None while it did not.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._choices = schedule.choices
        self._next = 0
        self._forced = 0
        self.divergence: str | None = None

    def begin(self) -> bool:
        """Start from the first choice."""
        self._next = 0
        self._forced = 0
        self.divergence = None
        return True

    def choose(self, point: Point) -> int:
        """The recorded choice if this is its place, else the default."""
        if not point.is_preemption:
            self._forced += 1
        choice = self._awaited()
        if choice is None or point.is_preemption != (choice.kind is ChoiceKind.PREEMPT):
            return int(point.default)
        if point.is_preemption:
            is_here = point.site_key == choice.site and point.occurrence == choice.after
        else:
            is_here = self._forced == choice.after
        if not is_here:
            return int(point.default)
        return self._take(choice, len(point.enabled), int(point.default))

    def draw(self, arity: int, kind: int) -> int:
        """The recorded possibility if this is its place, else 0."""
        self._forced += 1
        choice = self._awaited()
        if choice is None or choice.kind != kind or self._forced != choice.after:
            return 0
        return self._take(choice, arity, 0)

    def sees_steps(self) -> bool:
        """A recorded choice may stand at a task's first scheduling point."""
        return True

    def end(self) -> None:
        """Notice choices whose place was never reached."""
        choice = self._awaited()
        if choice is not None and self.divergence is None:
            which = f"choice {self._next + 1} of {len(self._choices)}"
            self.divergence = f"{which} ({_words(choice)}) was never reached"

    def _awaited(self) -> Choice | None:
        if self.divergence is None and self._next < len(self._choices):
            return self._choices[self._next]
        return None

    def _take(self, choice: Choice, arity: int, default: int) -> int:
        if choice.arity != arity or choice.index >= arity:
            self.divergence = (
                f"choice {self._next + 1} of {len(self._choices)} ({_words(choice)}) was one of "
                f"{choice.arity} possibilities and there are {arity} now"
            )
            return default
        self._next += 1
        self._forced = 0
        return choice.index


def _words(choice: Choice) -> str:
    if choice.kind is ChoiceKind.PREEMPT:
        return f"a thread is suspended before line {choice.line}, reached for time {choice.after}"
    return f"number {choice.after} of the choices where no thread could simply go on"
