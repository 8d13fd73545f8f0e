"""Executions on real threads: the same steps, each task on a thread of its own, never two at once."""

import _thread
import contextvars
import ctypes
import threading

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.real_threads import Gate
from treadle.engine.task import TaskKilled, TaskStuck
from treadle.model.operation import Kind
from treadle.schedulers.base import Scheduler
from treadle.schedulers.random_walk import RandomWalk


def never(*_):
    return False


def give_up():
    raise AssertionError("nothing was to be given up")


@pytest.fixture
def real_threads():
    """Executions run on real threads."""
    kernel.use_real_threads(never, give_up)
    yield
    kernel.use_greenlets()


@pytest.fixture(params=["greenlets", "real threads"])
def carriers(request):
    """Executions run on each kind of carrier."""
    if request.param == "real threads":
        request.getfixturevalue("real_threads")
    return request.param


class Counter:
    """Three tasks that add to a number, and whoever looks in between."""

    def __init__(self, world):
        self.world = world
        self.location = world.location()
        self.steps = []

    def add(self, name):
        for number in range(3):
            self.world.step(self.location, f"{name} reads {number}")
            self.steps.append((name, number, "r"))
            self.world.step(self.location, f"{name} writes {number}", Kind.WRITE)
            self.steps.append((name, number, "w"))

    def main(self):
        self.world.start(*[lambda name=name: self.add(name) for name in "abc"])


def walk(world, seed):
    counter = Counter(world)
    scheduler = RandomWalk(seed)
    scheduler.begin()
    status = world.run(counter.main, scheduler)
    return status, counter.steps, list(kernel.choices), kernel.preemptions, kernel.operations


def test_the_same_choices_give_the_same_steps(world):
    on_greenlets = [walk(world, seed) for seed in range(10)]
    kernel.use_real_threads(never, give_up)
    try:
        assert [walk(world, seed) for seed in range(10)] == on_greenlets
    finally:
        kernel.use_greenlets()
    assert [walk(world, seed) for seed in range(10)] == on_greenlets
    assert len({str(steps) for _, steps, *_ in on_greenlets}) > 1


def test_every_task_has_a_thread_of_its_own_and_main_the_calling_one(world, real_threads):
    idents = {}

    def main():
        gate = world.Gate()

        def child():
            idents[kernel.current.number] = threading.get_ident()
            gate.wait() if kernel.current.number < 3 else gate.open()
            assert idents[kernel.current.number] == threading.get_ident()

        idents[0] = threading.get_ident()
        world.start(child, child, child)

    assert world.run(main) == "finished"
    assert world.failures == []
    assert len(set(idents.values())) == 4
    assert idents[0] == threading.get_ident()


def test_on_greenlets_there_is_one_thread(world):
    idents = set()
    world.run(lambda: world.start(*[lambda: idents.add(threading.get_ident())] * 3))
    assert idents == {threading.get_ident()}


def test_only_the_running_task_is_here(world, real_threads):
    seen = []

    def child():
        seen.append(kernel.here is kernel.current and kernel.here.number)
        world.step(world.location(), "a")
        seen.append(kernel.here is kernel.current and kernel.here.number)

    world.run(lambda: world.start(child, child))
    assert seen == [1, 1, 2, 2]
    assert kernel.here is None


def test_a_task_begins_in_an_empty_context(world, carriers):
    variable = contextvars.ContextVar("variable", default="nothing")
    seen = []

    def child():
        seen.append(variable.get())
        variable.set("child's")

    def main():
        variable.set("main's")
        world.start(child, child)

    world.run(main)
    assert seen == ["nothing", "nothing"]
    assert variable.get() == "nothing"


def test_blocked_tasks_are_unwound_in_order_on_their_own_threads(world, carriers):
    log = []

    def blocked():
        number, ident = kernel.current.number, threading.get_ident()
        try:
            world.Gate().wait()
        except BaseException as error:
            log.append((number, type(error), threading.get_ident() == ident))
            raise

    def main():
        world.start(blocked, blocked)
        blocked()

    assert world.run(main) == "deadlock"
    assert log == [(0, TaskKilled, True), (1, TaskKilled, True), (2, TaskKilled, True)]
    assert world.run(lambda: None) == "finished"


def test_a_task_that_swallows_the_end_is_dropped(world, carriers):
    swallowed = []

    def stubborn():
        gate = world.Gate()
        while True:
            try:
                gate.wait()
            except BaseException:
                swallowed.append(1)

    assert world.run(lambda: world.start(stubborn)) == "deadlock"
    assert 1 < len(swallowed) < 200
    assert world.run(lambda: world.start(lambda: None)) == "finished"


def test_what_is_raised_in_a_thread_is_its_failure(world, carriers):
    error = ValueError("no")

    def child():
        raise error

    assert world.run(lambda: world.start(child, lambda: None)) == "finished"
    assert [(task.number, failure) for task, failure in world.failures] == [(1, error)]


class Broken(Scheduler):
    """Chooses what there is not."""

    def choose(self, point):
        return 99


def test_an_error_of_the_scheduler_reaches_the_caller(world, carriers):
    with pytest.raises(IndexError, match="Broken chose number 99"):
        world.run(Counter(world).main, Broken())
    assert not kernel.is_active


def test_what_the_end_raises_reaches_the_caller(world, carriers):
    def stop():
        raise ValueError("at the end")

    kernel.on_stop = stop
    with pytest.raises(ValueError, match="at the end"):
        world.run(lambda: None)
    assert not kernel.is_active


def test_a_thread_that_does_not_come_back_is_given_up(world):
    lock, gone = _thread.allocate_lock(), _thread.allocate_lock()
    lock.acquire()
    gone.acquire()
    log = []

    def is_lost(ident):
        if log != [ident]:
            return False
        kernel.status = "uncontrolled"
        # As the overseer does it: so a call that returns after all raises this.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(ident), ctypes.py_object(TaskStuck)
        )
        return True

    def stuck():
        log.append(threading.get_ident())
        try:
            lock.acquire()
            world.step(world.location(), "after")
            log.append("came back")
        finally:
            gone.release()

    kernel.use_real_threads(is_lost, give_up, 0.001)
    try:
        assert world.run(lambda: world.start(stuck, lambda: log.append("other"))) == "uncontrolled"
    finally:
        kernel.use_greenlets()
    lock.release()
    gone.acquire()
    assert world.run(lambda: world.start(lambda: None)) == "finished"
    assert log[1:] == []


def test_too_many_threads_are_no_failure_of_the_program(world, real_threads, monkeypatch):
    def refuse(*_):
        raise RuntimeError("can't start new thread")

    def main():
        monkeypatch.setattr("treadle.engine.real_threads._start_new_thread", refuse)
        world.start(lambda: None)
        gate = world.Gate()
        gate.wait()

    assert world.run(main) == "uncontrolled"
    assert "would not start a thread" in kernel.status_detail
    assert world.failures == []


def test_a_call_before_the_wait_is_not_lost():
    gate = Gate()
    assert not gate.wait_for(0)
    gate.call()
    gate.wait()
    gate.call()
    assert gate.wait_for(0)
    assert not gate.wait_for(0)


def test_an_interrupted_wait_goes_on_and_raises_in_the_end():
    gate = Gate()
    lock = gate._lock

    class Interrupted:
        """A lock whose first acquisition a signal breaks off, whose second one a signal follows."""

        def __init__(self):
            self.calls = 0

        def acquire(self):
            self.calls += 1
            if self.calls == 2:
                gate.call()
                lock.acquire()
            raise KeyboardInterrupt(self.calls)

        def release(self):
            lock.release()

    gate._lock = Interrupted()
    with pytest.raises(KeyboardInterrupt, match="2"):
        gate.wait()
    assert not gate.wait_for(0)
    gate.call()
    gate.wait()
