"""Shrinking keeps what is wanted, never makes it worse, comes to an end, and finds the very simplest."""

import pytest

from treadle.engine.kernel import kernel
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.replay import Replay
from treadle.schedulers.watched import Watched
from treadle.shrink.shrinker import Attempt, Budget, Cost, Shrinker

SEEDS = 20
PLENTY = 10_000_000


class Wanted:
    """A program, and the end of an execution that is wanted again."""

    def __init__(self, run, end=None):
        self.run = run
        run.most = PLENTY
        self.end = end

    def execute(self, scheduler, is_fine):
        """One execution, as the shrinker asks for it."""
        kernel.all_points = is_fine
        state = self.run.execute(scheduler)
        kernel.all_points = False
        end = state, self.run.status
        self.end = self.end or end
        learned = list(kernel.learned)
        for site in learned:
            site.is_point = True
        schedule = Schedule(
            tuple(Choice(ChoiceKind(kind), *rest) for kind, *rest in kernel.choices)
        )
        return Attempt(
            end == self.end,
            kernel.early,
            kernel.preemptions,
            kernel.operations,
            schedule,
            bool(learned) and not is_fine,
        )

    def cost(self, scheduler, is_fine=True):
        """The cost of one execution; None when it does not end as wanted."""
        watched = Watched(scheduler)
        watched.begin()
        return self.cost_of(watched, self.execute(watched, is_fine))

    @staticmethod
    def cost_of(watched, attempt):
        choices = attempt.schedule.choices
        if not attempt.is_failing:
            return None
        return Cost(
            attempt.early,
            attempt.preemptions,
            watched.switches,
            attempt.operations,
            len(choices),
            tuple(choice.index for choice in choices),
        )

    def least(self, is_fine):
        """The least cost of all schedules."""
        scheduler = DepthFirst()
        watched = Watched(scheduler)
        costs = []
        while watched.begin():
            attempt = self.execute(watched, is_fine)
            assert not attempt.has_learned
            costs.append(self.cost_of(watched, attempt))
        return min(filter(None, costs))

    def shrunk(self, schedule, passes=PLENTY, proof=PLENTY):
        return Shrinker(self.execute, schedule, Budget(passes, proof, float("inf"))).shrink()


def random_wanted(programs, seed, **sizes):
    """A random program and the end of a random walk over it; its schedule and cost."""
    wanted = Wanted(programs.Run(programs.random_program(seed, **sizes)))
    walk = Watched(RandomWalk(seed))
    walk.begin()
    attempt = wanted.execute(walk, is_fine=True)
    return wanted, attempt.schedule, wanted.cost_of(walk, attempt)


@pytest.mark.parametrize("first", range(0, 5 * SEEDS, SEEDS))
@pytest.mark.parametrize("passes", [PLENTY, 100])
def test_what_is_wanted_remains_and_the_cost_never_rises(programs, first, passes):
    for seed in range(first, first + SEEDS):
        wanted, schedule, cost = random_wanted(programs, seed, total=12, operations=6)
        shrunk = wanted.shrunk(schedule, passes, proof=0)
        assert shrunk.cost <= cost
        assert wanted.execute(replayed(shrunk.schedule), is_fine=True).is_failing
        assert wanted.cost(replayed(shrunk.schedule)) == shrunk.cost


@pytest.mark.parametrize("first", range(0, 5 * SEEDS, SEEDS))
def test_shrinking_the_result_changes_nothing(programs, first):
    for seed in range(first, first + SEEDS):
        wanted, schedule, _ = random_wanted(programs, seed, total=12, operations=6)
        once = wanted.shrunk(schedule, proof=0)
        again = wanted.shrunk(once.schedule, proof=0)
        assert (again.schedule, again.cost) == (once.schedule, once.cost)


@pytest.mark.parametrize("first", range(0, 4 * SEEDS, SEEDS // 2))
def test_the_result_is_the_simplest_of_all_schedules(programs, first):
    for seed in range(first, first + SEEDS // 2):
        wanted, schedule, _ = random_wanted(programs, seed, total=6)
        shrunk = wanted.shrunk(schedule)
        assert shrunk.is_simplest
        assert shrunk.is_fewest
        wanted.run.learned_points()
        assert shrunk.cost == wanted.least(is_fine=False)


@pytest.mark.parametrize("seed", range(100, 100 + SEEDS))
def test_schedules_over_all_points_are_no_simpler(programs, seed):
    wanted, schedule, _ = random_wanted(programs, seed, total=4)
    assert wanted.shrunk(schedule).cost == wanted.least(is_fine=True)


def replayed(schedule):
    scheduler = Replay(schedule)
    scheduler.begin()
    return scheduler
