"""Data races of one execution: conflicting accesses that no synchronisation orders.

Precise in the sense of FastTrack (Flanagan, Freund, PLDI 2009): an access is compared with those before it
by one number of the earlier task's clock, so what is reported did happen unordered in this execution, and
the first race on every location is found. FastTrack keeps the last access of a location; here the last of
each task *and place* is kept, because every pair of places is to be reported once, and a recorded execution
is short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Place = tuple[str, int]
"""(file name, line)."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One access to one location.

    Args:
        task: Number of the task.
        kind: A :class:`~treadle.model.operation.Kind`.
        stamp: The task's own component of its clock at the access.
        place: The line.
        site: The instruction.
        event: Number of the recorded event that tells of it, from 0.
        stack: (file name, line, function) of the calls that led there, the innermost first.
        held: The locks that the task held.
    """

    task: int
    kind: int
    stamp: int
    place: Place
    site: Any
    event: int
    stack: tuple[tuple[str, int, str], ...]
    held: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Race:
    """Two accesses to one location that nothing orders.

    Args:
        location: The location.
        name: What races are told apart by, beside their places.
        first: The access that came first in this execution.
        second: The other.
    """

    location: Any
    name: object
    first: Touch
    second: Touch


class Races:
    """Collects the races of one execution, once per pair of places.

    Args:
        is_race: Whether two accesses that nothing orders are a race; called with kind and site of each.
    """

    def __init__(self, is_race: Callable[[int, Any, int, Any], bool]) -> None:
        self._is_race = is_race
        self._touches: dict[Any, dict[tuple[int, int, Place], Touch]] = {}
        self._found: dict[tuple[object, frozenset[Place]], Race] = {}

    def note(self, location: Any, name: object, touch: Touch, clock: Sequence[int]) -> None:
        """An access happens.

        Args:
            location: What is accessed; kept, so that its identity is not used again.
            name: What races on it are told apart by, beside their places: "bal" for every ``bal``.
            touch: The access.
            clock: The task's vector clock.
        """
        touches = self._touches.setdefault(location, {})
        for earlier in touches.values():
            if (
                earlier.task == touch.task
                or _happens_before(earlier, clock)
                or not self._is_race(touch.kind, touch.site, earlier.kind, earlier.site)
            ):
                continue
            key = (name, frozenset((earlier.place, touch.place)))
            if key not in self._found:
                self._found[key] = Race(location, name, earlier, touch)
        touches[touch.task, touch.kind, touch.place] = touch

    def found(self) -> list[Race]:
        """The races, in the order in which they were met."""
        return list(self._found.values())


def _happens_before(earlier: Touch, clock: Sequence[int]) -> bool:
    return earlier.task < len(clock) and earlier.stamp <= clock[earlier.task]
