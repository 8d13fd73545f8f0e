"""Tasks: their names, paths, order, and the states of their lives."""

import threading

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.task import Task, TaskKilled
from treadle.model.operation import Kind


def test_tasks_are_numbered_in_order_of_starting(world):
    def child():
        world.start(lambda: None, names=["grandchild"])

    world.run(lambda: world.start(child, lambda: None, names=["a", "b"]))
    assert [(t.number, t.name) for t in kernel.tasks] == [
        (0, "main"),
        (1, "a"),
        (2, "b"),
        (3, "grandchild"),
    ]


def test_paths_say_who_started_whom(world):
    def child():
        world.start(lambda: None, lambda: None)

    world.run(lambda: world.start(child, child))
    assert [t.path for t in kernel.tasks] == [
        (0,),
        (0, 0),
        (0, 1),
        (0, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 1, 1),
    ]


def test_paths_are_the_same_in_every_schedule(world):
    location = world.location()

    def child(name):
        world.step(location, f"{name}1")
        world.start(lambda: world.step(location, f"{name}2"), names=[f"{name}'s"])
        world.step(location, f"{name}3")

    def main():
        world.start(lambda: child("a"), lambda: child("b"), names=["a", "b"])

    paths = world.explore(main, lambda: {(t.name, t.path) for t in kernel.tasks}, bound=2)
    assert len(paths) > 20
    expected = {
        ("main", (0,)),
        ("a", (0, 0)),
        ("b", (0, 1)),
        ("a's", (0, 0, 0)),
        ("b's", (0, 1, 0)),
    }
    assert all(each == expected for each in paths)


def test_without_choices_tasks_run_in_order_of_starting(world):
    log = []
    world.run(lambda: world.start(*[lambda n=n: log.append(n) for n in range(5)]))
    assert log == [0, 1, 2, 3, 4]


def test_many_tasks(world):
    log = []
    location = world.location()

    def child(number):
        world.step(location, "one", Kind.WRITE)
        log.append(number)

    assert world.run(lambda: world.start(*[lambda n=n: child(n) for n in range(200)])) == "finished"
    assert log == list(range(200))


def test_spawn_tells_of_the_first_task_only(world):
    log = []
    kernel.on_first_spawn = lambda: log.append(len(kernel.tasks))
    world.run(lambda: world.start(lambda: None, lambda: None))
    assert log == [1]
    world.run(lambda: None)
    assert log == [1]


def test_accesses_are_tracked_from_the_first_spawn_on(world):
    seen = []

    def main():
        seen.append(kernel.is_tracking)
        world.start(lambda: None)
        seen.append(kernel.is_tracking)

    world.run(main)
    assert seen == [False, True]
    assert not kernel.is_tracking


def test_the_running_task_is_current(world):
    seen = []
    world.run(lambda: world.start(*[lambda: seen.append(kernel.current.number)] * 2))
    assert seen == [1, 2]
    assert kernel.current is None


def test_another_thread_of_the_operating_system_is_no_task(world):
    seen = []

    def main():
        seen.append(kernel.here is kernel.current)
        thread = threading.Thread(target=lambda: seen.append(kernel.here))
        thread.start()
        thread.join()

    world.run(main)
    assert seen == [True, None]
    assert kernel.here is None


def test_what_an_execution_makes_is_numbered_from_one_in_each(world):
    numbers = []
    for _ in range(2):
        world.run(lambda: numbers.extend(kernel.next_serial() for _ in range(3)))
    assert numbers == [1, 2, 3, 1, 2, 3]


def test_pooled_greenlets_can_be_let_go(world):
    world.run(lambda: world.start(lambda: None, lambda: world.Gate().wait()))
    kernel.forget_workers()
    assert world.run(lambda: world.start(lambda: None, lambda: None)) == "finished"


def test_a_child_takes_the_place_from_which_its_parent_started_it(world):
    site = world.site("start")

    def main():
        kernel.current.site = site
        world.start(lambda: None)

    world.run(main)
    assert kernel.tasks[1].site is site


def test_a_task_is_started_when_it_first_runs(world):
    seen = []

    def main():
        first, second = world.start(lambda: seen.append(second.is_started), lambda: None)
        seen.append((first.is_started, second.is_started))

    world.run(main)
    assert seen == [(False, False), False]
    assert all(task.is_started for task in kernel.tasks)


def test_a_task_announces_before_it_acts(world):
    pending = []

    def main():
        location = world.location("x")
        world.start(
            lambda: [world.step(location, name, Kind.WRITE) for name in ("a", "b")],
            lambda: pending.append(
                (kernel.tasks[1].pending_kind, kernel.tasks[1].pending_location is location)
            ),
        )

    world.explore(main)
    assert (Kind.WRITE, True) in pending


def test_an_enabled_task_that_was_woken_may_be_told_to_wait_on(world):
    log = []

    def main():
        gate = world.Gate()

        def waits():
            log.append(gate.wait())

        def wakes():
            (task,) = gate.waiters
            kernel.enable(task)
            kernel.disable(task)
            log.append((task.is_blocked, task.is_enabled))

        world.start(waits, wakes)

    assert world.run(main) == "deadlock"
    assert log == [(True, False)]


def test_enabling_and_disabling_a_task_that_is_not_blocked_does_nothing(world):
    def main():
        (task,) = world.start(lambda: None)
        kernel.disable(task)
        assert task.is_enabled
        kernel.enable(task)
        assert task.is_enabled

    assert world.run(main) == "finished"
    assert world.failures == []


def test_a_woken_task_and_the_others_are_chosen_among(world):
    log = []

    def main():
        log.clear()
        gate = world.Gate()

        def waits(name):
            gate.wait()
            log.append(name)

        def opens():
            gate.open()
            log.append("opened")

        world.start(lambda: waits("a"), lambda: waits("b"), opens)

    orders = {tuple(log_) for log_ in world.explore(main, lambda: list(log))}
    # Opened before anybody waits is a deadlock for those who come later.
    assert ("opened", "a", "b") in orders
    assert ("opened", "b", "a") in orders
    assert ("opened",) in orders
    assert all(order[0] == "opened" for order in orders)


def test_a_task_is_shown_with_its_number_and_name(world):
    world.run(lambda: world.start(lambda: None, names=["deposit"]))
    assert repr(kernel.tasks[1]) == "<Task 1 deposit>"


def test_a_new_task_is_enabled_and_not_begun(world):
    task = Task(3, (0, 1), None, "name", True, world.site())
    assert (task.number, task.path, task.name, task.is_daemon) == (3, (0, 1), "name", True)
    assert task.is_enabled
    assert not (task.is_started or task.is_blocked or task.is_finished)
    assert task.deadline == -1.0
    assert task.held == []


def test_programs_cannot_catch_the_end_by_accident():
    assert not issubclass(TaskKilled, Exception)


@pytest.mark.parametrize("depth", [1, 30])
def test_tasks_may_be_nested_deeply(world, depth):
    def child(left):
        if left:
            world.start(lambda: child(left - 1))

    assert world.run(lambda: child(depth)) == "finished"
    assert len(kernel.tasks) == depth + 1
    assert kernel.tasks[-1].path == (0,) * (depth + 1)


def test_how_deep_a_task_can_recurse_depends_on_no_other(world):
    gate = None

    def descend(depth):
        return descend(depth - 1) if depth else gate.wait()

    def main():
        nonlocal gate
        gate = world.Gate()
        world.start(*[lambda: descend(600)] * 3, gate.open)

    status = world.run(main)
    assert (status, world.failures) == ("finished", [])


def test_a_task_that_begins_deep_in_another_is_killed_with_it(world):
    def wait_for_ever():
        world.Gate().wait()

    world.run(lambda: world.start(*[wait_for_ever] * 3))
    assert kernel.status == "deadlock"
    assert not kernel.is_active


def test_instrumented_code_is_told_whether_accesses_matter(world):
    seen = []

    def look():
        seen.append((bool(kernel.tracking), bool(kernel.attentive)))

    def main():
        look()
        world.start(look)
        look()

    world.run(main)
    look()
    kernel.meet(False)
    world.run(main)
    look()
    kernel.meet(True)
    assert seen == [
        *((False, True), (True, True), (True, True), (False, True)),
        *((False, False), (True, True), (True, True), (False, False)),
    ]
