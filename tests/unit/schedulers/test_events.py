"""Accesses of different executions: when they may touch the same place."""

import pytest

from treadle.model.operation import Kind
from treadle.schedulers.events import Access, may_be_same, portable, settled


def access(place, token="x"):
    return Access(place, token, int(Kind.WRITE), False, "a site")


@pytest.mark.parametrize(
    ("one", "other", "known", "expected"),
    [
        (access(2), access(2), 3, True),
        (access(2), access(1), 3, False),
        (access(2), access(7), 3, False),  # only one of them is known
        (access(7), access(8), 3, True),  # both are new, and of one name
        (access(7), access(8, "y"), 3, False),
    ],
)
def test_places_are_the_same_by_number_or_by_name(one, other, known, expected):
    assert may_be_same(one, other, known) is expected
    assert may_be_same(other, one, known) is expected


def test_what_was_new_to_a_step_keeps_no_number():
    kept = settled([access(1), access(4)], 3)
    assert [each.place for each in kept] == [1, -5]
    # Later, in another execution, 4 places are known, and number 3 may be that place.
    assert may_be_same(kept[1], access(3), 4)
    assert may_be_same(kept[1], access(9), 4)
    assert not may_be_same(kept[1], access(2), 4)
    assert not may_be_same(kept[1], access(3, "y"), 4)
    assert not may_be_same(kept[0], access(3), 4)
    assert settled(kept, 10) == kept


def test_steps_that_meet_nothing_new_stay_as_they_are():
    accesses = [access(0), access(-1)]
    assert settled(accesses, 1) is accesses


def test_other_processes_do_not_get_the_sites():
    (moved,) = portable([access(1)])
    assert (moved.place, moved.token, moved.site) == (1, "x", None)
