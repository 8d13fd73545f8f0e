"""Races that a search noticed: which schedules are recorded for them, and what is told once."""

from __future__ import annotations

import dataclasses

import pytest

from treadle.engine import conflicts
from treadle.engine.site import Site
from treadle.explorer import races
from treadle.explorer.races import RaceCollector, SeenRace, race_findings
from treadle.explorer.tracing import NamedRace
from treadle.model.finding import FindingKind, RacingAccess
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.model.trace import Place, Trace

SIMPLE = Schedule()
LONGER = Schedule((Choice(ChoiceKind.PREEMPT, 1, 2, 1, 7, 3),))


@pytest.fixture(autouse=True)
def nothing_seen():
    conflicts.forget_races()
    yield
    conflicts.forget_races()


def site(line):
    return Site("store_attr", "x", "m", "m.py", "f", line, line, 0, 1)


def seen(one, other, schedule=SIMPLE):
    return SeenRace((site(one), site(other)), schedule, 1)


def access(line):
    return RacingAccess("T1", True, (Place("m.py", line, line, -1, -1, "f", ""),), ())


def named(one, other, resource="b.x", name="x"):
    return NamedRace(resource, name, (access(one), access(other)), ())


class Recordings:
    """Which races each schedule shows, and which schedules were recorded."""

    def __init__(self, table):
        self.table = table
        self.asked = []

    def __call__(self, schedule):
        self.asked.append(schedule)
        found = self.table[schedule]
        return None if found is None else (found, Trace((), (), schedule.token(), 0))


def told(findings):
    return [finding.summary for finding in findings]


def test_the_simplest_schedule_is_recorded_first_and_tells_of_all_its_races():
    recordings = Recordings({SIMPLE: [named(1, 2), named(3, 4)], LONGER: []})
    findings, untold = race_findings([seen(3, 4, LONGER), seen(1, 2)], recordings, 0.0, None)
    assert told(findings) == [
        "data race on b.x at m.py:1 and 2",
        "data race on b.x at m.py:3 and 4",
    ]
    assert recordings.asked == [SIMPLE]
    assert untold == 0
    assert {finding.kind for finding in findings} == {FindingKind.DATA_RACE}
    assert len({finding.id for finding in findings}) == 2


def test_a_pair_of_places_is_told_once_for_each_datum():
    shown = [named(1, 2), named(2, 1, "c.x"), named(1, 2, "b.y", "y"), named(5, 5)]
    findings, _ = race_findings([seen(1, 2)], Recordings({SIMPLE: shown}), 0.0, None)
    assert told(findings) == [
        "data race on b.x at m.py:1 and 2",
        "data race on b.y at m.py:1 and 2",
        "data race on b.x at m.py:5",
    ]


def test_a_schedule_that_the_program_left_tells_nothing():
    recordings = Recordings({SIMPLE: None, LONGER: [named(1, 2)]})
    findings, untold = race_findings([seen(1, 2), seen(1, 2, LONGER)], recordings, 0.0, None)
    assert told(findings) == ["data race on b.x at m.py:1 and 2"]
    assert untold == 0


def test_what_there_was_no_time_for_is_counted(monkeypatch):
    monkeypatch.setattr(races, "REPLAY_SECONDS", -1.0)
    recordings = Recordings({})
    assert race_findings([seen(1, 2), seen(3, 4)], recordings, 0.0, None) == ([], 2)
    assert recordings.asked == []


@pytest.mark.parametrize(
    ("execution_seconds", "max_seconds", "is_told"),
    [(0.1, None, True), (0.1, 2.0, True), (1.0, None, True), (1.0, 2.0, False), (2.0, None, False)],
)
def test_nothing_is_recorded_that_takes_longer_than_it_may(execution_seconds, max_seconds, is_told):
    recordings = Recordings({SIMPLE: [named(1, 2)]})
    findings, untold = race_findings([seen(1, 2)], recordings, execution_seconds, max_seconds)
    assert (len(findings), untold) == ((1, 0) if is_told else (0, 1))


def test_the_first_schedule_of_each_race_is_kept():
    collector = RaceCollector()

    @dataclasses.dataclass
    class Execution:
        schedule_: Schedule

        def schedule(self):
            return self.schedule_

    one, other = site(1), site(2)
    collector.collect(Execution(SIMPLE), 1)
    assert collector.seen == []
    conflicts.seen_races().append((one, other))
    collector.collect(Execution(LONGER), 2)
    collector.collect(Execution(SIMPLE), 3)
    assert [(race.sites, race.schedule, race.found_after) for race in collector.seen] == [
        ((one, other), LONGER, 2)
    ]
