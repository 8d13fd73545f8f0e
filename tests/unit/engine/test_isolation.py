"""Nothing of one execution is seen in the next, and executions cost no memory."""

import contextvars
import gc
import tracemalloc

import pytest

from treadle.engine.kernel import kernel
from treadle.model.operation import Kind
from treadle.schedulers.dfs import DepthFirst

variable = contextvars.ContextVar("variable", default="unset")


def test_a_context_variable_is_not_seen_in_the_next_execution(world):
    seen = []

    def main():
        seen.append(variable.get())
        variable.set("main")
        world.start(child, child)

    def child():
        seen.append(variable.get())
        variable.set("child")

    for _ in range(3):
        world.run(main)
    assert seen == ["unset"] * 9
    assert variable.get() == "unset"


def test_a_context_variable_belongs_to_its_task(world):
    location = world.location()
    seen = []

    def child(name):
        variable.set(name)
        world.step(location, f"{name}1")
        world.step(location, f"{name}2")
        seen.append(variable.get() == name)

    world.explore(lambda: world.start(lambda: child("a"), lambda: child("b")))
    assert len(seen) == 12
    assert all(seen)


def test_the_context_around_an_execution_is_left_alone(world):
    def check():
        variable.set("outside")
        world.run(lambda: variable.set("inside"))
        assert variable.get() == "outside"

    contextvars.copy_context().run(check)


def test_every_execution_starts_from_nothing(world):
    location = world.location()

    def main():
        def child(name):
            world.step(location, name, Kind.WRITE)
            kernel.read_clock()
            raise ValueError

        world.start(lambda: child("a"), lambda: child("b"))
        kernel.keep_alive.append(object())
        kernel.names["n"] = kernel.objects[1] = location

    world.explore(main)
    world.run(lambda: None)
    assert kernel.now == 0.0
    assert kernel.operations == 0
    assert kernel.preemptions == 0
    assert kernel.status == "finished"
    assert kernel.status_detail is None
    assert len(kernel.tasks) == 1
    for container in ("choices", "learned", "failures", "objects", "names", "shared", "keep_alive"):
        assert not getattr(kernel, container), container


def test_each_execution_has_its_number(world):
    seen = []
    for _ in range(3):
        world.run(lambda: seen.append(kernel.epoch))
    assert seen == [seen[0], seen[0] + 1, seen[0] + 2]


def test_tasks_are_new_in_every_execution(world):
    tasks = []
    for _ in range(2):
        world.run(lambda: world.start(lambda: tasks.append(kernel.current)))
    assert tasks[0] is not tasks[1]
    assert tasks[0].worker is None


def one_of_everything(world):
    """A program with shared data, a wake-up, a deadlock in some schedules, and an exception in others."""
    state = {}

    def first():
        world.step(state["x"], "a", Kind.WRITE)
        state["gate"].open()
        world.step(state["x"], "b", Kind.WRITE)

    def second():
        world.step(state["x"], "c", Kind.READ)
        state["gate"].wait()
        raise ValueError

    def main():
        state["x"], state["gate"] = world.location(), world.Gate()
        world.start(first, second)

    return main


def executions(main, count):
    while count:
        scheduler = DepthFirst()
        while count and scheduler.begin():
            kernel.run(main, scheduler)
            count -= 1


def test_the_program_for_memory_meets_every_end(world):
    ends = world.explore(one_of_everything(world), lambda: (kernel.status, len(world.failures)))
    assert set(ends) == {("deadlock", 0), ("finished", 1)}


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_executions(world):
    main = one_of_everything(world)
    executions(main, 200)
    gc.collect()
    objects = len(gc.get_objects())
    tracemalloc.start()
    try:
        executions(main, 20_000)
        gc.collect()
        # The last execution stands until the next one begins; the others have left nothing.
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()
    assert len(gc.get_objects()) < objects + 200
