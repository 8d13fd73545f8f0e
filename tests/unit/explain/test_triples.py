"""Patterns of three accesses."""

import itertools

import pytest
import report_builders as build

from treadle.explain.accesses import is_read, is_same_call, is_write, part_of, related
from treadle.explain.triples import (
    CHANGED_IN_LOOP,
    CHECK_THEN_ACT,
    find_triples,
    gravest_triple,
    pattern_name,
    triple_at,
)
from treadle.model.trace import Action, Trace

R, W = Action.READ, Action.WRITE


def access(number, task, action, resource="x", **fields):
    return build.step(number, task, action, resource=resource, **fields)


def trace_of(*steps):
    return Trace(build.tasks("f", "g", "h"), steps, "", 1)


@pytest.mark.parametrize(
    ("actions", "name"),
    [
        ((R, W, W), "lost update"),
        ((R, W, R), "unrepeatable read"),
        ((W, R, W), "dirty read"),
        ((W, W, R), "overwritten before it was read back"),
        ((R, R, R), ""),
        ((R, R, W), ""),
        ((W, R, R), ""),
        ((W, W, W), ""),
    ],
)
def test_patterns(actions, name):
    assert pattern_name(*actions) == name


def test_more_special_patterns():
    assert pattern_name(Action.CONTAINS, Action.DELETE, R) == CHECK_THEN_ACT
    assert pattern_name(Action.LENGTH, Action.CALL, Action.CALL) == CHECK_THEN_ACT
    assert pattern_name(Action.LENGTH, Action.CALL, Action.LENGTH) == "unrepeatable read"
    assert pattern_name(Action.ITERATE, Action.CALL, Action.ITERATE) == CHANGED_IN_LOOP
    assert pattern_name(Action.LOCKED, W, W) == CHECK_THEN_ACT


def test_calls_that_only_look_are_reads():
    look = access(1, 1, Action.CALL, "items", detail="index(3)")
    change = access(1, 1, Action.CALL, "items", detail="append(3)")
    assert is_read(look)
    assert not is_write(look)
    assert is_write(change)
    assert not is_read(change)
    assert is_write(access(1, 1, Action.CALL, "items", detail="[...] = ..."))


def test_parts_of_containers():
    assert part_of(access(1, 1, R, "b.bal")) is None
    assert part_of(access(1, 1, R, "cache['k']")) == ("cache", "'k'")
    assert part_of(access(1, 1, R, "a['x'][0]")) == ("a['x']", "0")
    assert part_of(access(1, 1, R, "odd]")) is None
    assert part_of(access(1, 1, Action.CONTAINS, "cache", detail="'k'")) == ("cache", "'k'")
    assert part_of(access(1, 1, Action.CONTAINS, "cache['k']")) == ("cache", "'k'")
    assert part_of(access(1, 1, Action.LENGTH, "cache")) == ("cache", None)


def test_what_touches_the_same_data():
    name, item = access(1, 1, R, "cache"), access(1, 1, W, "cache['k']")
    other, whole = access(1, 1, W, "cache['j']"), access(1, 1, Action.LENGTH, "cache")
    asked = access(1, 1, Action.CONTAINS, "cache", detail="'k'")
    assert related(item, item)
    assert related(item, whole)
    assert related(asked, item)
    assert not related(item, other)
    assert not related(asked, other)
    assert not related(name, item)
    assert related(name, name)
    assert not related(item, access(1, 1, W, "x['k']"))


def test_unknown_activations_may_be_the_same():
    one, two = access(1, 1, R, activation=1), access(2, 1, R, activation=2)
    assert is_same_call(one, one)
    assert not is_same_call(one, two)
    assert is_same_call(one, access(3, 1, R))


def test_the_triple_of_deciding_steps():
    trace = build.bank_trace()
    for deciding in [(2, 6, 9), (2, 5, 6, 9)]:
        triple = triple_at(trace, deciding)
        assert (triple.first.number, triple.other.number, triple.last.number) == (2, 6, 9)
        assert triple.name == "lost update"


def test_deciding_steps_that_are_no_triple():
    trace = build.bank_trace()
    assert triple_at(trace, ()) is None
    assert triple_at(trace, (2, 6)) is None
    assert triple_at(trace, (2, 3, 4, 9)) is None
    assert triple_at(trace, (0, 5, 6, 99)) is None
    assert triple_at(trace, (2, 5, 6)) is None


def test_find_triples():
    found = list(find_triples(build.bank_trace()))
    assert [(t.first.number, t.other.number, t.last.number) for t in found] == [(2, 6, 9)]


def test_no_triple_across_activations():
    steps = [access(1, 1, R, activation=1), access(2, 2, W), access(3, 1, W, activation=3)]
    assert not list(find_triples(trace_of(*steps)))


def test_no_triple_among_harmless_accesses():
    steps = [access(1, 1, R), access(2, 2, R), access(3, 1, W)]
    assert not list(find_triples(trace_of(*steps)))


def test_only_neighbours_of_one_task_are_compared():
    steps = [access(1, 1, R), access(2, 1, R), access(3, 2, W), access(4, 1, W), access(5, 1, W)]
    numbers = [(t.first.number, t.last.number) for t in find_triples(trace_of(*steps))]
    assert numbers == [(2, 4)]


def test_long_traces_are_searched_in_reasonable_time():
    steps = [access(n, 1 + n % 3, R) for n in range(1, 3000)]
    assert not list(find_triples(trace_of(*steps)))


def test_the_gravest_triple_is_not_protected():
    held = {"held": ("lock",)}
    steps = [access(1, 1, R, **held), access(2, 2, W, **held), access(3, 1, W, **held)]
    assert gravest_triple(trace_of(*steps)) is None
    assert gravest_triple(build.bank_trace()).name == "lost update"
    assert gravest_triple(build.key_error_trace()).name == CHECK_THEN_ACT
    read_twice = [access(1, 1, R), access(2, 2, W), access(3, 1, R)]
    assert gravest_triple(trace_of(*read_twice)) is None


def test_every_combination_has_a_name_or_none():
    for actions in itertools.product(Action, repeat=3):
        assert isinstance(pattern_name(*actions), str)


def test_deciding_steps_in_an_order_that_makes_no_triple():
    steps = [access(1, 1, R), access(2, 1, R), access(3, 2, R), access(4, 1, W)]
    assert triple_at(trace_of(*steps), (1, 2, 3, 4)) is None
