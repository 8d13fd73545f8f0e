"""Histories and the sequential orders that explain them, or do not."""

import math

import pytest

from treadle.analysis.linearizability import (
    Expected,
    History,
    explanation,
    may_wait,
    orders,
    refutation,
)

A, B, END = (0, 0), (1, 0), (-1, 0)


@pytest.mark.parametrize("lengths", [(1, 1), (2, 1), (3, 3), (2, 2, 2), (4,)])
def test_as_many_orders_as_there_are_interleavings(lengths):
    found = list(orders(lengths))
    expected = math.factorial(sum(lengths))
    for length in lengths:
        expected //= math.factorial(length)
    assert len(found) == len(set(found)) == expected
    for order in found:
        assert all(order.index((0, n)) < order.index((0, n + 1)) for n in range(lengths[0] - 1))


def history(results, *events):
    """Events: a call begins; written twice, it ends."""
    begun = set()
    noted = []
    for call in events:
        noted.append((call, call in begun))
        begun.add(call)
    return History(results, noted)


def queue_orders():
    """put() by the first thread and get() by the second, of a queue that says "empty"."""
    return [
        Expected((A, B), {A: "None", B: "1"}),
        Expected((B, A), {A: "None", B: "empty"}),
    ]


def test_overlapping_calls_may_be_in_either_order():
    for result, order in (("1", (A, B)), ("empty", (B, A))):
        seen = history({A: "None", B: result}, A, B, A, B)
        assert explanation(seen, queue_orders()) == order


def test_a_call_that_had_returned_comes_first():
    seen = history({A: "None", B: "empty"}, A, A, B, B)
    assert explanation(seen, queue_orders()) is None
    assert refutation(seen, queue_orders()[0]) == ("result", B, None)
    assert refutation(seen, queue_orders()[1]) == ("time", B, A)


def test_results_that_no_order_gives():
    seen = history({A: "None", B: "2"}, A, B, A, B)
    assert explanation(seen, queue_orders()) is None


def test_an_order_that_waits_for_ever_explains_nothing():
    seen = history({A: "None", B: "1"}, A, B, A, B)
    waits = Expected((A, B), {A: "None"}, B)
    assert explanation(seen, [waits]) is None
    assert refutation(seen, waits) == ("blocks", B, None)


def test_a_call_may_wait_where_some_order_lets_it():
    orders = [Expected((A, B), {A: "None"}, B), Expected((B, A), {}, B)]
    assert may_wait(history({A: "None"}, A, A, B), orders)
    assert may_wait(history({A: "None"}, A, B, A), orders)
    assert not may_wait(history({B: "1"}, A, B, B), orders)


def test_a_call_may_not_wait_where_every_order_brings_it_back():
    orders = [Expected((A, B), {A: "None", B: "1"}), Expected((B, A), {}, B)]
    assert not may_wait(history({A: "None"}, A, B, A), orders)


def test_what_the_main_thread_sees_afterwards_counts():
    seen = history({A: "None", B: "None", END: "1"}, A, B, A, B, END, END)
    given = [Expected((A, B), {A: "None", B: "None", END: "2"})]
    assert explanation(seen, given) is None
    assert refutation(seen, given[0]) == ("result", END, None)
    with pytest.raises(ValueError, match="explains"):
        refutation(seen, Expected((A, B), seen.results))
