"""The base scheduler and the point."""

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.model.schedule import ChoiceKind
from treadle.schedulers.base import Point, Scheduler


def test_the_base_scheduler_takes_the_default(asking):
    scheduler = Scheduler()
    assert scheduler.begin()
    assert scheduler.choose(asking.point([0, 1, 2], default=1)) == 1
    assert scheduler.draw(3, 4) == 0
    assert scheduler.end() is None


def test_the_base_scheduler_never_runs_out():
    scheduler = Scheduler()
    assert all(scheduler.begin() for _ in range(3))


def test_a_new_point_is_empty():
    point = Point()
    assert point.enabled == []
    assert (point.default, point.is_preemption, point.site_key, point.occurrence) == (
        0,
        False,
        0,
        0,
    )


def test_a_scheduler_may_be_written_in_python(asking):
    class Last(Scheduler):
        def choose(self, point):
            return len(point.enabled) - 1

    assert Last().choose(asking.point([0, 1, 2])) == 2
    assert Last().draw(2, 4) == 0


class Wrong(Scheduler):
    """Answers with whatever it was made with."""

    def __init__(self, answer):
        self.answer = answer

    def choose(self, point):
        return self._answer()

    def draw(self, arity, kind):
        return self._answer()

    def _answer(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def asks_for_a_task():
    for number in range(2):
        kernel.spawn(lambda: None, f"T{number}", False)


def asks_within_a_task():
    location = Location(None, "x", "attribute")
    site = Site("op", "x", "m", "f", "f", 1, 1, 0, 0)
    kernel.spawn(lambda: None, "T1", False)
    kernel.access(location, Kind.WRITE, site)
    kernel.access(location, Kind.WRITE, site)


def asks_for_a_value():
    kernel.draw(2, ChoiceKind.VALUE)


ASKING = [asks_for_a_task, asks_within_a_task, asks_for_a_value]


@pytest.fixture
def all_points():
    kernel.all_points = True
    yield
    kernel.all_points = False


@pytest.mark.parametrize("main", ASKING)
@pytest.mark.parametrize("answer", [-1, -2, 2, 99])
def test_an_answer_that_was_not_offered_is_an_error_of_the_scheduler(main, answer, all_points):
    with pytest.raises(IndexError, match=f"Wrong chose number {answer} of 2 possibilities"):
        kernel.run(main, Wrong(answer))
    assert kernel.failures == []
    assert not kernel.is_active


@pytest.mark.parametrize("main", ASKING)
def test_what_a_scheduler_raises_is_no_failure_of_the_program(main, all_points):
    with pytest.raises(ZeroDivisionError):
        kernel.run(main, Wrong(ZeroDivisionError()))
    assert kernel.failures == []
    assert kernel.run(lambda: None, Scheduler()) == "finished"
