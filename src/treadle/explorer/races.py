"""Data races: what the search noticed in passing, turned into notes or findings.

While it searches, only pairs of sites are noted, and the schedule that first showed each. Both stacks and
the locks held come from one recorded execution of such a schedule, which often shows several races.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from treadle.engine.conflicts import seen_races
from treadle.engine.site import Site
from treadle.explain.why import explain
from treadle.explorer.session import Execution
from treadle.explorer.tracing import NamedRace, shown_file
from treadle.model.finding import Finding, FindingKind, FindingLocation, identified
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace

REPLAY_SECONDS = 5.0
"""So long schedules are recorded to tell of races, at most; of the others there is only their number."""

RECORDING_COST = 4.0
"""So many times as long as an execution takes one that is recorded, about."""

PlacePair = frozenset[tuple[str, int]]
"""The two (file, line) of a race."""


@dataclass(slots=True)
class SeenRace:
    """A race that the search noticed.

    Args:
        sites: The two sites, the earlier access first.
        schedule: The simplest schedule known to show it.
        found_after: In which execution it was first seen.
    """

    sites: tuple[Site, Site]
    schedule: Schedule
    found_after: int

    @property
    def cost(self) -> tuple[int, int]:
        """How simple its schedule is."""
        return self.schedule.preemptions, len(self.schedule.choices)

    @property
    def places(self) -> PlacePair:
        """Where it is."""
        return frozenset((shown_file(site.filename), site.line) for site in self.sites)


class RaceCollector:
    """Keeps the first schedule that shows each race.

    Args:
        known: How many of the races seen in this process do not count.
    """

    def __init__(self, known: int = 0) -> None:
        self.seen: list[SeenRace] = []
        self._known = known

    def collect(self, execution: Execution, number: int) -> None:
        """Look for new races after an execution.

        Args:
            execution: What happened.
            number: Its number in the search, from 1.
        """
        races = seen_races()
        if len(races) == self._known:
            return
        schedule = execution.schedule()
        self.seen += [SeenRace(sites, schedule, number) for sites in races[self._known :]]
        self._known = len(races)

    def add(self, race: SeenRace) -> None:
        """Take in a race that another process has seen first.

        Args:
            race: The race.
        """
        seen_races().append(race.sites)
        self._known += 1
        self.seen.append(race)


RaceKey = tuple[PlacePair, object]
"""What races are told apart by: their places and the name of the datum."""


def race_findings(
    seen: list[SeenRace],
    races_under: Callable[[Schedule], tuple[list[NamedRace], Trace] | None],
    execution_seconds: float,
    max_seconds: float | None,
) -> tuple[list[Finding], int]:
    """What there is to say of each pair of places, once.

    Args:
        seen: What the search noticed.
        races_under: Records an execution under a schedule; None when the program left the schedule.
        execution_seconds: How long an execution takes that is not recorded.
        max_seconds: How long the search might take; None for any time.

    Returns:
        A finding for each race, the simplest schedule first; how many pairs of sites were left out for lack
        of time.
    """
    allowed = min(REPLAY_SECONDS, max_seconds or REPLAY_SECONDS)
    end = time.perf_counter() + allowed - RECORDING_COST * execution_seconds
    found: dict[RaceKey, Finding] = {}
    told: set[PlacePair] = set()
    tried: set[Schedule] = set()
    untold = 0
    for race in sorted(seen, key=lambda race: race.cost):
        if race.places in told or race.schedule in tried:
            continue
        if time.perf_counter() > end:
            untold += 1
            continue
        tried.add(race.schedule)
        recorded = races_under(race.schedule)
        if recorded is None:
            continue
        for each in recorded[0]:
            places = places_of(each)
            told.add(places)
            if (places, each.name) not in found:
                finding = race_finding(each, recorded[1], race.found_after)
                found[places, each.name] = finding
    return list(found.values()), untold


def places_of(race: NamedRace) -> PlacePair:
    """The lines of a race.

    Args:
        race: The race.

    Returns:
        Their (file, line): two, or one where both are the same.
    """
    return frozenset((each.place.file, each.place.line) for each in race.accesses)


def _at(race: NamedRace) -> str:
    """The lines of a race, for people."""
    one, other = sorted((each.place.file, each.place.line) for each in race.accesses)
    if one == other:
        return f"{one[0]}:{one[1]}"
    where = str(other[1]) if one[0] == other[0] else f"{other[0]}:{other[1]}"
    return f"{one[0]}:{one[1]} and {where}"


def race_finding(race: NamedRace, trace: Trace, found_after: int = 1) -> Finding:
    """The finding for a race in a recorded execution.

    Args:
        race: The race.
        trace: The execution.
        found_after: In which execution of the search it was first seen.

    Returns:
        The finding.
    """
    return identified(
        Finding(
            kind=FindingKind.DATA_RACE,
            detail="",
            id="",
            summary=f"data race on {race.resource} at {_at(race)}",
            why=explain(FindingKind.DATA_RACE, trace, race.resource, race.steps),
            resource=race.resource,
            trace=trace,
            deciding=race.steps,
            found_after=found_after,
            failing_executions=1,
            locations=tuple(FindingLocation(each.place, each.thread) for each in race.accesses),
            accesses=race.accesses,
        )
    )
