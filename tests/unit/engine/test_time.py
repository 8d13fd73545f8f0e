"""Virtual time: it stands still while anything can run, then jumps to the earliest deadline."""

import pytest

from treadle.engine.kernel import BRIEF, CLOCK_TICK, MAX_EARLY, kernel
from treadle.model.operation import Kind
from treadle.model.schedule import Timeouts


def sleep(world, seconds):
    return kernel.block(None, "sleeps", kernel.now + seconds)


def test_deadlines_come_in_order(world):
    log = []

    def sleeper(seconds):
        sleep(world, seconds)
        log.append((seconds, kernel.now))

    def main():
        log.clear()
        world.start(*[lambda s=s: sleeper(s) for s in (3.0, 1.0, 2.0)])

    for order in world.explore(main, lambda: list(log)):
        assert order == [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]


def test_sleeps_add_up(world):
    log = []

    def main():
        for _ in range(3):
            sleep(world, 0.5)
            log.append(kernel.now)

    assert world.run(main) == "finished"
    assert log == [0.5, 1.0, 1.5]


def test_tasks_with_the_same_deadline_may_go_in_either_order(world):
    log = []

    def sleeper(name):
        sleep(world, 1.0)
        log.append(name)

    def main():
        log.clear()
        world.start(lambda: sleeper("a"), lambda: sleeper("b"))

    orders = world.explore(main, lambda: "".join(log))
    assert sorted(set(orders)) == ["ab", "ba"]
    assert kernel.now == 1.0


def test_time_stands_still_while_something_can_run(world):
    log = []
    location = world.location()

    def works():
        for index in range(100):
            world.step(location, f"w{index % 3}", Kind.WRITE)
            log.append(kernel.now)

    def sleeper():
        sleep(world, 0.001)
        log.append("awake")

    assert world.run(lambda: world.start(sleeper, works)) == "finished"
    assert log == [0.0] * 100 + ["awake"]


def test_in_no_schedule_does_a_sleeper_wake_before_the_work_is_done(world):
    log = []
    location = world.location()

    def works():
        world.step(location, "w1", Kind.WRITE)
        world.step(location, "w2", Kind.WRITE)
        log.append("done")

    def sleeper():
        sleep(world, 0.001)
        log.append("awake")

    def main():
        log.clear()
        world.start(sleeper, works)

    seen = world.explore(main, lambda: list(log))
    assert len(seen) > 1
    assert all(each == ["done", "awake"] for each in seen)


def test_a_wait_is_over_at_its_deadline(world):
    log = []

    def main():
        log.append(world.Gate().wait(2.0))
        log.append(kernel.now)

    assert world.run(main) == "finished"
    assert log == [False, 2.0]


def test_a_wait_that_is_answered_does_not_take_time(world):
    log = []

    def main():
        gate = world.Gate()
        world.start(gate.open)
        log.append(gate.wait(2.0))
        log.append(kernel.now)

    assert world.run(main) == "finished"
    assert log == [True, 0.0]


def test_a_wait_answered_at_its_very_deadline_may_go_either_way(world):
    log = []

    def main():
        log.clear()
        gate = world.Gate()

        def opener():
            sleep(world, 1.0)
            gate.open()

        world.start(opener)
        log.append(gate.wait(1.0))

    outcomes = world.explore(main, lambda: (log[0], kernel.now))
    # Its deadline has come in both: being enabled afterwards does not change that it timed out.
    assert set(outcomes) == {(False, 1.0)}


def test_a_deadline_of_zero_passes_without_moving_the_clock(world):
    log = []

    def main():
        log.append(world.Gate().wait(0.0))

    assert world.run(main) == "finished"
    assert log == [False]
    assert kernel.now == 0.0


def test_a_deadline_in_the_past_does_not_move_the_clock_back(world):
    log = []

    def main():
        sleep(world, 5.0)
        log.append(world.Gate().wait(1.0))

    assert world.run(main) == "finished"
    assert log == [False]
    assert kernel.now == 5.0


def test_one_wait_for_ever_among_timed_ones_is_a_deadlock_at_the_end(world):
    def main():
        world.start(lambda: world.Gate().wait(), lambda: sleep(world, 1.0))

    assert world.run(main) == "deadlock"
    assert kernel.now == 1.0


def test_a_deadline_is_forgotten_when_the_wait_is_over(world):
    def main():
        gate = world.Gate()
        world.start(gate.open)
        gate.wait(5.0)
        world.Gate().wait()

    assert world.run(main) == "deadlock"
    assert kernel.now == 0.0


def test_a_task_that_timed_out_stays_enabled(world):
    log = []

    def main():
        gate = world.Gate()

        def disables():
            sleep(world, 1.0)
            kernel.disable(kernel.tasks[2])
            log.append(kernel.tasks[2].is_enabled)

        world.start(disables, lambda: log.append(gate.wait(1.0)))

    assert world.run(main) == "finished"
    assert log == [True, False]


def test_looking_at_the_clock_moves_it(world):
    times = []

    def main():
        times.extend(kernel.read_clock() for _ in range(3))

    world.run(main)
    assert times == pytest.approx([CLOCK_TICK, 2 * CLOCK_TICK, 3 * CLOCK_TICK])


def test_looking_at_the_clock_again_and_again_moves_it_faster(world):
    def main():
        while kernel.read_clock() < 60.0:
            pass

    assert world.run(main) == "finished"
    assert kernel.operations < 2_500


def test_the_clock_is_slow_again_after_progress(world):
    steps = []

    def main():
        location = world.location()
        while kernel.read_clock() < 1.0:
            pass
        world.step(location, "w", Kind.WRITE)
        before = kernel.now
        steps.append(kernel.read_clock() - before)

    world.run(main)
    assert steps == pytest.approx([CLOCK_TICK])


def test_looking_at_the_clock_lets_deadlines_pass(world):
    log = []

    def sleeper():
        sleep(world, 0.5)
        log.append("awake")

    def main():
        world.start(sleeper)
        sleep(world, 0.0)  # so that the sleeper sleeps
        while kernel.now < 0.4:
            kernel.read_clock()
        log.append(kernel.tasks[1].is_enabled)
        while kernel.now < 0.5:
            kernel.read_clock()
        log.append(kernel.tasks[1].is_enabled)

    assert world.run(main) == "finished"
    assert log == [False, True, "awake"]


def test_a_task_that_polls_the_clock_lets_others_run(world):
    flag = []

    def main():
        world.start(lambda: flag.append(kernel.now))
        while not flag:
            kernel.read_clock()

    assert world.run(main) == "finished"


def test_reading_the_clock_counts_as_an_operation(world):
    def main():
        while True:
            kernel.read_clock()

    kernel.max_operations = 100
    assert world.run(main) == "step-limit"


# The idioms that any treatment of time must get right (Fray's list).


def test_sleep_long_enough_for_the_other_to_be_done(world):
    seen = []
    location = world.location()

    def main():
        flag = []

        def child():
            world.step(location, "c1", Kind.WRITE)
            world.step(location, "c2", Kind.WRITE)
            flag.append(True)

        world.start(child)
        sleep(world, 1000.0)
        seen.append(bool(flag))

    world.explore(main)
    assert seen
    assert all(seen)


def test_the_shorter_wait_is_over_before_the_longer_sleep(world):
    seen = []

    def main():
        flag = [None]

        def child():
            flag[0] = world.Gate().wait(0.001)

        world.start(child)
        sleep(world, 1.0)
        seen.append(flag[0])

    world.explore(main)
    assert seen
    assert set(seen) == {False}


def test_polling_until_a_timeout_ends(world):
    log = []

    def main():
        begun = kernel.read_clock()
        while True:
            if kernel.read_clock() - begun > 30.0:
                log.append("timed out")
                return

    assert world.run(main) == "finished"
    assert log == ["timed out"]


def test_a_loop_of_short_sleeps_ends_when_the_other_has_worked(world):
    location = world.location()

    def main():
        state = {"done": False, "running": True}

        def child():
            while state["running"]:
                world.step(location, "c", Kind.WRITE)
                state["done"] = True
                sleep(world, 0.1)

        world.start(child)
        while not state["done"]:
            sleep(world, 1.0)
        state["running"] = False

    statuses = world.explore(main, lambda: kernel.status)
    assert set(statuses) == {"finished"}


# Brief timeouts may fire early, where that was asked for.


@pytest.fixture
def eager():
    kernel.timeouts = Timeouts.BRIEF
    yield
    kernel.timeouts = Timeouts.QUIESCENT


def waits_while_the_other_works(world, log, deadline):
    location = world.location()

    def works():
        for index in range(3):
            world.step(location, f"w{index}", Kind.WRITE)
            log.append(index)

    def waits():
        log.append(world.Gate().wait(deadline))

    def main():
        log.clear()
        world.start(waits, works)

    return main


def test_a_brief_timeout_may_fire_while_others_work(world, eager):
    log = []
    main = waits_while_the_other_works(world, log, BRIEF)
    seen = {tuple(each) for each in world.explore(main, lambda: list(log))}
    assert seen == {(False, 0, 1, 2), (0, False, 1, 2), (0, 1, False, 2), (0, 1, 2, False)}
    assert kernel.now == BRIEF


def test_not_unless_that_was_asked_for(world):
    log = []
    main = waits_while_the_other_works(world, log, BRIEF)
    assert {tuple(each) for each in world.explore(main, lambda: list(log))} == {(0, 1, 2, False)}
    assert kernel.early == 0


def test_a_longer_timeout_does_not_fire_early(world, eager):
    log = []
    main = waits_while_the_other_works(world, log, 2 * BRIEF)
    assert {tuple(each) for each in world.explore(main, lambda: list(log))} == {(0, 1, 2, False)}
    assert kernel.early == 0


def test_a_longer_timeout_fires_early_where_every_one_may(world):
    log = []
    main = waits_while_the_other_works(world, log, 3600.0)
    kernel.timeouts = Timeouts.EAGER
    try:
        seen = {tuple(each) for each in world.explore(main, lambda: list(log))}
    finally:
        kernel.timeouts = Timeouts.QUIESCENT
    assert seen == {(False, 0, 1, 2), (0, False, 1, 2), (0, 1, False, 2), (0, 1, 2, False)}
    assert kernel.now == 3600.0


def test_under_the_default_schedule_no_timeout_fires_early(world, eager):
    log = []
    world.run(waits_while_the_other_works(world, log, BRIEF))
    assert log == [0, 1, 2, False]
    assert kernel.early == 0
    assert kernel.brief_waits == 1


def test_only_so_many_timeouts_fire_early(world, eager):
    location = world.location()

    def works():
        for index in range(3):
            world.step(location, f"w{index}", Kind.WRITE)

    def waits():
        for _ in range(MAX_EARLY + 1):
            world.Gate().wait(kernel.now + BRIEF)

    counts = world.explore(lambda: world.start(waits, works), lambda: kernel.early)
    assert max(counts) == MAX_EARLY
    assert min(counts) == 0
    assert kernel.withheld


def test_a_timeout_that_fires_early_takes_the_earlier_ones_along(world, eager):
    log = []
    location = world.location()

    def works():
        world.step(location, "w0", Kind.WRITE)
        world.step(location, "w1", Kind.WRITE)

    def waits(seconds):
        world.Gate().wait(seconds)
        log.append((seconds, kernel.now))

    def main():
        log.clear()
        world.start(lambda: waits(BRIEF), lambda: waits(BRIEF / 2), works)

    for seen in world.explore(main, lambda: list(log)):
        assert sorted(seconds for seconds, _ in seen) == [BRIEF / 2, BRIEF]
        assert all(now >= seconds for seconds, now in seen)
