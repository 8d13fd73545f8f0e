"""Exact numbers of schedules of small programs."""

import math

import pytest

from treadle.engine.kernel import kernel
from treadle.model.operation import Kind


def steps(world, log, *lengths):
    """A main function whose tasks make so many accesses each, at points of their own."""

    def body(number, length):
        for index in range(length):
            world.step(location, f"{number}.{index}", Kind.WRITE)
            log.append((number, index))

    def main():
        nonlocal location
        location = world.location()
        log.clear()
        world.start(*(lambda n=n, k=k: body(n, k) for n, k in enumerate(lengths)))

    location = None
    return main


def test_two_tasks_of_two_accesses_have_six_schedules(world):
    log = []
    seen = world.explore(steps(world, log, 2, 2), lambda: tuple(log))
    assert len(seen) == 6
    assert len(set(seen)) == 6


@pytest.mark.parametrize(("bound", "count"), [(0, 2), (1, 4), (2, 6), (3, 6)])
def test_of_these_so_many_have_at_most_that_many_preemptions(world, bound, count):
    assert len(world.explore(steps(world, [], 2, 2), bound=bound)) == count


@pytest.mark.parametrize(
    "lengths", [(1,), (1, 1), (1, 1, 1), (3, 2), (2, 2, 1), (4, 3), (2, 1, 1, 1)]
)
def test_independent_tasks_have_a_multinomial_number_of_schedules(world, lengths):
    expected = math.factorial(sum(lengths)) // math.prod(map(math.factorial, lengths))
    log = []
    seen = world.explore(steps(world, log, *lengths), lambda: tuple(log))
    assert len(seen) == expected
    assert len(set(seen)) == expected


def test_the_first_schedule_runs_one_task_after_the_other(world):
    log = []
    seen = world.explore(
        steps(world, log, 2, 2), lambda: (tuple(log), kernel.preemptions, kernel.choices)
    )
    assert seen[0] == (((0, 0), (0, 1), (1, 0), (1, 1)), 0, [])


def test_a_place_that_is_no_point_is_no_choice(world):
    log = []
    main = steps(world, log, 2, 2)
    for name in ("0.0", "0.1", "1.0", "1.1"):
        world.site(name, is_point=False)
    assert len(world.explore(main)) == 2


def test_all_points_makes_every_place_a_point(world):
    main = steps(world, [], 2, 2)
    for name in ("0.0", "0.1", "1.0", "1.1"):
        world.site(name, is_point=False)
    kernel.all_points = True
    assert len(world.explore(main)) == 6


def test_a_task_alone_has_one_schedule(world):
    location = world.location()

    def main():
        for _ in range(5):
            world.step(location)

    assert len(world.explore(main)) == 1


def test_the_starting_task_may_be_overtaken_by_what_it_started(world):
    # main has two points and so has the task: it can begin before each of them, or after both.
    log = []

    def body(name):
        for index in range(2):
            world.step(location, f"{name}{index}")
            log.append(name)

    def main():
        log.clear()
        world.start(lambda: body("t"))
        body("m")

    location = world.location()
    seen = world.explore(main, lambda: "".join(log))
    assert sorted(seen) == ["mmtt", "mtmt", "mttm", "tmmt", "tmtm", "ttmm"]


def test_a_task_that_starts_another_may_be_overtaken_by_it_at_its_own_first_point(world):
    log = []

    def child():
        world.step(location, "child")
        log.append("child")

    def parent():
        world.start(child)
        world.step(location, "parent")
        log.append("parent")

    def main():
        log.clear()
        world.start(parent)

    location = world.location()
    assert sorted(world.explore(main, lambda: tuple(log))) == [
        ("child", "parent"),
        ("parent", "child"),
    ]


def test_a_section_without_preemption_is_not_interrupted(world):
    log = []

    def first():
        kernel.current.atomic += 1
        for index in range(3):
            world.step(location, f"a{index}")
            log.append("a")
        kernel.current.atomic -= 1

    def second():
        world.step(location, "b")
        log.append("b")

    def main():
        log.clear()
        world.start(first, second)

    location = world.location()
    assert world.explore(main, lambda: "".join(log)) == ["aaab", "baaa"]


def test_operations_are_counted_whether_or_not_they_are_points(world):
    world.site("silent", is_point=False)
    location = world.location()

    def main():
        world.start(lambda: world.step(location, "silent"), lambda: world.step(location, "loud"))

    world.run(main)
    assert kernel.operations == 2


def test_a_choice_on_the_tape_says_where_it_was_made(world):
    tapes = world.explore(steps(world, [], 2, 1), lambda: kernel.choices)
    first, second = world.site("0.1"), world.site("0.0")
    assert tapes == [
        [],
        [(0, 1, 2, 1, first.key, first.line)],
        [(1, 1, 2, 1, 0, 0)],
    ]
    assert first.key != second.key


def test_occurrences_are_counted_from_the_last_choice(world):
    # The same place is reached again and again; a preemption names which time since the last choice.
    location = world.location()

    def loop():
        for _ in range(3):
            world.step(location, "loop")

    def main():
        world.start(loop, lambda: world.step(location, "other"))

    tapes = world.explore(main, lambda: [choice[:4] for choice in kernel.choices])
    # The first time is the task's beginning and no choice, but it counts.
    assert tapes == [[], [(0, 1, 2, 3)], [(0, 1, 2, 2)], [(1, 1, 2, 1)]]


def test_values_are_drawn_like_tasks(world):
    drawn = []

    def main():
        drawn.append((kernel.draw(3, 4), kernel.draw(1, 4), kernel.draw(2, 4)))

    tapes = world.explore(main, lambda: list(kernel.choices))
    assert drawn == [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1), (2, 0, 0), (2, 0, 1)]
    assert tapes[:3] == [[], [(4, 1, 2, 2, 0, 0)], [(4, 1, 3, 1, 0, 0)]]
