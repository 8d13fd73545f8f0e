"""What a task's exception does, and does not do."""

import pytest

from treadle.engine.kernel import kernel
from treadle.model.operation import Kind


def test_only_the_failing_task_dies(world):
    log = []
    location = world.location()

    def failing():
        world.step(location, "a")
        raise ValueError("no")

    def other():
        world.step(location, "b")
        world.step(location, "c")
        log.append(len(kernel.failures))

    def main():
        log.clear()
        world.start(failing, other)

    def observe():
        ((task, error),) = world.failures
        assert (task.number, type(error), str(error)) == (1, ValueError, "no")
        assert task.failure is None  # let go, with all that its traceback holds
        assert task.is_finished
        return kernel.status, tuple(log)

    seen = world.explore(main, observe)
    assert set(seen) == {("finished", (0,)), ("finished", (1,))}


def test_several_tasks_may_fail(world):
    def failing(number):
        raise KeyError(number)

    def main():
        world.start(lambda: failing(1), lambda: failing(2))
        failing(0)

    world.run(main)
    assert [(task.number, error.args) for task, error in world.failures] == [
        (0, (0,)),
        (1, (1,)),
        (2, (2,)),
    ]


@pytest.mark.parametrize(
    "error", [AssertionError("a"), SystemExit(3), KeyboardInterrupt(), GeneratorExit()]
)
def test_whatever_a_task_raises_is_its_failure(world, error):
    def main():
        raise error

    assert world.run(main) == "finished"
    assert world.failures == [(kernel.tasks[0], error)]


def test_a_failure_keeps_the_lines_of_its_traceback(world):
    def main():
        raise LookupError

    world.run(main)
    names = []
    traceback = world.failures[0][1].__traceback__
    while traceback:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert names[-1] == "main"


def test_a_task_that_ends_well_has_no_failure(world):
    world.run(lambda: world.start(lambda: None))
    assert world.failures == []
    assert [task.failure for task in kernel.tasks] == [None, None]


def test_an_exception_that_was_caught_is_no_failure(world):
    def main():
        try:
            raise ValueError
        except ValueError:
            pass

    world.run(main)
    assert world.failures == []


def test_the_exception_being_handled_belongs_to_its_task(world):
    import sys

    location = world.location()
    seen = []

    def handler(error):
        try:
            raise error
        except Exception:
            world.step(location, f"{error}1")
            world.step(location, f"{error}2", Kind.WRITE)
            seen.append(sys.exception() is error)

    def plain():
        world.step(location, "plain1")
        world.step(location, "plain2")
        seen.append(sys.exception() is None)

    def main():
        world.start(lambda: handler(ValueError("v")), lambda: handler(KeyError("k")), plain)

    world.explore(main)
    assert len(seen) == 3 * 90
    assert all(seen)
