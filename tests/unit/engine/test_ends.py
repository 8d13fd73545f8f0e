"""How executions end."""

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.task import TaskStuck
from treadle.model.operation import Kind
from treadle.schedulers.base import Scheduler


def test_finished_when_every_task_has_ended(world):
    assert world.run(lambda: world.start(lambda: None, lambda: None)) == "finished"
    assert [task.is_finished for task in kernel.tasks] == [True] * 3


def test_deadlock_when_nothing_can_go_on(world):
    location = world.location()

    def ends():
        world.step(location)

    assert world.run(lambda: world.start(lambda: world.Gate().wait(), ends)) == "deadlock"
    assert [task.is_finished for task in kernel.tasks] == [True, False, True]


def test_no_deadlock_while_somebody_can_open_the_gate(world):
    def main():
        gate = world.Gate()
        world.start(gate.wait, gate.open)

    assert world.run(main) == "finished"


def test_a_blocked_task_says_what_it_waits_for(world):
    seen = []
    gate = None

    def main():
        nonlocal gate
        gate = world.Gate()
        world.start(gate.wait)

    def on_stop():
        task = kernel.tasks[1]
        seen.append((task.is_blocked, task.is_enabled, task.waiting_for is gate, task.waiting_verb))

    kernel.on_stop = on_stop
    world.run(main)
    assert seen == [(True, False, True, "waits on")]


def test_the_program_does_not_wait_for_daemons(world):
    location = world.location()
    log = []

    def daemon():
        while True:
            world.step(location, "d", Kind.WRITE)
            log.append("d")

    def main():
        world.start(daemon, is_daemon=True)
        log.append("m")

    assert world.run(main) == "finished"
    assert log == ["m"]


def test_blocked_daemons_are_no_deadlock(world):
    def main():
        world.start(lambda: world.Gate().wait(), is_daemon=True)
        world.start(lambda: None)

    for status in world.explore(main, lambda: kernel.status):
        assert status == "finished"


def test_a_main_task_that_waits_for_a_daemon_that_cannot_go_on_is_a_deadlock(world):
    def main():
        world.start(lambda: world.Gate().wait(), is_daemon=True)
        world.Gate().wait()

    assert world.run(main) == "deadlock"


def test_step_limit(world):
    location = world.location()

    def endless():
        while True:
            world.step(location, "loop", Kind.WRITE)

    kernel.max_operations = 50
    assert world.run(lambda: world.start(endless)) == "step-limit"
    assert kernel.operations == 51
    assert world.failures == []


def test_as_many_steps_as_the_limit_are_allowed(world):
    location = world.location()
    kernel.max_operations = 50

    def main():
        for _ in range(50):
            world.step(location, "loop", Kind.WRITE)

    assert world.run(main) == "finished"


def test_a_task_may_end_the_execution(world):
    log = []

    def main():
        world.start(lambda: log.append("never"))
        try:
            kernel.exit("uncontrolled", "why")
            log.append("not reached")
        finally:
            log.append("unwound")

    assert world.run(main) == "uncontrolled"
    assert kernel.status_detail == "why"
    assert log == ["unwound"]


def test_a_task_that_does_not_come_back_ends_the_execution_and_is_no_failure(world):
    log = []

    def main():
        world.start(lambda: log.append("never"))
        raise TaskStuck("main stayed at file.py:3 for 10 seconds")

    assert world.run(main) == "uncontrolled"
    assert kernel.status_detail == "main stayed at file.py:3 for 10 seconds"
    assert world.failures == []
    assert log == []
    assert world.run(lambda: None) == "finished"


def test_the_person_may_interrupt(world):
    log = []
    location = world.location()

    def main():
        world.start(lambda: world.step(location), lambda: log.append("never"))
        try:
            kernel.is_interrupted = True  # the signal handler does this, then the signal arrives
            raise KeyboardInterrupt
        finally:
            log.append("unwound")

    assert world.run(main) == "interrupted"
    assert world.failures == []
    assert log == ["unwound"]


def test_after_an_interruption_the_next_execution_is_whole(world):
    def interrupted():
        kernel.is_interrupted = True
        raise KeyboardInterrupt

    def main():
        world.start(interrupted, lambda: world.Gate().wait())

    for _ in range(3):
        assert world.run(main) == "interrupted"
        kernel.is_interrupted = False
        assert world.run(lambda: world.start(lambda: None, lambda: None)) == "finished"


def test_a_keyboard_interrupt_of_the_programs_own_is_a_failure(world):
    def main():
        raise KeyboardInterrupt

    assert world.run(main) == "finished"
    assert len(world.failures) == 1


def test_another_exception_after_the_interruption_is_a_failure(world):
    def main():
        kernel.is_interrupted = True
        raise ValueError

    assert world.run(main) == "finished"
    assert len(world.failures) == 1


def test_on_stop_sees_everything_as_it_was(world):
    seen = []
    kernel.on_stop = lambda: seen.append(
        (
            kernel.current,
            kernel.is_active,
            kernel.status,
            [task.is_finished for task in kernel.tasks],
        )
    )

    def blocked():
        try:
            world.Gate().wait()
        finally:
            seen.append("unwound")

    world.run(lambda: world.start(blocked))
    assert seen == [(None, True, "deadlock", [True, False]), "unwound"]


def test_an_error_in_on_stop_leaves_the_kernel_usable(world):
    def broken():
        raise ZeroDivisionError

    kernel.on_stop = broken
    with pytest.raises(ZeroDivisionError):
        world.run(lambda: world.start(lambda: world.Gate().wait()))
    kernel.on_stop = None
    assert world.run(lambda: None) == "finished"


def test_an_execution_within_an_execution_is_refused(world):
    refused = []

    def main():
        with pytest.raises(RuntimeError, match="already going on"):
            kernel.run(lambda: None, Scheduler())
        refused.append(True)

    assert world.run(main) == "finished"
    assert refused == [True]


def test_the_scheduler_is_told_of_the_end(world):
    class Watching(Scheduler):
        ends = 0

        def end(self):
            self.ends += 1

    scheduler = Watching()
    world.run(lambda: None, scheduler)
    world.run(lambda: world.Gate().wait(), scheduler)
    assert scheduler.ends == 2


def test_progress_can_be_watched_from_outside(world):
    before = kernel.progress
    world.run(lambda: world.start(lambda: None, lambda: world.Gate().wait()))
    assert kernel.progress > before + 1
