"""Watching what runs, and steering by it: stints, of which any list leads to some execution."""

from treadle.engine.site import NOWHERE
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.schedule import ChoiceKind
from treadle.schedulers.base import Point, Scheduler
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.steered import Steered
from treadle.schedulers.watched import BARE, Stint, Watched

A, B = (0, 0), (0, 1)


class Program:
    """Two tasks of some operations each, asked about before each of them, as by the kernel."""

    def __init__(self, *lengths):
        self.lengths = lengths

    def run(self, scheduler):
        """One execution; the letters of the tasks, an operation each."""
        scheduler.begin()
        assert scheduler.is_noting()
        point = Point()
        tasks = [Task(n, (0, n), None, "", False, NOWHERE) for n in range(len(self.lengths))]
        left = list(self.lengths)
        order = ""
        running = None
        while any(left):
            point.enabled = [task for task in tasks if left[task.number]]
            point.is_preemption = running in point.enabled
            point.default = point.enabled.index(running) if point.is_preemption else 0
            index = scheduler.choose(point) if len(point.enabled) > 1 else 0
            running = point.enabled[index]
            scheduler.note(running, Kind.WRITE, None)
            left[running.number] -= 1
            order += "AB"[running.number]
        scheduler.end()
        return order


def watched(program, scheduler):
    watcher = Watched(scheduler)
    return program.run(watcher), watcher


def test_stints_end_where_the_next_one_begins():
    order, watcher = watched(Program(3, 2), Steered([Stint(A, 2), Stint(B, 1), Stint(A, 3)]))
    assert order == "AABAB"
    assert watcher.stints == [Stint(A, 2), Stint(B, 1), Stint(A, 3), Stint(B, 2)]
    assert watcher.switches == 3


def test_nothing_ran_without_an_operation():
    assert Watched(Scheduler()).switches == 0


def test_what_was_watched_can_be_steered_to_again():
    program = Program(5, 4)
    for seed in range(20):
        order, watcher = watched(program, RandomWalk(seed))
        again, second = watched(program, Steered(watcher.stints))
        assert again == order
        assert second.stints == watcher.stints


def test_without_stints_the_default_holds():
    assert watched(Program(2, 2), Steered([]))[0] == "AABB"


def test_what_a_missing_stint_did_comes_with_the_next():
    assert watched(Program(3, 2), Steered([Stint(B, 1), Stint(A, 3)]))[0] == "BAAAB"
    assert watched(Program(3, 2), Steered([Stint(A, 2), Stint(A, 3)]))[0] == "AAABB"


def test_a_stint_of_a_task_that_cannot_run_is_left_out():
    stints = [Stint((0, 7), 3), Stint(B, 1), Stint(A, 9), Stint(B, 2)]
    assert watched(Program(2, 2), Steered(stints))[0] == "BAAB"


def test_a_stint_that_is_over_already_is_left_out():
    assert watched(Program(2, 2), Steered([Stint(B, 1), Stint(A, 1), Stint(B, 1)]))[0] == "BAAB"


def test_a_stint_without_an_operation(asking):
    # The first task was woken, and is suspended before it does anything.
    watcher = Watched(Steered([Stint(A, BARE), Stint(B, 1), Stint(A, 1)]))
    watcher.begin()
    assert watcher.choose(asking.point((0, 1))) == 0
    assert watcher.choose(asking.point((0, 1), 0, is_preemption=True)) == 1
    assert watcher.stints == [Stint(A, BARE), Stint(B, BARE)]


def test_a_running_task_has_begun_its_stint_without_an_operation(asking):
    steered = Steered([Stint(A, BARE), Stint(B, 1)])
    steered.begin()
    assert steered.choose(asking.point((0, 1), 0, is_preemption=True)) == 1


def test_draws_are_repeated_where_they_exist():
    watcher = Watched(Steered([], (2, 5)))
    watcher.begin()
    assert [watcher.draw(3, ChoiceKind.VALUE) for _ in range(3)] == [2, 0, 0]
    assert watcher.draws == [2, 0, 0]


def test_the_watched_scheduler_is_told_everything():
    class Told(Scheduler):
        def __init__(self):
            self.log = []

        def is_noting(self):
            return True

        def begun(self, task):
            self.log.append("begun")

        def note(self, task, kind, location):
            self.log.append("note")

        def end(self):
            self.log.append("end")

    inner = Told()
    watcher = Watched(inner)
    assert watcher.begin()
    assert watcher.is_noting()
    task = Task(0, A, None, "", False, NOWHERE)
    watcher.begun(task)
    watcher.note(task, Kind.READ, None)
    watcher.end()
    assert inner.log == ["begun", "note", "end"]


def test_a_scheduler_that_has_nothing_left_says_so():
    class Empty(Scheduler):
        def begin(self):
            return False

    assert not Watched(Empty()).begin()
