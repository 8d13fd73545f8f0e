"""The block at the end of a deadlock."""

import dataclasses

import report_builders as build

from treadle.report.stuck import deadlock_block
from treadle.report.view import view_of


def block(trace, width=80):
    return deadlock_block(view_of(trace, None, width=width, color=False, verbose=0))


def test_no_deadlock():
    assert block(build.bank_trace()) == []


def test_lock_cycle():
    assert block(build.lock_cycle_trace()) == [
        "DEADLOCK: every thread is waiting",
        "  main         waits for T1 to terminate (transfer.py:22)",
        "  T1 transfer  holds A.lock (transfer.py:12)  waits for B.lock (transfer.py:13)",
        "  T2 transfer  holds B.lock (transfer.py:12)  waits for A.lock (transfer.py:13)",
        "  T1 -> B.lock -> T2 -> A.lock -> T1",
    ]


def test_narrow():
    assert block(build.self_deadlock_trace(), 50) == [
        "DEADLOCK: T1 waits for ever, the other threads",
        "  have ended",
        "  T1 update",
        "    holds lock (twice.py:12)",
        "    waits for lock (twice.py:15)",
        "  T1 -> lock -> T1",
    ]


def test_what_others_do_is_not_claimed_to_be_over():
    trace = build.consumer_trace()
    trace = dataclasses.replace(trace, steps=trace.steps[8:], waiting=trace.waiting)
    assert block(trace)[0] == "DEADLOCK: T2 waits for ever"


def test_why():
    assert block(build.consumer_trace())[-1] == "    nobody is left who could put an item"


def test_without_places():
    waiting = dataclasses.replace(build.consumer_trace().waiting[0], place=None, why="")
    trace = dataclasses.replace(build.consumer_trace(), waiting=(waiting,))
    assert block(trace)[-1] == "  T2 consume  waits for an item in q"
