"""Wakeup trees: what is covered already is not added again."""

from treadle.model.operation import Kind
from treadle.schedulers.events import ALL_KNOWN, Access, Event
from treadle.schedulers.wakeup import insert, is_weak_initial

KNOWN = ALL_KNOWN


def access(place, kind=Kind.WRITE):
    return Access(place, ("attribute", str(place)), kind, False, None)


def events(*steps):
    """Events (task, place) in order; those on one place happen one before the other."""
    made = []
    for task, place in steps:
        event = Event(task, False, None)
        event.accesses = [access(place)]
        event.clock = [0] * 4
        for other in made:
            if other.task == task or other.accesses[0].place == place:
                event.clock = list(map(max, event.clock, other.clock))
        event.position = event.clock[task] + 1
        event.clock[task] = event.position
        made.append(event)
    return made


def shown(children):
    return [(node.task, shown(node.children)) for node in children]


def test_a_sequence_is_added_step_by_step():
    children = []
    assert insert(children, events((0, 1), (1, 1)), KNOWN)
    assert shown(children) == [(0, [(1, [])])]


def test_a_sequence_in_another_order_of_independent_steps_is_covered():
    children = []
    insert(children, events((0, 1), (1, 2)), KNOWN)
    assert not insert(children, events((1, 2), (0, 1)), KNOWN)
    assert shown(children) == [(0, [(1, [])])]


def test_the_other_order_of_dependent_steps_is_added_beside():
    children = []
    insert(children, events((0, 1), (1, 1)), KNOWN)
    assert insert(children, events((1, 1), (0, 1)), KNOWN)
    assert shown(children) == [(0, [(1, [])]), (1, [(0, [])])]


def test_a_sequence_that_goes_on_where_a_path_ends_is_covered():
    children = []
    insert(children, events((0, 1)), KNOWN)
    assert not insert(children, events((0, 1), (1, 1)), KNOWN)


def test_what_two_sequences_begin_with_is_shared():
    children = []
    insert(children, events((0, 1), (1, 2), (2, 2)), KNOWN)
    insert(children, events((0, 1), (2, 2), (1, 2)), KNOWN)
    assert shown(children) == [(0, [(1, [(2, [])]), (2, [(1, [])])])]


def test_a_first_step_is_a_weak_initial():
    sequence = events((0, 1), (1, 1), (2, 2))
    assert is_weak_initial(0, [access(1)], sequence, KNOWN)
    assert is_weak_initial(2, [access(2)], sequence, KNOWN)
    assert not is_weak_initial(1, [access(1)], sequence, KNOWN)


def test_a_step_that_is_not_in_the_sequence_is_one_if_it_is_independent_of_all():
    sequence = events((0, 1), (1, 1))
    assert is_weak_initial(3, [access(2)], sequence, KNOWN)
    assert not is_weak_initial(3, [access(1)], sequence, KNOWN)
    assert is_weak_initial(3, [access(1, Kind.READ)], events((0, 2)), KNOWN)


def test_places_that_only_one_execution_has_come_to_are_compared_by_name():
    mine = Access(7, ("attribute", "a"), Kind.WRITE, False, None)
    sequence = events((0, 7))
    assert is_weak_initial(3, [mine], sequence, known=5)  # "a" is not "7"
    named_alike = Access(9, ("attribute", "7"), Kind.WRITE, False, None)
    assert not is_weak_initial(3, [named_alike], sequence, known=5)
    assert is_weak_initial(3, [named_alike], sequence, known=8)  # then 7 is known, and is not 9
