"""The shrinker, on programs that are functions of the order of letters."""

import pytest

from treadle.engine.site import NOWHERE
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.schedulers.base import Point, Scheduler
from treadle.schedulers.replay import Replay
from treadle.shrink.shrinker import Attempt, Budget, Shrinker, StopShrinkingError

PLENTY = 1_000_000


class Letters:
    """Tasks that each do a number of operations; an order of these fails when a function says so."""

    def __init__(self, lengths, is_wanted, **learned):
        self.lengths = lengths
        self.is_wanted = is_wanted
        self.learns_after = learned.get("learns_after", PLENTY)
        self.orders = []

    def __call__(self, scheduler, is_fine):
        is_noting = scheduler.is_noting()
        point = Point()
        tasks = [Task(n, (0, n), None, "", False, NOWHERE) for n in range(len(self.lengths))]
        left = list(self.lengths)
        order = ""
        running = None
        choices = []
        forced = 0
        preemptions = 0
        while any(left):
            enabled = point.enabled = [task for task in tasks if left[task.number]]
            can_go_on = point.is_preemption = running in enabled
            point.default = enabled.index(running) if can_go_on else 0
            if len(enabled) > 1:
                # Each operation of a task is a site of its own.
                point.site_key = 1 + len(order) if can_go_on else 0
                forced += not can_go_on
                point.occurrence = 1 if can_go_on else forced
                index = scheduler.choose(point)
                if index != point.default:
                    kind = ChoiceKind.PREEMPT if can_go_on else ChoiceKind.FORCED
                    after, site = point.occurrence, point.site_key
                    choices.append(Choice(kind, index, len(enabled), after, site, 0))
                    forced = 0
                    preemptions += can_go_on
                running = enabled[index]
            else:
                running = enabled[0]
            if is_noting:
                scheduler.note(running, Kind.WRITE, None)
            left[running.number] -= 1
            order += "abcdefgh"[running.number]
        scheduler.end()
        self.orders.append(order)
        has_learned = not is_fine and len(self.orders) == self.learns_after
        schedule = Schedule(tuple(choices))
        return Attempt(self.is_wanted(order), 0, preemptions, len(order), schedule, has_learned)


def schedule_of(program, order):
    """The schedule that leads to an order."""

    class Dictated(Scheduler):
        def is_noting(self):
            return True

        def choose(self, point):
            wanted = "abcdefgh".index(order[len(self.done)])
            return [task.number for task in point.enabled].index(wanted)

        done = ""

        def note(self, task, kind, location):
            self.done += "abcdefgh"[task.number]

    attempt = program(Dictated(), True)
    assert program.orders.pop() == order
    return attempt.schedule


def shrink(lengths, is_wanted, order, passes=PLENTY, proof=PLENTY, fewest=0, **learned):
    """Shrink; the order that the result leads to, and the result."""
    program = Letters(lengths, is_wanted, **learned)
    schedule = schedule_of(program, order)
    program.orders.clear()
    shrunk = Shrinker(program, schedule, Budget(passes, proof, float("inf")), fewest).shrink()
    executions = len(program.orders)
    assert executions == shrunk.executions
    again = Letters(lengths, is_wanted)
    replay = Replay(shrunk.schedule)
    replay.begin()
    again(replay, True)
    assert replay.divergence is None
    return again.orders[0], shrunk


def test_preemptions_that_are_not_needed_go():
    order, shrunk = shrink((4, 4), lambda order: "ab" in order, "abababab")
    assert order == "aaaabbbb"
    assert shrunk.cost[:5] == (0, 0, 1, 8, 0)
    assert shrunk.is_simplest
    assert shrunk.is_fewest


def test_a_preemption_that_is_needed_stays():
    order, shrunk = shrink((2, 2), lambda order: "aba" in order.replace("bb", "b"), "abab")
    assert order == "abba"
    assert shrunk.cost[:5] == (0, 1, 2, 4, 1)
    assert shrunk.is_fewest


def test_fewer_preemptions_matter_more_than_fewer_switches():
    def is_wanted(order):
        return order in {"abca", "bacaa", "abaca"} or order.startswith("ba")

    order, shrunk = shrink((2, 1, 1), is_wanted, "abca")
    assert order == "baac"
    assert shrunk.cost.preemptions == 0


def test_of_several_tasks_that_do_the_same_the_first_does_it():
    order, _ = shrink((2, 1, 1, 1), lambda order: order[0] == order[-1] == "a", "adbca", proof=0)
    assert order == "abcda"


def test_without_a_budget_for_the_proof_nothing_is_claimed():
    _, shrunk = shrink((2, 2), lambda order: order == "abba", "abba", proof=0)
    assert not shrunk.is_fewest
    assert not shrunk.is_simplest


def test_no_preemption_needs_no_proof():
    _, shrunk = shrink((2, 2), lambda order: order == "bbaa", "bbaa", proof=0)
    assert shrunk.is_fewest


def test_what_the_search_knows_needs_no_proof():
    _, shrunk = shrink((2, 2), lambda order: order == "abba", "abba", proof=0, fewest=1)
    assert shrunk.is_fewest
    assert not shrunk.is_simplest


def test_the_proof_finds_what_the_passes_do_not():
    order, shrunk = shrink((2, 2), lambda order: order in {"abab", "bbaa"}, "abab", passes=4)
    assert order == "bbaa"
    assert shrunk.is_simplest


def test_new_scheduling_points_begin_the_proof_again():
    def is_wanted(order):
        return order == "abba"

    _, once = shrink((2, 2), is_wanted, "abba", fewest=1)
    _, twice = shrink((2, 2), is_wanted, "abba", fewest=1, learns_after=once.executions)
    # What was known before does not hold for the new points.
    assert twice.is_fewest
    assert twice.is_simplest
    assert twice.executions > once.executions


def test_a_schedule_that_does_not_fail_again_is_given_back():
    program = Letters((2, 2), lambda order: False)
    schedule = schedule_of(program, "abab")
    shrunk = Shrinker(program, schedule, Budget(PLENTY, PLENTY, float("inf"))).shrink()
    assert shrunk.schedule == schedule
    assert shrunk.cost is None
    assert not shrunk.is_fewest
    assert shrunk.executions == 1


def test_when_it_is_stopped_the_best_so_far_is_the_result():
    program = Letters((4, 4), lambda order: "ab" in order)
    schedule = schedule_of(program, "abababab")
    left = [3]

    def run(scheduler, is_fine):
        left[0] -= 1
        if left[0] < 0:
            raise StopShrinkingError
        return program(scheduler, is_fine)

    shrunk = Shrinker(run, schedule, Budget(PLENTY, PLENTY, float("inf"))).shrink()
    assert shrunk.cost.preemptions < schedule.preemptions


def test_a_budget_is_shared_and_what_is_not_spent_is_left():
    whole = Budget(100, 10, float("inf"))
    part = whole.share(4)
    assert (part.passes, part.proof) == (25, 2)
    part.spend(passes=10, proof=1)
    assert (whole.passes, whole.proof) == (90, 9)
    assert whole.share(3).passes == 30
    part.require(part.passes)
    part.spend(passes=15)
    with pytest.raises(StopShrinkingError):
        part.require(part.passes)


def test_a_budget_without_time_is_empty():
    with pytest.raises(StopShrinkingError):
        Budget(PLENTY, PLENTY, -1.0).require(PLENTY)
