"""Which events of an execution happen before which, and which of them could have come the other way round.

*Happens-before* is here the dependence order: the least order that contains each task's own order, the order
of dependent events, and what makes an event possible at all (a task's start, the end of the task that it
joins, the notify that woke it, the release of the lock that it takes). Two executions with the same order
are equivalent.

A *race* is a pair of dependent events of different tasks with nothing between them in that order. It is
*reversible* when the later event was possible already before the earlier one: to take a lock, if the lock
was free there; for a task that was blocked, if it could be chosen there. What is not reversible hides
nothing on its own place: an acquire is raced with the acquire before the release that made it possible (as
in Nidhugg and SimGrid).

Time passes only when no task can go on, so all that came before happens before all that comes after. But only
tasks whose deadline has come could not have gone on earlier for that reason.

Source: Abdulla, Aronis, Jonsson, Sagonas, J. ACM 64(4), 2017, section 3.
"""

from __future__ import annotations

from typing import Any

from treadle.model.operation import Kind
from treadle.schedulers.events import (
    ALL_KNOWN,
    Access,
    Event,
    are_dependent,
    dependence,
    happens_before,
)

_ACQUIRE = int(Kind.ACQUIRE)
_RELEASE = int(Kind.RELEASE)
_JOIN = int(Kind.JOIN)
_WAKE = int(Kind.WAKE)
_NOTIFY = int(Kind.NOTIFY)
_THREAD_READ = int(Kind.THREAD_READ)


class Touch:
    """An access of an event.

    Args:
        event: The event.
        access: The access.
    """

    def __init__(self, event: Event, access: Access) -> None:
        self.event = event
        self.access = access


class Clocks:
    """Computes the clocks of an execution's events, one after another, and finds their races.

    Args:
        size: How many tasks the search knows.

    Attributes:
        learned: Sites that were seen to race and are no scheduling points.
    """

    def __init__(self, size: int) -> None:
        self._tasks = [[0] * size for _ in range(size)]
        self._past = [0] * size
        self._places: dict[int, list[Touch]] = {}
        self.learned: list[Any] = []

    def add(self, event: Event, finds_races: bool) -> list[Event]:
        """Take the next event: compute its clock, and find what it races with.

        Args:
            event: The event; its accesses are known.
            finds_races: Whether to look for races.

        Returns:
            The events that it could have come before.
        """
        if event.is_after_time:
            self._let_time_pass()
        races = self._order(event, finds_races)
        self._tasks[event.task] = event.clock
        for access in event.accesses:
            history = self._places.get(access.place)
            if history is None:
                history = self._places[access.place] = []
            history.append(Touch(event, access))
        for others in (event.spawned, event.woke):
            if others is not None:
                for other in others:
                    # Lists are never changed once they are somebody's clock.
                    self._tasks[other] = _joined(self._tasks[other], event.clock)
        return races

    def ask(self, event: Event) -> list[Event]:
        """What an event that did not happen any more, the execution being over, would race with.

        Args:
            event: What some task was about to do.

        Returns:
            The events that it could have come before.
        """
        return self._order(event, True)

    def _let_time_pass(self) -> None:
        past = list(self._past)
        for clock in self._tasks:
            _join(past, clock)
        self._past = past

    def _order(self, event: Event, finds_races: bool) -> list[Event]:
        """Compute an event's clock, and the races."""
        own = list(self._tasks[event.task])
        if event.is_timed_out:
            _join(own, self._past)
        event.position = own[event.task] + 1
        own[event.task] = event.position
        before = event.own = event.before = own
        if event.joined is not None:
            before = event.before = list(own)
            for other in event.joined:
                _join(before, self._tasks[other])
        event.clock = _joined(before, self._past)
        races: list[Touch] = []
        needed: list[Touch] = []
        for access in event.accesses:
            history = self._places.get(access.place)
            if history is not None:
                self._look_back(event, access, before, history, finds_races, races, needed)
        return [race.event for race in races if not _is_covered(race, races, needed)]

    def _learn(self, access: Access) -> None:
        """An access that races must be a scheduling point, where another task can come first."""
        if access.site is not None and not access.site.is_point:
            self.learned.append(access.site)

    def _look_back(
        self,
        event: Event,
        access: Access,
        before: list[int],
        history: list[Touch],
        finds_races: bool,
        races: list[Touch],
        needed: list[Touch],
    ) -> None:
        """Go back in the history of a place, as far as it concerns an access."""
        mask = dependence[access.kind]
        if access.kind == _ACQUIRE:
            mask |= 1 << _RELEASE
        settled = 0
        touch: Touch
        other: Event
        for index in range(len(history) - 1, -1, -1):
            touch = history[index]
            other = touch.event
            if not mask >> touch.access.kind & 1 or settled >> other.task & 1:
                continue
            if before[other.task] >= other.position and (
                access.kind != _JOIN or event.own[other.task] >= other.position
            ):
                # So do all earlier ones of that task, itself included.
                settled |= 1 << other.task
                continue
            _join(event.clock, other.clock)
            if not finds_races:
                settled |= 1 << other.task
            elif _is_reversible(history, index, event, access):
                settled |= 1 << other.task
                races.append(touch)
                self._learn(touch.access)
                self._learn(access)
            elif touch.access.kind == _RELEASE:
                needed.append(touch)


def _is_notified(history: list[Touch], index: int) -> bool:
    """Whether a later notify in the history of a condition does not need an earlier one."""
    earlier: Event = history[index].event
    touch: Touch
    for number in range(index + 1, len(history)):
        touch = history[number]
        if touch.access.kind == _NOTIFY and not happens_before(earlier, touch.event):
            return True
    return False


def _is_reversible(history: list[Touch], index: int, later: Event, access: Access) -> bool:
    """Whether the later event was possible before an earlier one."""
    earlier: Event = history[index].event
    its: Access = history[index].access
    if access.kind == _ACQUIRE:
        return its.kind != _RELEASE and its.is_open
    if later.is_wake or (access.place < 0 and access.kind == _THREAD_READ):
        if later.task in earlier.frame.enabled:
            return True
        return access.kind == _WAKE and _is_notified(history, index)
    return True


def _is_covered(race: Touch, races: list[Touch], needed: list[Touch]) -> bool:
    """Whether something comes between an event and the one that it may race with."""
    other: Touch
    for other in races:
        if other.event is not race.event and happens_before(race.event, other.event):
            return True
    for other in needed:
        if other.access.place != race.access.place and happens_before(race.event, other.event):
            return True
    return False


def sequence_without(race: Event, event: Event, events: list[Event]) -> list[Event]:
    """What leads to an event without another one that it races with.

    Args:
        race: The event to be left out, with all that happens after it.
        event: The later event.
        events: The events between them, in order.

    Returns:
        Events that can be executed, in this order, from the state before ``race``.
    """
    sequence = []
    # What the event depends on through the race, or through what came after it, does not come first now.
    last = Event(event.task, event.is_wake, None)
    last.accesses = event.accesses
    last.position = event.position
    last.clock = event.before
    # A join that now comes before the start joins nothing.
    last.clock = list(event.own if happens_before(race, last) else event.before)
    other: Event
    for other in events:
        if not happens_before(race, other):
            sequence.append(other)
            if are_dependent(other.accesses, event.accesses, ALL_KNOWN):
                _join(last.clock, other.clock)
    sequence.append(last)
    return sequence


def _joined(clock: list[int], other: list[int]) -> list[int]:
    result = list(clock)
    _join(result, other)
    return result


def _join(clock: list[int], other: list[int]) -> None:
    for index in range(len(other)):
        if other[index] > clock[index]:  # noqa: PLR1730 - max() is a call
            clock[index] = other[index]
