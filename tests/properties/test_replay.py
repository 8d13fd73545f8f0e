"""A schedule gives the same execution again: in the search, at the finest grain, and from its token."""

import pytest

from treadle.engine.kernel import kernel
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.replay import Replay

SEEDS = 20


def schedule_of_last():
    return Schedule(tuple(Choice(ChoiceKind(kind), *rest) for kind, *rest in kernel.choices))


def replay(run, schedule):
    """Replay at the finest grain."""
    scheduler = Replay(schedule)
    scheduler.begin()
    kernel.all_points = True
    state = run.execute(scheduler)
    kernel.all_points = False
    assert scheduler.divergence is None
    return state, run.log, run.status, kernel.preemptions, kernel.choices


def check_replay(run, state):
    original = state, run.log, run.status, kernel.preemptions, kernel.choices
    schedule = schedule_of_last()
    assert replay(run, schedule) == original
    assert replay(run, Schedule.from_token(schedule.token())) == original


@pytest.mark.parametrize("first", range(0, 5 * SEEDS, SEEDS))
def test_a_random_walk_over_all_points_can_be_replayed(programs, first):
    for seed in range(first, first + SEEDS):
        run = programs.Run(programs.random_program(seed, total=12, operations=6))
        walk = RandomWalk(seed)
        for _ in range(5):
            walk.begin()
            kernel.all_points = True
            state = run.execute(walk)
            kernel.all_points = False
            check_replay(run, state)


@pytest.mark.parametrize("first", range(1000, 1000 + 5 * SEEDS, SEEDS))
def test_a_random_walk_over_learned_points_can_be_replayed_over_all_points(programs, first):
    for seed in range(first, first + SEEDS):
        run = programs.Run(programs.random_program(seed, total=12, operations=6))
        walk = RandomWalk(seed)
        for _ in range(5):
            walk.begin()
            state = run.execute(walk)
            learned = list(kernel.learned)
            check_replay(run, state)
            for site in learned:
                site.is_point = True


@pytest.mark.parametrize("first", range(2000, 2000 + SEEDS, SEEDS // 4))
def test_every_schedule_of_a_search_can_be_replayed(programs, first):
    for seed in range(first, first + SEEDS // 4):
        run = programs.Run(programs.random_program(seed, total=5))
        run.learned_points()
        search = DepthFirst()
        while search.begin():
            check_replay(run, run.execute(search))


@pytest.mark.parametrize("first", range(3000, 3000 + 2 * SEEDS, SEEDS))
def test_a_schedule_is_not_replayed_on_another_program_without_a_word(programs, first):
    # Either every choice finds its place, or the replay says where it did not.
    for seed in range(first, first + SEEDS):
        run = programs.Run(programs.random_program(seed, total=8))
        other = programs.Run(programs.random_program(seed + 1, total=8))
        walk = RandomWalk(seed)
        walk.begin()
        kernel.all_points = True
        run.execute(walk)
        schedule = schedule_of_last()
        scheduler = Replay(schedule)
        scheduler.begin()
        other.execute(scheduler)
        followed = schedule_of_last()
        kernel.all_points = False
        assert (followed == schedule) == (scheduler.divergence is None)


def test_the_empty_schedule_is_the_default_one(programs):
    run = programs.Run(programs.random_program(7))
    state = run.execute(DepthFirst(0))
    assert kernel.choices == []
    assert replay(run, Schedule())[0] == state
