"""Why nothing can go on: every kind of deadlock, and what only looks like it."""

import pytest

from treadle.analysis.deadlock import LOCKS, QUEUES, Wait, diagnose, that_matter, why_for_ever
from treadle.model.finding import DeadlockKind

NOBODY = frozenset()


def wait(task, kind, name, *holders, verb="waits for"):
    return Wait(task, f"T{task}", len(name), name, kind, verb, holders)


def lock(task, name, *holders):
    return wait(task, "Lock", name, *holders)


def join(task, other):
    return wait(task, "Thread", f"T{other}", other, verb="joins")


def kind_of(*waits, finished=NOBODY):
    return diagnose(waits, frozenset(finished)).kind


# --- one test for each kind, with what tells it apart -----------------------------------------------


def test_self_deadlock():
    diagnosis = diagnose([lock(1, "a", 1)], NOBODY)
    assert diagnosis.kind is DeadlockKind.SELF_DEADLOCK
    assert diagnosis.resource == "a"
    assert diagnosis.tasks == (1,)
    assert diagnosis.cycle == ("T1", "a", "T1")


def test_a_lock_held_by_another_is_no_self_deadlock():
    assert kind_of(lock(1, "a", 2)) is not DeadlockKind.SELF_DEADLOCK


def test_a_semaphore_held_by_the_waiting_task_is_no_self_deadlock():
    assert kind_of(wait(1, "Semaphore", "s", 1)) is DeadlockKind.LOST_WAKEUP


def test_lock_cycle():
    diagnosis = diagnose([lock(1, "b", 2), lock(2, "a", 1)], NOBODY)
    assert diagnosis.kind is DeadlockKind.LOCK_CYCLE
    assert diagnosis.resource == "b"
    assert diagnosis.tasks == (1, 2)
    assert diagnosis.cycle == ("T1", "b", "T2", "a", "T1")


def test_lock_cycle_of_three_with_reentrant_locks():
    diagnosis = diagnose(
        [wait(1, "RLock", "b", 2), wait(2, "RLock", "c", 3), wait(3, "RLock", "a", 1)], NOBODY
    )
    assert diagnosis.kind is DeadlockKind.LOCK_CYCLE
    assert diagnosis.cycle == ("T1", "b", "T2", "c", "T3", "a", "T1")


def test_a_cycle_is_found_beyond_a_task_that_waits_for_it():
    diagnosis = diagnose([lock(1, "a", 2), lock(2, "b", 3), lock(3, "a", 2)], NOBODY)
    assert diagnosis.kind is DeadlockKind.LOCK_CYCLE
    assert diagnosis.tasks == (2, 3)


def test_a_cycle_is_found_beside_other_waits():
    waits = [join(0, 1), wait(1, "Queue", "q"), lock(2, "b", 3), lock(3, "a", 2)]
    assert diagnose(waits, NOBODY).tasks == (2, 3)


def test_a_chain_of_locks_is_no_cycle():
    assert kind_of(lock(1, "a", 2), wait(2, "Event", "e")) is DeadlockKind.LOST_WAKEUP


def test_a_cycle_through_a_join_is_of_no_named_kind_but_is_drawn():
    # T1 joins T2 while it holds the lock that T2 wants.
    diagnosis = diagnose([join(1, 2), lock(2, "a", 1)], NOBODY)
    assert diagnosis.kind is DeadlockKind.OTHER
    assert diagnosis.cycle == ("T1", "T2", "T2", "a", "T1")


def test_tasks_that_join_each_other():
    diagnosis = diagnose([join(1, 2), join(2, 1)], NOBODY)
    assert diagnosis.kind is DeadlockKind.OTHER
    assert diagnosis.tasks == (1, 2)


def test_leaked_lock():
    diagnosis = diagnose([lock(1, "a", 2)], frozenset({2}))
    assert diagnosis.kind is DeadlockKind.LEAKED_LOCK
    assert diagnosis.resource == "a"
    assert diagnosis.tasks == (1, 2)
    assert diagnosis.cycle == ()


def test_a_lock_whose_holder_has_not_ended_is_not_leaked():
    assert kind_of(lock(1, "a", 2), wait(2, "Queue", "q"), finished={3}) is DeadlockKind.QUEUE


@pytest.mark.parametrize("kind", sorted(QUEUES))
def test_queue(kind):
    diagnosis = diagnose([join(0, 1), wait(1, kind, "jobs", verb="gets from")], NOBODY)
    assert diagnosis.kind is DeadlockKind.QUEUE
    assert diagnosis.resource == "jobs"
    assert diagnosis.tasks == (1,)


def test_a_thing_of_the_programs_own_is_no_queue():
    assert kind_of(wait(1, "JobQueue", "jobs")) is DeadlockKind.LOST_WAKEUP


@pytest.mark.parametrize(
    "kind", ["Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "Gate"]
)
def test_lost_wakeup(kind):
    diagnosis = diagnose([join(0, 1), wait(1, kind, "signal", verb="waits on")], NOBODY)
    assert diagnosis.kind is DeadlockKind.LOST_WAKEUP
    assert diagnosis.resource == "signal"
    assert diagnosis.tasks == (1,)


def test_join():
    # Tasks that are not among the waits, daemons for instance, can be joined.
    diagnosis = diagnose([join(0, 1)], NOBODY)
    assert diagnosis.kind is DeadlockKind.JOIN
    assert diagnosis.resource == "T1"
    assert diagnosis.tasks == (0, 1)


def test_a_join_is_the_consequence_of_whatever_the_other_waits_for():
    assert kind_of(join(0, 1), wait(1, "Event", "e")) is DeadlockKind.LOST_WAKEUP
    assert kind_of(join(0, 1), lock(1, "a", 1)) is DeadlockKind.SELF_DEADLOCK


def test_other():
    # A lock that somebody outside of the execution holds.
    diagnosis = diagnose([lock(1, "a")], NOBODY)
    assert diagnosis.kind is DeadlockKind.OTHER
    assert diagnosis.resource == "a"


def test_no_waits_at_all():
    diagnosis = diagnose([], NOBODY)
    assert (diagnosis.kind, diagnosis.resource, diagnosis.tasks) == (DeadlockKind.OTHER, "", ())


def test_the_most_specific_kind_wins():
    waits = {
        DeadlockKind.SELF_DEADLOCK: [lock(1, "self", 1)],
        DeadlockKind.LOCK_CYCLE: [lock(2, "b", 3), lock(3, "a", 2)],
        DeadlockKind.LEAKED_LOCK: [lock(4, "leaked", 9)],
        DeadlockKind.QUEUE: [wait(5, "Queue", "q")],
        DeadlockKind.LOST_WAKEUP: [wait(6, "Condition", "c")],
        DeadlockKind.JOIN: [join(7, 8)],
    }
    kinds = list(waits)
    for index, kind in enumerate(kinds):
        present = [each for later in reversed(kinds[index:]) for each in waits[later]]
        assert kind_of(*present, finished={9}) is kind


# --- daemons --------------------------------------------------------------------------------------


def tasks(waits):
    return [each.task for each in waits]


def test_a_daemon_that_waits_for_ever_does_not_matter():
    waits = [wait(1, "Queue", "jobs"), wait(2, "Event", "e")]
    assert tasks(that_matter(waits, frozenset({1}))) == [2]
    assert tasks(that_matter(waits, frozenset())) == [1, 2]
    assert that_matter(waits, frozenset({1, 2})) == []


def test_a_daemon_for_which_others_wait_matters():
    waits = [join(0, 1), lock(1, "a", 2), wait(2, "Event", "e"), wait(3, "Event", "e")]
    assert tasks(that_matter(waits, frozenset({1, 2, 3}))) == [0, 1, 2]


def test_whom_a_task_waits_for_need_not_wait_itself():
    assert tasks(that_matter([lock(1, "a", 7)], NOBODY)) == [1]


# --- clauses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiting", "finished", "expected"),
    [
        (lock(1, "a", 1), (), "it holds this lock itself"),
        (lock(1, "a", 2), (2,), "the thread that holds it has ended without releasing it"),
        (lock(1, "a", 2), (), "its holder cannot go on either"),
        (join(1, 2), (), "that thread cannot go on either"),
        (wait(1, "Queue", "q", verb="puts into"), (), "nobody is left who could take an item out"),
        (wait(1, "Queue", "q", verb="gets from"), (), "nobody is left who could put an item in"),
        (
            wait(1, "Queue", "q", verb="joins"),
            (),
            "nobody is left who could mark the items as done",
        ),
        (wait(1, "Condition", "c"), (), "nobody is left who could notify it"),
        (wait(1, "Event", "e"), (), "nobody is left who could set it"),
        (wait(1, "Barrier", "b"), (), "nobody is left who could arrive at it"),
        (wait(1, "Semaphore", "s"), (), "nobody is left who could release it"),
        (wait(1, "BoundedSemaphore", "s"), (), "nobody is left who could release it"),
        (wait(1, "Gate", "g"), (), "nobody is left who could wake it"),
    ],
)
def test_why_nobody_will_wake_it(waiting, finished, expected):
    assert why_for_ever(waiting, frozenset(finished)) == expected


def test_no_lock_is_a_queue():
    assert not LOCKS & QUEUES
