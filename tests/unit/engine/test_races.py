"""Which pairs of sites the kernel's own clocks see racing."""

from __future__ import annotations

import pytest

from treadle.engine.conflicts import Location, forget_races, is_race, seen_races
from treadle.engine.site import Site
from treadle.model.operation import CONFLICTS, DATA_KINDS, RACES, Kind


@pytest.fixture(autouse=True)
def nothing_seen():
    forget_races()
    yield
    forget_races()


def site(line):
    return Site("store_attr", "x", "m", "m.py", "f", line, line, 0, 1)


class Owner:
    pass


def location():
    return Location(Owner(), "x", "attribute")


def test_an_unordered_conflict_is_seen_once():
    one, other = site(1), site(2)
    for _ in range(2):
        place = location()
        place.touch(1, Kind.WRITE, [1, 1], one, [])
        place.touch(2, Kind.READ, [1, 0, 1], other, [])
        place.touch(1, Kind.WRITE, [1, 2], one, [])
    assert seen_races() == [(one, other)]


def test_an_ordered_one_and_one_of_primitives_are_not():
    place = location()
    place.touch(1, Kind.WRITE, [1, 1], site(1), [])
    place.touch(2, Kind.WRITE, [1, 1, 1], site(2), [])
    lock = location()
    lock.touch(1, Kind.ACQUIRE, [1, 1], site(3), [])
    lock.touch(2, Kind.ACQUIRE, [1, 0, 1], site(4), [])
    assert seen_races() == []
    assert not place.is_racy
    assert lock.is_racy


def test_what_was_forgotten_is_seen_again():
    one, other = site(1), site(2)
    for _ in range(2):
        place = location()
        place.touch(1, Kind.WRITE, [1, 1], one, [])
        place.touch(2, Kind.WRITE, [1, 0, 1], other, [])
        assert len(seen_races()) == 1
        forget_races()


def test_two_updates_of_a_container_are_no_race_but_one_and_a_read_are():
    append, pop, index = site(1), site(2), site(3)
    append.is_update = pop.is_update = True
    assert not is_race(Kind.ALL_WRITE, append, Kind.ALL_WRITE, pop)
    assert not is_race(Kind.WRITE, append, Kind.WRITE, pop)
    assert is_race(Kind.WRITE, append, Kind.WRITE, index)
    assert is_race(Kind.SHAPE_WRITE, append, Kind.SHAPE_READ, index)


def test_only_data_races_and_two_new_keys_do_not():
    assert len(RACES) == len(CONFLICTS)
    for kind in Kind:
        if kind not in DATA_KINDS:
            assert RACES[kind] == 0
        elif kind is Kind.SHAPE_WRITE:
            assert RACES[kind] == CONFLICTS[kind] & ~(1 << kind)
        else:
            assert RACES[kind] == CONFLICTS[kind]
