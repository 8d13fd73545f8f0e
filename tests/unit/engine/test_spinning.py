"""Tasks that only look and change nothing stand aside, so that others can make progress."""

import pytest

from treadle.engine.kernel import IDLE_LOOKS, LONG_STINT, kernel
from treadle.model.operation import Kind
from treadle.schedulers.round_robin import RoundRobin


class Flag:
    """A variable that is read and written as instrumented code does it."""

    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.location = world.location(name)
        self.value = False

    def get(self, place="get"):
        self.world.step(self.location, f"{self.name} {place}", Kind.READ)
        return self.value

    def set(self, value=True):
        self.world.step(self.location, f"{self.name} set", Kind.WRITE)
        self.value = value


def test_a_spinning_task_lets_the_other_set_the_flag(world):
    def main():
        flag = Flag(world, "flag")

        def spin():
            while not flag.get():
                pass

        world.start(spin, flag.set)

    assert world.run(main) == "finished"
    assert IDLE_LOOKS < kernel.operations < 2 * IDLE_LOOKS


@pytest.mark.parametrize("kind", [Kind.READ, Kind.ITEM_READ, Kind.SHAPE_READ, Kind.ALL_READ])
def test_every_kind_of_looking_is_idle(world, kind):
    done = []

    def spin():
        location = world.location()
        while not done:
            world.step(location, "spin", kind)

    assert world.run(lambda: world.start(spin, lambda: done.append(True))) == "finished"


def test_a_task_that_writes_does_not_stand_aside(world):
    kernel.max_operations = 1000
    log = []

    def busy():
        location = world.location()
        while True:
            world.step(location, "busy", Kind.WRITE)

    assert world.run(lambda: world.start(busy, lambda: log.append("ran"))) == "step-limit"
    assert log == []


def test_standing_aside_is_no_preemption(world):
    def main():
        flag = Flag(world, "flag")

        def spin():
            while not flag.get():
                pass

        world.start(spin, flag.set)

    assert set(world.explore(main, lambda: kernel.preemptions, bound=0)) == {0}


def test_two_tasks_that_wait_for_each_other_in_turn(world):
    log = []

    def main():
        ping, pong = Flag(world, "ping"), Flag(world, "pong")

        def player(mine, other, name, is_first):
            for number in range(3):
                if number or not is_first:
                    while not mine.get():
                        pass
                    mine.set(False)
                log.append(name)
                other.set()

        world.start(lambda: player(ping, pong, "a", True), lambda: player(pong, ping, "b", False))

    assert world.run(main) == "finished"
    assert log == ["a", "b"] * 3


def test_when_all_spin_time_passes(world):
    def main():
        flag = Flag(world, "flag")

        def sleeper():
            kernel.block(None, "sleeps", 1.0)
            flag.set()

        def spin():
            while not flag.get():
                pass

        world.start(sleeper, spin, spin)

    kernel.max_operations = 50_000
    assert world.run(main) == "finished"
    assert kernel.now == 1.0


def test_when_all_spin_and_nothing_can_change_the_step_limit_ends_it(world):
    def main():
        flag = Flag(world, "flag")

        def spin():
            while not flag.get():
                pass

        world.start(spin, spin)

    assert world.run(main) == "step-limit"


def test_a_task_that_spins_alone_reaches_the_step_limit(world):
    def main():
        flag = Flag(world, "flag")
        while not flag.get():
            pass

    assert world.run(main) == "step-limit"


def test_spinning_while_another_is_blocked_for_ever_is_no_deadlock(world):
    def main():
        flag = Flag(world, "flag")

        def spin():
            while not flag.get():
                pass

        world.start(lambda: world.Gate().wait(), spin)

    assert world.run(main) == "step-limit"


def test_a_task_may_stand_aside_by_itself(world):
    log = []

    def polite():
        log.append("a1")
        kernel.stand_aside()
        log.append("a2")

    def other():
        log.append("b")

    assert world.run(lambda: world.start(polite, other)) == "finished"
    assert log == ["a1", "b", "a2"]


def test_standing_aside_alone_goes_on_at_once(world):
    log = []

    def main():
        kernel.stand_aside()
        log.append(kernel.now)

    assert world.run(main) == "finished"
    assert log == [0.0]


def test_all_standing_aside_go_on_in_turn(world):
    log = []

    def polite(name):
        for number in range(2):
            log.append(f"{name}{number}")
            kernel.stand_aside()

    assert world.run(lambda: world.start(lambda: polite("a"), lambda: polite("b"))) == "finished"
    assert log == ["a0", "b0", "a1", "b1"]


def test_who_stands_aside_may_go_on_when_somebody_made_progress(world):
    log = []

    def polite():
        kernel.stand_aside()
        log.append("polite")

    def other():
        location = world.location()
        world.step(location, "first", Kind.WRITE)
        world.step(location, "second", Kind.WRITE)
        log.append("other")

    def main():
        log.clear()
        world.start(polite, other)

    orders = {tuple(order) for order in world.explore(main, lambda: list(log))}
    assert orders == {("polite", "other"), ("other", "polite")}


def test_progress_starts_the_count_of_looks_again(world):
    log = []

    def main():
        location = world.location()

        def works():
            for _ in range(3):
                for _ in range(IDLE_LOOKS):
                    world.step(location, "look", Kind.READ)
                world.step(location, "act", Kind.WRITE)
            log.append("works")

        world.start(works, lambda: log.append("other"))

    assert world.run(main) == "finished"
    assert log == ["works", "other"]


@pytest.mark.parametrize("size", [IDLE_LOOKS + 1, 3 * IDLE_LOOKS])
def test_looking_at_ever_new_things_is_no_spinning(world, size):
    log = []

    def main():
        locations = [world.location(f"item {number}") for number in range(size)]

        def computes():
            for location in locations:
                world.step(location, "look", Kind.READ)
            log.append("computes")

        world.start(computes, lambda: log.append("other"))

    assert world.run(main) == "finished"
    assert log == ["computes", "other"]
    assert kernel.stood_aside == 0


def test_looking_again_at_what_another_has_changed_in_between_is_no_spinning(world):
    kernel.max_operations = 20_000

    def main():
        flag, other = Flag(world, "flag"), Flag(world, "other")

        def looks():
            for _ in range(2 * IDLE_LOOKS):
                flag.get()

        def changes():
            for _ in range(2 * IDLE_LOOKS):
                other.set()

        world.start(looks, changes)

    scheduler = RoundRobin()
    scheduler.begin()
    kernel.all_points = True
    assert world.run(main, scheduler) == "finished"
    assert kernel.stood_aside == 0


def test_standing_aside_is_counted_since_schedules_are_lost(world):
    def main():
        flag = Flag(world, "flag")

        def spin():
            while not flag.get():
                pass

        world.start(spin, flag.set)

    world.run(main)
    assert kernel.stood_aside == 1


def test_a_pause_lets_another_run_or_not(world):
    log = []

    def main():
        log.clear()
        location = world.location()

        def polite():
            kernel.pause()
            world.step(location, "polite", Kind.WRITE)
            log.append("polite")

        def other():
            world.step(location, "other", Kind.WRITE)
            log.append("other")

        world.start(polite, other)

    orders = world.explore(main, lambda: tuple(log), bound=0)
    assert orders[0] == ("other", "polite")
    assert set(orders) == {("polite", "other"), ("other", "polite")}
    assert kernel.stood_aside == 0


def test_pausing_again_and_again_lets_others_run_in_the_end(world):
    def main():
        flag = Flag(world, "flag")

        def spin():
            while not flag.get():
                kernel.pause()

        world.start(spin, flag.set)

    statuses = world.explore(main, lambda: (kernel.status, kernel.stood_aside), bound=0)
    assert {status for status, _ in statuses} == {"finished"}
    assert {aside for _, aside in statuses} == {0, 1}


def test_who_runs_for_very_long_lets_others_run_and_time_pass(world):
    kernel.max_operations = 3 * LONG_STINT
    done = []

    def main():
        location = world.location()

        def busy():
            while not done:
                world.step(location, "busy", Kind.WRITE)

        def sleeper():
            kernel.block(None, "sleeps", 5.0)
            done.append(kernel.now)

        world.start(sleeper, busy)

    assert world.run(main) == "finished"
    assert done == [5.0]
    assert kernel.stood_aside == 1
