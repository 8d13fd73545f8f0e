"""The conflict table: symmetric, and what the documentation of each primitive implies."""

import itertools

import pytest

from treadle.model.operation import CONFLICTS, DATA_KINDS, Kind, conflict

FAMILIES = [
    {Kind.READ, Kind.WRITE},
    {
        Kind.ITEM_READ,
        Kind.ITEM_WRITE,
        Kind.SHAPE_READ,
        Kind.SHAPE_WRITE,
        Kind.ALL_READ,
        Kind.ALL_WRITE,
    },
    {Kind.ACQUIRE, Kind.TRY_ACQUIRE, Kind.RELEASE},
    {Kind.SEMAPHORE_ACQUIRE, Kind.SEMAPHORE_RELEASE},
    {Kind.WAIT, Kind.NOTIFY, Kind.WAKE},
    {Kind.EVENT_WAIT, Kind.EVENT_SET, Kind.EVENT_CLEAR, Kind.EVENT_READ},
    {Kind.BARRIER},
    {
        Kind.PUT,
        Kind.GET,
        Kind.TRY_PUT,
        Kind.TRY_GET,
        Kind.QUEUE_READ,
        Kind.TASK_DONE,
        Kind.QUEUE_JOIN,
        Kind.SHUTDOWN,
    },
    {Kind.START, Kind.JOIN, Kind.TRY_JOIN, Kind.THREAD_READ, Kind.EXIT},
    {Kind.SLEEP},
    {Kind.CLOCK},
    {Kind.CACHE_READ, Kind.CACHE_WRITE},
]
PAIRS = list(itertools.combinations_with_replacement(Kind, 2))

INDEPENDENT = {
    # Pairs within a family whose order cannot matter, and why.
    "looking changes nothing": [
        (Kind.READ, Kind.READ),
        (Kind.ITEM_READ, Kind.ITEM_READ),
        (Kind.ITEM_READ, Kind.SHAPE_READ),
        (Kind.ITEM_READ, Kind.ALL_READ),
        (Kind.SHAPE_READ, Kind.SHAPE_READ),
        (Kind.SHAPE_READ, Kind.ALL_READ),
        (Kind.ALL_READ, Kind.ALL_READ),
        (Kind.EVENT_READ, Kind.EVENT_READ),
        (Kind.EVENT_READ, Kind.EVENT_WAIT),
        (Kind.EVENT_WAIT, Kind.EVENT_WAIT),
        (Kind.THREAD_READ, Kind.THREAD_READ),
        (Kind.THREAD_READ, Kind.TRY_JOIN),
        (Kind.THREAD_READ, Kind.JOIN),
        (Kind.TRY_JOIN, Kind.TRY_JOIN),
        (Kind.TRY_JOIN, Kind.JOIN),
        (Kind.JOIN, Kind.JOIN),
        (Kind.QUEUE_JOIN, Kind.QUEUE_JOIN),
        (Kind.QUEUE_JOIN, Kind.QUEUE_READ),
        (Kind.CACHE_READ, Kind.CACHE_READ),
    ],
    "the access to the item itself conflicts, if it is the same item": [
        (Kind.ITEM_READ, Kind.ITEM_WRITE),
        (Kind.ITEM_READ, Kind.SHAPE_WRITE),
        (Kind.ITEM_WRITE, Kind.ITEM_WRITE),
        (Kind.ITEM_WRITE, Kind.SHAPE_WRITE),
    ],
    "replacing a value changes no key": [(Kind.ITEM_WRITE, Kind.SHAPE_READ)],
    "only the holder releases, whoever acquires comes after": [
        (Kind.ACQUIRE, Kind.RELEASE),
        (Kind.RELEASE, Kind.RELEASE),
    ],
    "twice makes no difference": [
        (Kind.EVENT_SET, Kind.EVENT_SET),
        (Kind.EVENT_CLEAR, Kind.EVENT_CLEAR),
    ],
    "in either order the same waiters are woken": [(Kind.NOTIFY, Kind.NOTIFY)],
    "who was woken is out of the queue": [(Kind.WAIT, Kind.WAKE), (Kind.WAKE, Kind.WAKE)],
    "one waits for the other": [
        (Kind.PUT, Kind.GET),
        (Kind.EXIT, Kind.JOIN),
        (Kind.TASK_DONE, Kind.QUEUE_JOIN),
        (Kind.START, Kind.EXIT),
        (Kind.EXIT, Kind.EXIT),
    ],
    "they look at different things": [
        (Kind.GET, Kind.TASK_DONE),
        (Kind.GET, Kind.QUEUE_JOIN),
        (Kind.TRY_GET, Kind.TASK_DONE),
        (Kind.TRY_GET, Kind.QUEUE_JOIN),
        (Kind.QUEUE_READ, Kind.TASK_DONE),
        (Kind.SHUTDOWN, Kind.QUEUE_JOIN),
    ],
    "virtual time is the kernel's": [(Kind.SLEEP, Kind.SLEEP), (Kind.CLOCK, Kind.CLOCK)],
}


def ordered(pairs):
    return {tuple(sorted(pair)) for pair in pairs}


@pytest.mark.parametrize("one", list(Kind))
def test_conflict_is_symmetric(one):
    for other in Kind:
        assert conflict(one, other) == conflict(other, one)
        assert conflict(one, other) == bool(CONFLICTS[one] & 1 << other)


def test_every_kind_belongs_to_one_family():
    assert sorted(kind for family in FAMILIES for kind in family) == sorted(Kind)


def test_kinds_of_different_families_never_conflict():
    for one, other in PAIRS:
        if not any({one, other} <= family for family in FAMILIES):
            assert not conflict(one, other), (one, other)


def test_within_a_family_all_conflict_but_those_with_a_reason():
    within = {pair for pair in PAIRS if any(set(pair) <= family for family in FAMILIES)}
    excused = set().union(*map(ordered, INDEPENDENT.values()))
    assert excused <= within
    assert {pair for pair in within if not conflict(*pair)} == excused


def test_the_masks_are_bits_of_kinds():
    assert len(CONFLICTS) == len(Kind) == max(Kind) + 1
    assert all(0 <= mask < 1 << len(Kind) for mask in CONFLICTS)


def test_data_kinds_are_accesses_to_data():
    assert FAMILIES[0] | FAMILIES[1] == DATA_KINDS


def test_every_write_conflicts_with_some_read():
    for write in (Kind.WRITE, Kind.SHAPE_WRITE, Kind.ALL_WRITE):
        assert any(conflict(write, kind) for kind in DATA_KINDS if kind.name.endswith("READ"))
