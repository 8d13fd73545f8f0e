"""What is left of an execution that is over is unwound, silently."""

import gc
import weakref

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.task import TaskKilled
from treadle.model.operation import Kind


def test_finally_blocks_and_context_managers_of_blocked_tasks_run(world, capsys):
    log = []

    class Manager:
        def __enter__(self):
            log.append("enter")

        def __exit__(self, kind, error, traceback):
            log.append(kind)

    def blocked():
        try:
            with Manager():
                world.Gate().wait()
        finally:
            log.append("finally")

    assert world.run(lambda: world.start(blocked)) == "deadlock"
    assert log == ["enter", TaskKilled, "finally"]
    assert world.failures == []
    assert capsys.readouterr() == ("", "")


def test_a_handler_of_exception_does_not_see_the_end(world):
    log = []

    def blocked():
        try:
            world.Gate().wait()
        except Exception:
            log.append("caught")

    world.run(lambda: world.start(blocked))
    assert log == []


def test_a_suspended_task_is_unwound_when_the_execution_ends(world):
    log = []
    location = world.location()

    def daemon():
        try:
            for _ in range(3):
                world.step(location, "d")
                log.append("step")
        finally:
            log.append("end")

    def main():
        world.start(daemon, is_daemon=True)
        world.step(location, "m1")
        world.step(location, "m2")

    seen = world.explore(main, lambda: (log.copy(), log.clear())[0])
    assert {tuple(each) for each in seen} >= {(), ("step", "end"), ("step", "step", "end")}
    assert all(each in ([], ["end"]) or each[-1] == "end" for each in seen)


def test_an_exception_raised_while_unwinding_is_no_failure(world):
    def blocked():
        try:
            world.Gate().wait()
        finally:
            raise ValueError("late")

    assert world.run(lambda: world.start(blocked, blocked)) == "deadlock"
    assert world.failures == []


def test_a_task_that_never_began_is_not_begun_to_be_unwound(world):
    log = []

    def main():
        world.start(lambda: log.append("ran"), is_daemon=True)

    world.run(main)
    assert log == []


def test_operations_of_a_task_that_is_being_unwound_end_it(world):
    log = []

    def blocked():
        gate = world.Gate()
        try:
            gate.wait()
        finally:
            try:
                kernel.operation(Kind.ACQUIRE, gate)
            except TaskKilled:
                log.append("killed")
                raise

    world.run(lambda: world.start(blocked))
    assert log == ["killed"]


def test_a_task_that_swallows_the_end_is_dropped(world):
    swallowed = []

    def stubborn():
        gate = world.Gate()
        while True:
            try:
                gate.wait()
            except BaseException as error:
                swallowed.append(type(error))

    for _ in range(3):
        assert world.run(lambda: world.start(stubborn)) == "deadlock"
        assert set(swallowed) == {TaskKilled}
        assert 1 < len(swallowed) < 200
        swallowed.clear()
    assert world.run(lambda: world.start(lambda: None)) == "finished"


def test_a_task_that_swallows_the_end_and_returns_is_simply_over(world):
    log = []

    def stubborn():
        try:
            world.Gate().wait()
        except BaseException:
            log.append("swallowed")

    assert world.run(lambda: world.start(stubborn)) == "deadlock"
    assert log == ["swallowed"]
    assert world.failures == []
    assert not kernel.tasks[1].is_finished


def test_a_task_cannot_start_others_into_the_next_execution(world):
    log = []

    def blocked():
        try:
            world.Gate().wait()
        finally:
            kernel.spawn(lambda: log.append("late"), "late", False)

    world.run(lambda: world.start(blocked))
    world.run(lambda: world.start(lambda: None))
    assert log == []
    assert len(kernel.tasks) == 2


@pytest.mark.parametrize("status", ["finished", "deadlock"])
def test_what_the_tasks_held_is_free_after_the_next_execution(world, status):
    class Thing:
        pass

    references = []

    def body():
        thing = Thing()
        references.append(weakref.ref(thing))
        if status == "deadlock":
            world.Gate().wait()

    assert world.run(lambda: world.start(body, body)) == status
    world.run(lambda: None)
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_after_a_teardown_the_kernel_is_idle(world):
    world.run(lambda: world.start(lambda: world.Gate().wait()))
    assert not kernel.is_active
    assert not kernel.is_tracking
    assert not kernel.is_tearing_down
    assert kernel.current is None
