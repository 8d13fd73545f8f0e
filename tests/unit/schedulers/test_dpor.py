"""Dynamic partial order reduction: one execution for each trace, and no more."""

import functools

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.primitives.condition import Condition
from treadle.primitives.event import Event
from treadle.primitives.lock import Lock
from treadle.primitives.semaphore import Semaphore
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.replay import Replay


class World:
    """Bodies of tasks that log what they do, at sites of their own."""

    def __init__(self):
        self.sites = {}
        self.log = []

    def site(self, *name):
        if name not in self.sites:
            line = len(self.sites) + 1
            self.sites[name] = Site("op", str(name), "m", "f.py", "f", line, line, 0, 1)
        return self.sites[name]

    def execute(self, bodies, scheduler, daemons=()):
        """Run each body in a task; a body is a list of (name, function) or (name, kind, location)."""
        self.log = []

        def live(number, body):
            task = kernel.current
            for position, (name, *what) in enumerate(body()):
                task.site = site = self.site(number, position)
                if len(what) == 2:
                    kernel.access(what[1], what[0], site)
                else:
                    what[0]()
                self.log.append((number, name))

        def main():
            for number, body in enumerate(bodies):
                is_daemon = number in daemons
                kernel.spawn(functools.partial(live, number, body), f"T{number}", is_daemon)

        status = kernel.run(main, scheduler)
        return status, tuple(self.log)

    def explore(self, make_bodies, **options):
        scheduler = Dpor()
        found = []
        while scheduler.begin():
            result = self.execute(make_bodies(), scheduler, **options)
            assert scheduler.divergence is None
            if not scheduler.is_redundant:
                found.append((result, list(kernel.choices)))
        assert (scheduler.redundant, scheduler.infeasible) == (0, 0)
        return found


@pytest.fixture
def world():
    kernel.all_points = True
    yield World()
    kernel.all_points = False


def writers(count, steps=1):
    def make():
        location = Location(None, "x", "attribute")
        body = [("write", Kind.WRITE, location)] * steps
        return [lambda: body] * count

    return make


@pytest.mark.parametrize(
    ("count", "steps", "traces"), [(2, 1, 2), (3, 1, 6), (2, 2, 6), (4, 1, 24)]
)
def test_dependent_steps_are_tried_in_every_order(world, count, steps, traces):
    assert len(world.explore(writers(count, steps))) == traces


def test_reads_are_not_ordered(world):
    def make():
        location = Location(None, "x", "attribute")
        return [lambda: [("read", Kind.READ, location)]] * 4

    assert len(world.explore(make)) == 1


def test_every_execution_replays_from_its_tape(world):
    for result, tape in world.explore(writers(2, 2)):
        replay = Replay(Schedule(tuple(Choice(ChoiceKind(kind), *rest) for kind, *rest in tape)))
        replay.begin()
        assert world.execute(writers(2, 2)(), replay) == result
        assert replay.divergence is None


def test_critical_sections_are_tried_in_every_order(world):
    def make():
        lock = Lock()
        return [lambda: [("take", lock.acquire), ("leave", lock.release)]] * 3

    assert len(world.explore(make)) == 6


def test_a_deadlock_is_found_beside_the_orders_that_end(world):
    def make():
        a, b = Lock(), Lock()

        def body(first, second):
            return [
                ("first", first.acquire),
                ("second", second.acquire),
                ("leave", second.release),
                ("leave", first.release),
            ]

        return [functools.partial(body, a, b), functools.partial(body, b, a)]

    statuses = sorted(result[0] for result, _ in world.explore(make))
    assert statuses == ["deadlock", "finished", "finished"]


def test_a_notify_that_nobody_hears_is_found(world):
    def make():
        condition = Condition(Lock())
        return [
            lambda: [
                ("take", condition.acquire),
                ("wait", condition.wait),
                ("leave", condition.release),
            ],
            lambda: [
                ("take", condition.acquire),
                ("notify", condition.notify),
                ("leave", condition.release),
            ],
        ]

    statuses = sorted(result[0] for result, _ in world.explore(make))
    assert statuses == ["deadlock", "finished"]


def test_a_permit_can_be_taken_before_the_task_that_was_woken_for_it(world):
    def make():
        semaphore = Semaphore(0)
        take = [("take", semaphore.acquire)]
        return [lambda: take, lambda: take, lambda: [("give", semaphore.release)]]

    found = world.explore(make)
    winners = {log[-1][0] if log[-1][1] == "take" else None for (_, log), _ in found}
    assert {0, 1} <= winners
    assert all(status == "deadlock" for (status, _), _ in found)


def test_a_flag_that_is_cleared_again_is_seen_or_missed(world):
    def make():
        event = Event()
        return [
            lambda: [("wait", event.wait)],
            lambda: [("set", event.set), ("clear", event.clear)],
        ]

    statuses = {result[0] for result, _ in world.explore(make)}
    assert statuses == {"deadlock", "finished"}


def test_a_daemon_may_have_done_any_number_of_its_steps_at_the_end(world):
    def make():
        location = Location(None, "x", "attribute")
        step = [("step", Kind.WRITE, location)]
        return [lambda: step, lambda: step * 3]

    logs = {log for (_, log), _ in world.explore(make, daemons={1})}
    assert {log.count((1, "step")) for log in logs} == {0, 1, 2, 3}


def test_so_may_a_daemon_that_lets_others_run(world):
    def make():
        x, y = (Location(None, name, "attribute") for name in "xy")
        return [
            lambda: [("work", Kind.WRITE, x)],
            lambda: [("pause", kernel.pause), ("step", Kind.WRITE, y), ("step", Kind.WRITE, y)],
        ]

    logs = {log for (_, log), _ in world.explore(make, daemons={1})}
    assert {log.count((1, "step")) for log in logs} == {0, 1, 2}


def test_an_estimate_of_what_is_left_ends_at_nothing(world):
    scheduler = Dpor()
    seen = 0
    while scheduler.begin():
        world.execute(writers(4)(), scheduler)
        seen += 1
        known, likely = scheduler.remaining()
        assert 0 <= known <= 24 - seen
        assert likely >= known
    assert scheduler.remaining() == (0, 0)
    assert scheduler.traces == seen == 24
