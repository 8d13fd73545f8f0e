"""Round robin: every task in turn."""

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.schedulers.round_robin import RoundRobin


def choose(asking, scheduler, *enabled):
    return [numbers[scheduler.choose(asking.point(numbers))] for numbers in enabled]


def test_tasks_are_chosen_in_order_of_creation(asking):
    scheduler = RoundRobin()
    scheduler.begin()
    assert choose(asking, scheduler, *[[0, 1, 2]] * 5) == [0, 1, 2, 0, 1]


def test_tasks_that_are_not_enabled_are_passed_over(asking):
    scheduler = RoundRobin()
    scheduler.begin()
    assert choose(asking, scheduler, [1, 3], [1, 3], [2, 4], [1, 2]) == [1, 3, 4, 1]


def test_each_execution_starts_from_the_first_task(asking):
    scheduler = RoundRobin()
    for _ in range(2):
        scheduler.begin()
        assert choose(asking, scheduler, [0, 1]) == [0]


def test_values_are_the_default():
    assert RoundRobin().draw(5, 4) == 0


def test_tasks_alternate_operation_by_operation():
    log = []
    location = Location(None, "x", "attribute")
    sites = [Site("op", "x", "m", "f", "f", line, line, 0, 0) for line in range(4)]

    def body(name):
        for site in sites:
            kernel.access(location, Kind.WRITE, site)
            log.append(name)

    def main():
        kernel.spawn(lambda: body("a"), "a", False)
        kernel.spawn(lambda: body("b"), "b", False)

    scheduler = RoundRobin()
    scheduler.begin()
    kernel.all_points = True
    try:
        kernel.run(main, scheduler)
    finally:
        kernel.all_points = False
    assert log == ["a", "b"] * 4
