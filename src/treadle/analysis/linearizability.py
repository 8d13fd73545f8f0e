"""Linearizability: can the results of concurrent calls be those of some sequential order of the calls?

An execution is *linearizable* (Herlihy, Wing, TOPLAS 1990) when its calls can be put into one order such that
each returns what it returned when they are made one after the other in that order, and a call that had
returned before another began comes first. For the handful of calls of a scenario the orders are simply
enumerated; what they give is learned once, by making the calls in that order (as Lincheck does: Koval et
al., CAV 2023).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

CallId = tuple[int, int]
"""A call: (number of its thread, which of the thread's calls); thread -1 is the main thread, afterwards."""

Order = tuple[CallId, ...]
"""The calls of all threads, one after the other."""


@dataclass(slots=True)
class History:
    """What was observed of one execution.

    Attributes:
        results: What each call returned or raised, as text.
        events: Beginnings and ends of calls in the order in which they happened: (call, whether it ended).
    """

    results: dict[CallId, str] = field(default_factory=dict)
    events: list[tuple[CallId, bool]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sequential order of the calls gives.

    Args:
        order: The order.
        results: What each call gives; where one waits for ever, those before it only.
        waiting: The call that waits for ever, None when all come back.
    """

    order: Order
    results: Mapping[CallId, str]
    waiting: CallId | None = None


def orders(lengths: Sequence[int]) -> Iterator[Order]:
    """All orders of the calls of several threads that keep the order within each thread.

    Args:
        lengths: How many calls each thread makes.

    Yields:
        The orders, thread 0 first where there is a choice.
    """

    def extend(done: list[int], order: list[CallId]) -> Iterator[Order]:
        if len(order) == sum(lengths):
            yield tuple(order)
            return
        for thread, length in enumerate(lengths):
            if done[thread] < length:
                order.append((thread, done[thread]))
                done[thread] += 1
                yield from extend(done, order)
                done[thread] -= 1
                order.pop()

    yield from extend([0] * len(lengths), [])


def explanation(history: History, expected: Sequence[Expected]) -> Order | None:
    """An order that explains a history.

    Args:
        history: What was observed; every call has ended.
        expected: What each order gives.

    Returns:
        The first such order, None when there is none.
    """
    before = _precedence(history)
    for candidate in expected:
        if (
            candidate.waiting is None
            and candidate.results == history.results
            and _respects(candidate.order, before)
        ):
            return candidate.order
    return None


def may_wait(history: History, expected: Sequence[Expected]) -> bool:
    """Whether calls that never came back may wait: each waits in some order after those that did.

    Args:
        history: What was observed when nothing could go on.
        expected: What each order gives.

    Returns:
        False where a call waits that no order lets wait.
    """
    begun = {call for call, is_end in history.events if not is_end}
    before = _precedence(history)
    waiting_in_some_order = {
        each.waiting
        for each in expected
        if each.waiting is not None
        and each.results == history.results
        and _respects(each.order, [pair for pair in before if pair[1] in each.results])
    }
    return begun - set(history.results) <= waiting_in_some_order


def refutation(history: History, candidate: Expected) -> tuple[str, CallId, CallId | None]:
    """Why an order does not explain a history.

    Args:
        history: What was observed.
        candidate: An order that does not explain it, and what it gives.

    Returns:
        ("result", call, None) for the first call that gives something else; ("time", call, other) where
        call comes first in the order although other had returned before it began; ("blocks", call, None)
        where that call waits for ever.
    """
    if candidate.waiting is not None:
        return "blocks", candidate.waiting, None
    for call in (*candidate.order, *sorted(call for call in history.results if call[0] < 0)):
        if candidate.results.get(call) != history.results.get(call):
            return "result", call, None
    for earlier, later in _precedence(history):
        if candidate.order.index(later) < candidate.order.index(earlier):
            return "time", later, earlier
    raise ValueError("the order explains the history")


def _precedence(history: History) -> list[tuple[CallId, CallId]]:
    """The pairs of calls of threads where the first had ended before the second began."""
    ended: list[CallId] = []
    pairs = []
    for call, is_end in history.events:
        if call[0] < 0:
            continue
        if is_end:
            ended.append(call)
        else:
            pairs += [(other, call) for other in ended]
    return pairs


def _respects(order: Order, pairs: Sequence[tuple[CallId, CallId]]) -> bool:
    """Whether an order has the first of each pair before the second."""
    place = {call: index for index, call in enumerate(order)}
    return all(place[one] < place[other] for one, other in pairs)
