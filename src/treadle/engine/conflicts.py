"""Vector clocks, and which accesses conflict without being ordered.

Each location remembers the last access of every task and kind with a time stamp of that task. A new
access conflicts with a remembered one when their kinds conflict (``model.operation.CONFLICTS``) and the
remembered one does not happen before it. Both sites are then *learned*: they become scheduling points.
This is how the search finds out which operations matter. An access that is never in such a conflict is
ordered with all others by synchronisation whatever the schedule, so that switching before it gains nothing
(the argument of CHESS: a program explored at its synchronisation and racy accesses only).

Clocks are plain lists of integers, shorter than the number of tasks when the rest is zero. FastTrack
(Flanagan, Freund, PLDI 2009) is the model for stamps; with a handful of tasks a scan of the last accesses
is as quick as its adaptive representation.
"""

from __future__ import annotations

import weakref
from typing import Any

from treadle.engine.site import Site
from treadle.model.operation import CONFLICTS, RACES

masks = list(CONFLICTS)
race_masks = list(RACES)
races: list[tuple[Site, Site]] = []


def seen_races() -> list[tuple[Site, Site]]:
    """The data races seen since they were last forgotten.

    Returns:
        Pairs of sites, the earlier access first, each pair once; the list grows with further executions.
    """
    return races


def forget_races() -> None:
    """Whatever races are met from now on counts as new."""
    for one, other in races:
        one.rivals = other.rivals = None
    races.clear()


def joined(one: list[int], other: list[int]) -> list[int]:
    """The least clock that is later than both."""
    result = list(one)
    join_into(result, other)
    return result


def join_into(clock: list[int], other: list[int]) -> None:
    """Advance a clock to include another.

    Args:
        clock: The clock that is advanced in place.
        other: The clock to include.
    """
    size = len(clock)
    for i in range(len(other)):
        if i >= size:
            clock.append(other[i])
        elif other[i] > clock[i]:
            clock[i] = other[i]


class Access:
    """The last access of one task and kind to a location."""

    def __init__(self, task: int, kind: int, stamp: int, site: Site, point: Site) -> None:
        self.task = task
        self.kind = kind
        self.stamp = stamp
        self.site = site
        self.point = point


class Location:
    """Something that operations touch: an attribute, a key, a variable, a container, a primitive.

    Args:
        owner: The object, a weak reference to it, or the name of a module.
        key: Attribute name, key or index; None for the whole of the owner.
        form: "attribute", "item", "global", "cell", "container" or "primitive".

    Attributes:
        is_shared: Two tasks made conflicting accesses in this execution, ordered or not.
        is_racy: Two of them were not ordered by synchronisation.
        place: Its number, for a scheduler that numbers what it sees; -1 before.
    """

    def __init__(self, owner: object, key: object, form: str) -> None:
        self.owner = owner
        self.key: Any = key
        self.form = form
        self.is_shared = False
        self.is_racy = False
        self.place = -1
        self.accesses: list[Access] = []
        self._token: tuple[object, ...] | None = None

    def target(self) -> object:
        """The object that the location is part of; None when it is gone."""
        return self.owner() if isinstance(self.owner, weakref.ref) else self.owner

    def token(self) -> tuple[object, ...]:
        """What tells it from locations of another form or key, the same in every execution and process."""
        if self._token is None:
            if self.form == "primitive":
                self._token = (self.form, type(self.owner).__name__)
            elif self.form == "global":
                self._token = (self.form, self.owner, self.key)
            else:
                self._token = (self.form, self.key)
        return self._token

    def touch(
        self,
        task: int,
        kind: int,
        clock: list[int],
        site: Site,
        learned: list[Site],
        point: Site | None = None,
    ) -> int:
        """Note an access and learn from conflicts.

        Args:
            task: Number of the task.
            kind: A :class:`~treadle.model.operation.Kind`.
            clock: The task's vector clock.
            site: Where the access is made.
            learned: Receives the points of both accesses of every unordered conflict.
            point: The site before which a switch puts other tasks in front of it; the same when left out.

        Returns:
            1 when some conflicting access of another task was seen before, else 0.
        """
        mask = masks[kind]
        size = len(clock)
        conflicting = 0
        mine = None
        if point is None:
            point = site
        for access in self.accesses:
            if access.task == task:
                if access.kind == kind:
                    mine = access
            elif mask >> access.kind & 1:
                conflicting = 1
                self.is_shared = True
                if access.task >= size or access.stamp > clock[access.task]:
                    self.is_racy = True
                    # Only kinds below 8 are data; and most pairs that are met are known.
                    if (
                        kind < 8
                        and (site.rivals is None or access.site not in site.rivals)
                        and race_masks[kind] >> access.kind & 1
                    ):
                        self.meet(access, kind, site)
                    if not access.point.is_point:
                        learned.append(access.point)
                    if not point.is_point:
                        learned.append(point)
        if mine is None:
            self.accesses.append(Access(task, kind, clock[task], site, point))
        else:
            mine.stamp = clock[task]
            mine.site = site
            mine.point = point
        return conflicting

    def meet(self, access: Access, kind: int, site: Site) -> None:
        """Two sites race for the first time: remember the pair.

        Args:
            access: The earlier access.
            kind: Kind of the later one.
            site: Its site.
        """
        for one, other in ((site, access.site), (access.site, site)):
            if one.rivals is None:
                one.rivals = set()
            one.rivals.add(other)
        if is_race(kind, site, access.kind, access.site):
            races.append((access.site, site))


def is_race(one: int, one_site: Site, other: int, other_site: Site) -> bool:
    """Whether two accesses to one location are a data race where nothing orders them.

    Args:
        one: Kind of one access.
        one_site: Its site.
        other: Kind of the other.
        other_site: Its site.

    Returns:
        True for conflicting accesses to data, but for two calls of methods that change a built-in container:
        each is atomic in Python, and neither loses the other.
    """
    return bool(race_masks[one] >> other & 1) and not (one_site.is_update and other_site.is_update)
