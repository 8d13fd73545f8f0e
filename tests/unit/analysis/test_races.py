"""Races of an execution, from its accesses and their clocks."""

from __future__ import annotations

from treadle.analysis.races import Races, Touch

READ, WRITE = 0, 1


def races():
    return Races(lambda one, _, other, __: WRITE in {one, other})


def touch(task, kind, stamp, line):
    return Touch(task, kind, stamp, ("p.py", line), None, 0, (("p.py", line, "f"),), ())


def lines(found):
    return [(race.first.place[1], race.second.place[1]) for race in found.found()]


def test_unordered_accesses_race():
    found = races()
    found.note("x", "x", touch(1, WRITE, 1, 10), [1, 1])
    found.note("x", "x", touch(2, READ, 1, 20), [1, 0, 1])
    assert lines(found) == [(10, 20)]


def test_an_access_that_happens_before_does_not_race():
    found = races()
    found.note("x", "x", touch(1, WRITE, 1, 10), [1, 1])
    found.note("x", "x", touch(2, READ, 1, 20), [1, 1, 1])
    assert lines(found) == []


def test_a_clock_too_short_for_a_task_knows_nothing_of_it():
    found = races()
    found.note("x", "x", touch(2, WRITE, 1, 10), [1, 0, 1])
    found.note("x", "x", touch(1, WRITE, 1, 20), [1, 1])
    assert lines(found) == [(10, 20)]


def test_reads_do_not_race_nor_does_a_task_with_itself_nor_other_locations():
    found = races()
    found.note("x", "x", touch(1, READ, 1, 10), [1, 1])
    found.note("x", "x", touch(2, READ, 1, 20), [1, 0, 1])
    found.note("y", "x", touch(1, WRITE, 1, 30), [1, 1])
    found.note("z", "x", touch(2, WRITE, 1, 40), [1, 0, 1])
    found.note("z", "x", touch(2, WRITE, 2, 50), [1, 0, 2])
    assert lines(found) == []


def test_a_pair_of_places_is_found_once_whatever_the_order():
    found = races()
    for location in ("x", "y"):
        found.note(location, "n", touch(1, WRITE, 1, 10), [1, 1])
        found.note(location, "n", touch(2, READ, 1, 20), [1, 0, 1])
        found.note(location, "n", touch(1, WRITE, 1, 10), [1, 1])
    assert lines(found) == [(10, 20)]


def test_the_same_places_race_for_other_data_too():
    found = races()
    for location in ("x", "y"):
        found.note(location, location, touch(1, WRITE, 1, 10), [1, 1])
        found.note(location, location, touch(2, READ, 1, 20), [1, 0, 1])
    assert [race.name for race in found.found()] == ["x", "y"]


def test_an_earlier_place_still_races_after_a_later_one_of_the_same_task():
    found = races()
    found.note("x", "x", touch(1, WRITE, 1, 10), [1, 1])
    found.note("x", "x", touch(1, WRITE, 1, 11), [1, 1])
    found.note("x", "x", touch(2, READ, 1, 20), [1, 0, 1])
    assert lines(found) == [(10, 20), (11, 20)]
