"""Vector clocks: what orders two accesses, and what is learned when nothing does."""

import itertools

import pytest

from treadle.engine.conflicts import Location, join_into, joined
from treadle.engine.kernel import kernel
from treadle.model.operation import CONFLICTS, DATA_KINDS, Kind

CONFLICTING = [pair for pair in itertools.product(Kind, Kind) if CONFLICTS[pair[0]] >> pair[1] & 1]
DATA_PAIRS = [pair for pair in CONFLICTING if set(pair) <= DATA_KINDS]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2, 3], [3, 2, 1], [3, 2, 3]),
        ([1], [0, 5], [1, 5]),
        ([0, 5], [1], [1, 5]),
        ([], [2, 0], [2, 0]),
        ([2, 0], [], [2, 0]),
    ],
)
def test_the_join_of_two_clocks_is_later_than_both(one, other, expected):
    before = list(one), list(other)
    assert joined(one, other) == expected
    assert (one, other) == before
    join_into(one, other)
    assert one == expected


# --- locations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", list(Kind))
def test_unordered_accesses_are_learned_when_their_kinds_conflict(world, one):
    first, second = world.site("first", False), world.site("second", False)
    for other in Kind:
        location = Location(None, "x", "attribute")
        learned = []
        assert location.touch(1, one, [0, 1], first, learned) == 0
        is_conflict = (one, other) in CONFLICTING
        assert location.touch(2, other, [0, 0, 1], second, learned) == is_conflict
        assert learned == ([first, second] if is_conflict else [])
        assert location.is_shared == is_conflict
        assert location.is_racy == is_conflict


@pytest.mark.parametrize("one", list(Kind))
def test_ordered_accesses_are_not_learned(world, one):
    for other in Kind:
        location = Location(None, "x", "attribute")
        learned = []
        location.touch(1, one, [0, 3], world.site("first", False), learned)
        is_conflict = (one, other) in CONFLICTING
        assert (
            location.touch(2, other, [0, 3, 1], world.site("second", False), learned) == is_conflict
        )
        assert learned == []
        assert location.is_shared == is_conflict
        assert not location.is_racy


def test_accesses_of_one_task_do_not_conflict(world):
    location = Location(None, "x", "attribute")
    learned = []
    for kind in (Kind.WRITE, Kind.WRITE, Kind.READ):
        assert location.touch(1, kind, [0, 1], world.site("s", False), learned) == 0
    assert learned == []
    assert not location.is_shared


def test_a_site_that_is_a_point_already_is_not_learned_again(world):
    location = Location(None, "x", "attribute")
    learned = []
    point, other = world.site("point", True), world.site("other", False)
    location.touch(1, Kind.WRITE, [0, 1], point, learned)
    location.touch(2, Kind.WRITE, [0, 0, 1], other, learned)
    assert learned == [other]


def test_the_last_access_of_each_task_and_kind_is_remembered(world):
    location = Location(None, "x", "attribute")
    old, new, read = world.site("old", False), world.site("new", False), world.site("read", False)
    location.touch(1, Kind.WRITE, [0, 1], old, [])
    location.touch(1, Kind.READ, [0, 1], read, [])
    location.touch(1, Kind.WRITE, [0, 2], new, [])
    remembered = [(a.task, a.kind, a.stamp, a.site) for a in location.accesses]
    assert remembered == [(1, Kind.WRITE, 2, new), (1, Kind.READ, 1, read)]


def test_all_earlier_accesses_in_conflict_are_learned(world):
    location = Location(None, "x", "attribute")
    learned = []
    sites = [world.site(name, False) for name in "abc"]
    location.touch(1, Kind.READ, [0, 1], sites[0], learned)
    location.touch(2, Kind.READ, [0, 0, 1], sites[1], learned)
    assert learned == []
    location.touch(3, Kind.WRITE, [0, 0, 0, 1], sites[2], learned)
    assert set(learned) == set(sites)


def test_a_clock_shorter_than_the_number_of_tasks_knows_nothing_of_the_rest(world):
    location = Location(None, "x", "attribute")
    learned = []
    location.touch(5, Kind.WRITE, [0, 0, 0, 0, 0, 1], world.site("a", False), learned)
    location.touch(1, Kind.READ, [4, 4], world.site("b", False), learned)
    assert len(learned) == 2


def test_a_new_location_is_private():
    location = Location("owner", "key", "item")
    assert (location.owner, location.key, location.form) == ("owner", "key", "item")
    assert not location.is_shared
    assert not location.is_racy
    assert location.accesses == []


# --- in executions --------------------------------------------------------------------------------


def learned_names():
    return {site.name for site in kernel.learned}


@pytest.mark.parametrize(("one", "other"), DATA_PAIRS)
@pytest.mark.parametrize("is_ordered", [False, True])
def test_publish_and_observe_order_accesses(world, one, other, is_ordered):
    world.site("first", False)
    world.site("second", False)

    def main():
        gate, location = world.Gate(), world.location()

        def first():
            world.step(location, "first", one)
            kernel.publish(gate)

        def second():
            if is_ordered:
                kernel.observe(gate)
            world.step(location, "second", other)

        world.start(first, second)

    world.run(main)
    assert learned_names() == (set() if is_ordered else {"first", "second"})
    (location,) = kernel.shared
    assert location.is_racy != is_ordered


@pytest.mark.parametrize(("one", "other"), DATA_PAIRS)
def test_what_follows_the_publication_is_not_ordered(world, one, other):
    world.site("first", False)
    world.site("second", False)

    def main():
        gate, location = world.Gate(), world.location()

        def first():
            kernel.publish(gate)
            world.step(location, "first", one)

        def second():
            kernel.observe(gate)
            world.step(location, "second", other)

        world.start(first, second)

    world.run(main)
    assert learned_names() == {"first", "second"}


@pytest.mark.parametrize(("one", "other"), DATA_PAIRS)
def test_starting_a_task_orders_what_came_before(world, one, other):
    for name in ("before", "after", "child"):
        world.site(name, False)

    def main():
        location, unrelated = world.location(), world.location("y")
        world.start(lambda: None)
        world.step(location, "before", one)
        world.start(
            lambda: (world.step(location, "child", other), world.step(unrelated, "child", other))
        )
        world.step(unrelated, "after", one)

    world.run(main)
    assert learned_names() == {"after", "child"}
    assert [location.key for location in kernel.shared] == ["x", "y"]
    assert [location.is_racy for location in kernel.shared] == [False, True]


@pytest.mark.parametrize(("one", "other"), DATA_PAIRS)
@pytest.mark.parametrize("is_joined", [False, True])
def test_joining_a_task_orders_what_it_did(world, one, other, is_joined):
    world.site("child", False)
    world.site("parent", False)

    def main():
        gate, location = world.Gate(), world.location()

        def child():
            world.step(location, "child", one)
            gate.open()

        (task,) = world.start(child)
        gate.wait()
        if is_joined:
            kernel.finish_join(task)
        world.step(location, "parent", other)

    world.run(main)
    assert learned_names() == (set() if is_joined else {"child", "parent"})


def test_what_a_joined_task_observed_is_ordered_too(world):
    for name in ("first", "last"):
        world.site(name, False)

    def main():
        gate, lock, location = world.Gate(), world.Gate(), world.location()

        def first():
            world.step(location, "first", Kind.WRITE)
            kernel.publish(lock)

        def second():
            kernel.observe(lock)
            gate.open()

        world.start(first)
        (task,) = world.start(second)
        gate.wait()
        kernel.finish_join(task)
        world.step(location, "last", Kind.WRITE)

    world.run(main)
    assert learned_names() == set()


def test_publications_add_up(world):
    for name in ("a", "b", "reader"):
        world.site(name, False)

    def main():
        lock, x, y = world.Gate(), world.location("x"), world.location("y")

        def writer(location, name):
            world.step(location, name, Kind.WRITE)
            kernel.publish(lock)

        def reader():
            kernel.observe(lock)
            world.step(x, "reader", Kind.READ)
            world.step(y, "reader", Kind.READ)

        world.start(lambda: writer(x, "a"), lambda: writer(y, "b"), reader)

    world.run(main)
    assert learned_names() == set()


def test_observing_what_nobody_published_orders_nothing(world):
    for name in ("a", "b"):
        world.site(name, False)

    def main():
        lock, location = world.Gate(), world.location()

        def task(name):
            kernel.observe(lock)
            world.step(location, name, Kind.WRITE)

        world.start(lambda: task("a"), lambda: task("b"))

    world.run(main)
    assert learned_names() == {"a", "b"}


def test_accesses_in_both_orders_are_seen(world):
    # The one that comes first in this schedule is the first to be learned, whichever it is.
    for name in ("a", "b"):
        world.site(name, False)

    def main():
        location = world.location()
        world.start(
            lambda: world.step(location, "a", Kind.WRITE),
            lambda: world.step(location, "b", Kind.READ),
        )

    orders = world.explore(main, lambda: [site.name for site in kernel.learned])
    assert sorted(orders) == [["a", "b"], ["b", "a"]]


def test_shared_data_is_listed_once_in_the_order_in_which_it_was_noticed(world):
    def main():
        x, y, z = map(world.location, "xyz")

        def task(name):
            for location in (y, x, y):
                world.step(location, f"{name}{location.key}", Kind.WRITE)
            world.step(z, f"{name}z", Kind.READ)

        world.start(lambda: task("a"), lambda: task("b"))

    world.run(main)
    assert [location.key for location in kernel.shared] == ["y", "x"]


def test_a_further_effect_is_noted_without_a_point(world):
    log = []

    def main():
        log.clear()
        key, whole = world.location("key"), world.location("whole")

        def task(name):
            world.step(key, name, Kind.WRITE)
            kernel.note_access(whole, Kind.SHAPE_WRITE, world.site(name))
            log.append(name)

        world.start(lambda: task("a"), lambda: task("b"))

    orders = world.explore(main, lambda: (tuple(log), [location.key for location in kernel.shared]))
    assert orders == [(("a", "b"), ["key", "whole"]), (("b", "a"), ["key", "whole"])]


# --- operations on primitives ---------------------------------------------------------------------


def operate(world, resource, kind, name):
    kernel.current.site = world.site(name, False)
    kernel.operation(kind, resource)


@pytest.mark.parametrize(
    ("one", "other"), [pair for pair in CONFLICTING if not set(pair) & DATA_KINDS]
)
def test_operations_are_learned_although_the_lock_orders_them(world, one, other):
    # The order of two acquires is what a schedule decides, so only starts and joins order operations.
    def main():
        lock = world.Gate()

        def first():
            operate(world, lock, one, "first")
            kernel.publish(lock)

        def second():
            kernel.observe(lock)
            operate(world, lock, other, "second")

        world.start(first, second)

    world.run(main)
    assert learned_names() == {"first", "second"}
    assert {site.operation for site in kernel.learned} == {str(int(one)), str(int(other))}


def test_starting_and_joining_order_operations(world):
    def main():
        lock, gate = world.Gate(), world.Gate()

        def child():
            operate(world, lock, Kind.ACQUIRE, "child")
            gate.open()

        world.start(lambda: None)
        operate(world, lock, Kind.ACQUIRE, "before")
        (task,) = world.start(child)
        gate.wait()
        kernel.finish_join(task)
        operate(world, lock, Kind.ACQUIRE, "after")

    world.run(main)
    assert learned_names() == set()


def test_operations_on_different_primitives_do_not_conflict(world):
    def main():
        locks = world.Gate(), world.Gate()
        world.start(
            lambda: operate(world, locks[0], Kind.ACQUIRE, "a"),
            lambda: operate(world, locks[1], Kind.ACQUIRE, "b"),
        )

    world.run(main)
    assert learned_names() == set()


def test_an_operation_is_a_point_once_its_kind_is_learned_at_its_site(world):
    log = []

    def main():
        log.clear()
        lock = world.Gate()

        def task(name):
            operate(world, lock, Kind.RELEASE, name)
            operate(world, lock, Kind.ACQUIRE, name)
            log.append(name)

        world.start(lambda: task("a"), lambda: task("b"))

    assert len(world.explore(main)) == 2
    for site in kernel.learned:
        site.is_point = True
    # Fresh tasks take their first point without a choice.
    assert len(world.explore(main)) == 2
    for name in "ab":
        world.site(name).child(Kind.RELEASE).is_point = True
    assert len(world.explore(main)) == 6


def test_operations_are_not_announced_while_there_is_one_task(world):
    def main():
        operate(world, world.Gate(), Kind.ACQUIRE, "alone")

    world.run(main)
    assert kernel.operations == 0


def test_a_further_primitive_affected_is_noted_without_a_point(world):
    def main():
        condition, lock = world.Gate(), world.Gate()

        def waits():
            operate(world, condition, Kind.WAIT, "waits")
            kernel.note_operation(Kind.RELEASE, lock)

        def tries():
            operate(world, lock, Kind.TRY_ACQUIRE, "tries")

        world.start(waits, tries)

    world.run(main)
    assert {(site.name, site.operation) for site in kernel.learned} == {
        ("waits", str(int(Kind.RELEASE))),
        ("tries", str(int(Kind.TRY_ACQUIRE))),
    }
    assert kernel.operations == 2
