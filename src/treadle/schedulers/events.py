"""Events: what the tasks of one execution did between two choices, as partial order reduction sees it.

An *event* is one step of a task, from a scheduling point to the next one. It may touch several places: a
condition's wait gives up a lock too, and what is ordered by synchronisation anyway is no scheduling point of
its own. Two events of different tasks are *dependent* when they touch one place in conflicting ways.

Places are numbered in the order in which an execution comes to them, pending operations included. Two
executions that begin alike number the places of that beginning alike; a place that only one of them has
come to may be any place of the same form and key. What is kept from one execution for another, a step that
sleeps or a wakeup tree, therefore forgets the numbers of places that were new to it.
"""

from __future__ import annotations

from typing import Any

from treadle.model.operation import CONFLICTS, Kind

_EXTRA_PAIRS = (
    # Beside the pairs that make scheduling points: their order shows in what a third operation finds, or
    # one can make the other possible.
    (Kind.EVENT_SET, Kind.EVENT_SET),
    (Kind.EVENT_CLEAR, Kind.EVENT_CLEAR),
    (Kind.PUT, Kind.GET),
    (Kind.TASK_DONE, Kind.QUEUE_JOIN),
    (Kind.QUEUE_JOIN, Kind.QUEUE_JOIN),
)


ALL_KNOWN = 1 << 30
"""More places than any execution numbers: of two accesses in one execution, all is known."""


def _dependence() -> list[int]:
    masks = list(CONFLICTS)
    for one, other in _EXTRA_PAIRS:
        masks[one] |= 1 << other
        masks[other] |= 1 << one
    return masks


dependence = _dependence()
"""``dependence[kind]`` has bit ``other`` set when two such operations on one place are dependent."""


class Access:
    """One operation of an event.

    Args:
        place: Number of the place.
        token: Form and key of the place; two places with different ones are different.
        kind: The :class:`~treadle.model.operation.Kind`.
        is_open: Whether a lock was free before.
        site: Where in the program; None where nothing can be learned from that.
    """

    def __init__(self, place: int, token: object, kind: int, is_open: bool, site: Any) -> None:
        self.place = place
        self.token = token
        self.kind = kind
        self.is_open = is_open
        self.site = site

    def portable(self) -> Access:
        """The same for another process."""
        return Access(self.place, self.token, self.kind, self.is_open, None)

    def __repr__(self) -> str:
        return f"{Kind(self.kind).name} {self.place}"


class Event:
    """One step of a task.

    Args:
        task: Number of the task, the same in all executions.
        is_wake: Whether the task was blocked before, and woken.

    Attributes:
        position: Which step of its task it is, from 1.
        accesses: What it touched.
        clock: For each task, how many of its steps happen before this one or are this one.
        before: The same, but for what its own accesses order before it.
        own: The same, but for the threads that it joins too.
        frame: The frame of the stack from which it was chosen.
        spawned: The tasks that it started.
        joined: The tasks without whose end it was not possible, once they were started.
        woke: The tasks that it woke, so that they cannot have gone on without it.
        is_after_time: Whether time passed, because no task could go on, before it.
        is_timed_out: Whether the task goes on because its deadline has come.
    """

    def __init__(self, task: int, is_wake: bool, frame: Any) -> None:
        self.task = task
        self.is_wake = is_wake
        self.frame = frame
        self.position = 0
        self.accesses: list[Access] = []
        self.clock: list[int] = None  # type: ignore[assignment]  # until it has happened
        self.before: list[int] = None  # type: ignore[assignment]
        self.own: list[int] = None  # type: ignore[assignment]
        self.spawned: list[int] | None = None
        self.joined: list[int] | None = None
        self.woke: list[int] | None = None
        self.is_after_time = False
        self.is_timed_out = False

    def portable(self) -> Event:
        """The same for another process, as far as it matters in a sequence of a wakeup tree."""
        event = Event(self.task, self.is_wake, None)
        event.position = self.position
        event.accesses = portable(self.accesses)
        event.clock = self.clock
        return event

    def __repr__(self) -> str:
        return f"<{self.task}.{self.position} {self.accesses}>"


def settled(accesses: list[Access], known: int) -> list[Access]:
    """What a step touches, as it means something in other executions that begin alike.

    Args:
        accesses: The accesses, in one execution.
        known: How many places were numbered in the state before the step.

    Returns:
        The same; places numbered later have the number ``-2 - known``, which says no more than that.
    """
    for access in accesses:
        if access.place >= known:
            break
    else:
        return accesses
    result = []
    for access in accesses:
        place = access.place if access.place < known else -2 - known
        result.append(Access(place, access.token, access.kind, access.is_open, access.site))
    return result


def portable(accesses: list[Access]) -> list[Access]:
    """What a step touches, for another process.

    Args:
        accesses: The accesses.

    Returns:
        The same without the sites, which only this process has.
    """
    return [access.portable() for access in accesses]


def happens_before(earlier: Event, later: Event) -> bool:
    """Whether one event of an execution happens before another.

    Args:
        earlier: An event.
        later: An event that came later.

    Returns:
        True when no equivalent execution has them the other way round.
    """
    clock = later.clock
    if earlier.task >= len(clock):
        return False
    now = clock[earlier.task]
    return now >= earlier.position


def are_dependent(some: list[Access], others: list[Access], known: int) -> bool:
    """Whether steps of two tasks, in executions that begin alike, are dependent.

    Args:
        some: The accesses of one.
        others: The accesses of the other.
        known: How many places were numbered when the executions parted.

    Returns:
        True when they may touch one place in conflicting ways.
    """
    for one in some:
        mask = dependence[one.kind]
        for other in others:
            if mask >> other.kind & 1 and may_be_same(one, other, known):
                return True
    return False


def may_be_same(one: Access, other: Access, known: int) -> bool:
    """Whether two accesses, in executions that begin alike, may touch the same place.

    Args:
        one: An access in one execution.
        other: An access in the other.
        known: How many places were numbered when the executions parted.

    Returns:
        False when the places are certainly different.
    """
    place = one.place
    if place < -1:
        known = min(known, -2 - place)
        place = ALL_KNOWN
    others = other.place
    if others < -1:
        known = min(known, -2 - others)
        others = ALL_KNOWN
    if place < known or others < known:
        return place == others
    return one.token == other.token
