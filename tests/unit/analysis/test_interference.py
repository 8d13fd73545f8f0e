"""Unserializable triples: two accesses that belong together, and another task's access between them."""

import itertools

import pytest

from treadle.analysis.interference import unserializable
from treadle.model.access import Access

PATTERNS = {
    "RWR": "unrepeatable read",
    "WWR": "overwritten before it was read back",
    "WRW": "dirty read",
    "RWW": "lost update",
}


def accesses(words, **changes):
    """Accesses from words like ``1R`` (task and kind); all to one location, one activation each task."""
    result = []
    for step, word in enumerate(words.split(), 1):
        task, kind = int(word[0]), word[1]
        result.append(Access(step, task, 1, "x", kind == "W", 10 * task, frozenset()))
    return [_with(access, **changes) for access in result]


def _with(access, **changes):
    values = {name: getattr(access, name) for name in Access.__dataclass_fields__}
    return Access(**(values | changes))


def patterns(found):
    return [
        (triple.pattern, triple.first.step, triple.other.step, triple.last.step) for triple in found
    ]


@pytest.mark.parametrize("kinds", ["".join(each) for each in itertools.product("RW", repeat=3)])
def test_four_of_the_eight_combinations_are_unserializable(kinds):
    first, other, last = kinds
    found = unserializable(accesses(f"1{first} 2{other} 1{last}"))
    expected = [(PATTERNS[kinds], 1, 2, 3)] if kinds in PATTERNS else []
    assert patterns(found) == expected


def test_the_triple_names_its_accesses():
    sequence = accesses("1R 2W 1W")
    (triple,) = unserializable(sequence)
    assert [triple.first, triple.other, triple.last] == sequence


@pytest.mark.parametrize("words", ["1R 1W 2R 2W", "2W 1R 1W", "1R 1W 2W", "1R 2R 1R", "1R", ""])
def test_serial_orders_have_none(words):
    assert unserializable(accesses(words)) == []


def test_another_location_between_them_does_not_matter():
    sequence = accesses("1R 2W 1W")
    sequence[1] = _with(sequence[1], location=2)
    assert unserializable(sequence) == []


def test_each_location_is_looked_at_by_itself():
    sequence = accesses("1R 1R 2W 2W 1W 1W")
    for index in (1, 3, 5):
        sequence[index] = _with(sequence[index], location=2)
    assert patterns(unserializable(sequence)) == [
        ("lost update", 1, 3, 5),
        ("lost update", 2, 4, 6),
    ]


def test_accesses_of_different_activations_do_not_belong_together():
    sequence = accesses("1R 2W 1W")
    sequence[2] = _with(sequence[2], activation=11)
    assert unserializable(sequence) == []


def test_an_unknown_activation_belongs_to_nothing():
    assert unserializable(accesses("1R 2W 1W", activation=0)) == []


def test_the_same_activation_number_in_another_task_is_not_the_same():
    # A generator that two tasks advance has one activation.
    assert patterns(unserializable(accesses("1R 2W 1W", activation=5))) == [
        ("lost update", 1, 2, 3)
    ]


def test_another_activation_of_the_same_task_between_them_is_its_own_doing():
    sequence = accesses("1R 1W 1W")
    sequence[1] = _with(sequence[1], activation=11)
    assert unserializable(sequence) == []


LOCK, OTHER_LOCK = frozenset({100}), frozenset({200})


@pytest.mark.parametrize(
    "held", list(itertools.product([frozenset(), LOCK, OTHER_LOCK, LOCK | OTHER_LOCK], repeat=3))
)
def test_only_a_lock_held_at_all_three_protects(held):
    sequence = [
        _with(access, held=locks) for access, locks in zip(accesses("1R 2W 1W"), held, strict=True)
    ]
    is_protected = bool(held[0] & held[1] & held[2])
    assert bool(unserializable(sequence)) != is_protected


def test_an_unprotected_access_among_protected_ones_is_found():
    sequence = accesses("1R 2R 2W 1W")
    sequence[0], sequence[3] = _with(sequence[0], held=LOCK), _with(sequence[3], held=LOCK)
    sequence[1] = _with(sequence[1], held=LOCK)
    assert patterns(unserializable(sequence)) == [("lost update", 1, 3, 4)]


def test_only_accesses_next_to_each_other_are_paired():
    # The read at 1 and the write at 4 have the activation's own read between them.
    assert patterns(unserializable(accesses("1R 2W 1R 1W"))) == [("unrepeatable read", 1, 2, 3)]


def test_of_several_accesses_between_the_first_that_fits_is_named():
    assert patterns(unserializable(accesses("1R 2R 3W 4W 1W"))) == [("lost update", 1, 3, 5)]


def test_lost_updates_come_first_then_the_order_of_steps():
    found = unserializable(accesses("1W 2R 1W 3R 2W 3W 1R"))
    assert patterns(found) == [
        ("lost update", 2, 3, 5),
        ("lost update", 4, 5, 6),
        ("overwritten before it was read back", 3, 5, 7),
        ("dirty read", 1, 2, 3),
    ]


def test_both_tasks_may_be_victims():
    assert patterns(unserializable(accesses("1R 2R 2W 1W"))) == [("lost update", 1, 3, 4)]
    assert patterns(unserializable(accesses("1R 2R 1W 2W"))) == [("lost update", 2, 3, 4)]


def test_any_iterable_will_do():
    assert len(unserializable(iter(accesses("1R 2W 1W")))) == 1
