"""What is left out of a long trace."""

import report_builders as build

from treadle.explain.folding import Folded, Folding
from treadle.explain.labels import Labels
from treadle.model.trace import Action, Trace

A = Action


def numbers(items):
    """Step numbers, and (first, last) of what is left out."""
    return [
        (item.steps[0].number, item.steps[-1].number) if isinstance(item, Folded) else item.number
        for item in items
    ]


def fold(trace, deciding=(), resource="", budget=30):
    return Folding(trace, deciding, resource).items(budget)


def test_a_short_trace_stays_whole():
    trace = build.bank_trace()
    assert fold(trace, (2, 6, 9)) == list(trace.steps)


def test_the_neighbourhood_of_what_decided_is_kept():
    trace = build.long_trace()
    items = numbers(fold(trace, (202, 206, 209), "b.bal"))
    assert items == [(1, 198), *range(199, 211)]


def test_without_deciding_steps_the_latest_are_kept():
    trace = build.long_trace()
    items = numbers(fold(trace, budget=10))
    assert items[0] == (1, 202) or items[0][0] == 1
    assert 208 in items
    assert 203 in items


def test_the_budget_is_kept():
    trace = build.long_trace()
    for budget in (1, 3, 10, 30, 100):
        for deciding in ((), (202, 206, 209)):
            assert len(fold(trace, deciding, budget=budget)) <= budget


def test_a_gap_no_larger_than_its_sign_is_filled():
    trace = build.long_trace(20)
    items = fold(trace, (42, 46, 49), budget=12)
    assert all(len(item.steps) > 1 for item in items if isinstance(item, Folded))


def test_tracebacks_are_left_out_even_where_there_is_room():
    steps = (
        build.step(1, 1, A.PRINT, 6, value="hello"),
        *(build.step(n, 1, A.PRINT, value="  File ...") for n in (2, 3, 4)),
        build.step(5, 1, A.RAISE, 7, value="E: e"),
    )
    trace = Trace(build.tasks("f"), steps, "", 0)
    assert numbers(fold(trace)) == [1, (2, 4), 5]
    assert 3 not in numbers(fold(trace, budget=3))


def test_the_waits_of_a_misled_task_are_kept():
    filler = [build.step(n, 2, A.READ, 4, "log", value="0") for n in range(3, 40)]
    steps = (
        build.step(1, 1, A.LENGTH, 6, "items", value="0"),
        build.step(2, 1, A.WAIT, 7, "cond"),
        *filler,
        build.step(40, 2, A.CALL, 6, "items", detail="pop()"),
        build.step(41, 2, A.NOTIFY, 7, "cond", woken=(1,)),
        build.step(42, 1, A.WAIT_DONE, 7, "cond"),
        build.step(43, 1, A.CALL, 8, "items", detail="pop()"),
    )
    trace = Trace(build.tasks("f", "g"), steps, "", 1)
    assert {1, 2, 40, 42, 43} <= set(numbers(fold(trace, (1, 40, 43), budget=8)))


def test_the_lost_signal_is_kept():
    filler = [build.step(n, 1, A.READ, 4, "log", value="0") for n in range(1, 60)]
    steps = (
        *filler[:30],
        build.step(31, 1, A.NOTIFY, resource="cond"),
        *build.shifted(filler[30:], 1),
        build.step(61, 2, A.WAIT, resource="cond"),
    )
    waiting = build.lost_wakeup_trace().waiting
    trace = Trace(build.tasks("f", "g"), steps, "", 0, waiting=waiting)
    items = numbers(fold(trace, budget=8))
    assert 31 in items
    assert 61 in items


def test_where_the_locks_of_a_deadlock_were_taken_is_kept():
    trace = build.lock_cycle_trace()
    items = numbers(fold(trace, budget=9))
    assert {6, 9, 10, 12} <= set(items)


def test_texts():
    trace = build.five_trace()
    labels = Labels(trace)
    assert Folded(trace.steps[:1]).text(labels) == "... 1 step of main (1)"
    assert Folded(trace.steps[5:9]).text(labels) == "... 4 steps of main and T1 (6-9)"
    assert Folded(trace.steps).text(labels) == "... 36 steps of 6 threads (1-36)"
