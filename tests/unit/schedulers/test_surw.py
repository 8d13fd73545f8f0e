"""SURW: the orders of the interesting operations are equally likely."""

from collections import Counter
from math import comb

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.site import NOWHERE
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.schedulers.base import Point
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.surw import Surw


def run(scheduler, programs, spawns=None):
    """One execution of tasks that each do a list of writes, as the kernel would ask; the order of writes.

    ``spawns`` says after how many of its writes a task starts which other task.
    """
    scheduler.begin()
    locations = {name: Location(None, name, "attribute") for body in programs for name in body}
    tasks, done, order = [], [0] * len(programs), []
    point = Point()

    def start(number, path):
        task = Task(number, path, None, f"T{number}", False, NOWHERE)
        tasks.append(task)
        announce(task)

    def announce(task):
        body = programs[task.number]
        if done[task.number] < len(body):
            task.pending_kind = Kind.WRITE
            task.pending_location = locations[body[done[task.number]]]

    spawned = set((spawns or {}).values())
    for number in range(len(programs)):
        if number not in spawned:
            start(number, (0, number))
    while True:
        point.enabled = [t for t in tasks if done[t.number] < len(programs[t.number])]
        if not point.enabled:
            break
        index = scheduler.choose(point) if len(point.enabled) > 1 else 0
        task = point.enabled[index]
        order.append((task.number, task.pending_location.key))
        scheduler.note(task, task.pending_kind, task.pending_location)
        done[task.number] += 1
        announce(task)
        child = (spawns or {}).get((task.number, done[task.number]))
        if child is not None:
            start(child, (*task.path, 0))
    scheduler.end()
    return order


@pytest.mark.parametrize(("one", "other"), [(1, 4), (2, 2), (3, 3), (1, 9)])
def test_every_order_of_one_location_is_equally_likely(one, other):
    scheduler = Surw(0)
    run(scheduler, ["x" * one, "x" * other])  # measures
    expected = comb(one + other, one)
    executions = 400 * expected
    counts = Counter(
        tuple(number for number, _ in run(scheduler, ["x" * one, "x" * other]))
        for _ in range(executions)
    )
    assert len(counts) == expected
    assert all(300 < count < 500 for count in counts.values())


def test_a_random_walk_is_far_from_that():
    walk = RandomWalk(0)
    counts = Counter(tuple(number for number, _ in run(walk, ["x", "x" * 9])) for _ in range(4000))
    assert counts[(0, *[1] * 9)] > 10 * max(1, counts[(*[1] * 9, 0)])


def test_operations_elsewhere_do_not_disturb_the_order():
    # The second task does much before its only interesting operation.
    programs = ["xx", "abcdefghijx"]
    scheduler = Surw(0)
    run(scheduler, programs)
    counts = Counter(
        tuple(number for number, name in run(scheduler, programs) if name == "x")
        for _ in range(3000)
    )
    assert scheduler.interesting == ("attribute", "x")
    assert set(counts) == {(0, 0, 1), (0, 1, 0), (1, 0, 0)}
    assert all(880 < count < 1120 for count in counts.values())


def test_a_task_that_is_started_late_counts_for_its_creator():
    # Task 0 writes x once, then starts task 2, which writes x twice; task 1 writes x twice.
    programs = ["x", "xx", "xx"]
    spawns = {(0, 1): 2}
    scheduler = Surw(0)
    run(scheduler, programs, spawns)
    counts = Counter(
        tuple(number for number, _ in run(scheduler, programs, spawns)) for _ in range(4000)
    )
    assert len(counts) == 10  # five places for two writes of task 1
    assert all(300 < count < 500 for count in counts.values())


def test_the_location_is_drawn_by_how_often_it_is_used():
    programs = ["xxxy", "xxxy"]
    scheduler = Surw(0)
    run(scheduler, programs)
    drawn = Counter()
    for _ in range(2000):
        run(scheduler, programs)
        drawn[scheduler.interesting] += 1
    assert set(drawn) == {("attribute", "x"), ("attribute", "y")}
    assert abs(drawn["attribute", "y"] - 500) < 80


def test_what_one_task_alone_uses_is_never_interesting():
    programs = ["xaaaa", "xbbbb"]
    scheduler = Surw(0)
    for _ in range(50):
        run(scheduler, programs)
        assert scheduler.interesting in {None, ("attribute", "x")}


def test_the_same_seed_gives_the_same_executions():
    def some(seed):
        scheduler = Surw(seed)
        return [run(scheduler, ["xyx", "yxx", "xx"]) for _ in range(20)]

    assert some(9) == some(9)
    assert some(9) != some(900)
