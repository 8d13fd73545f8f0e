"""Random walk: reproducible by its seed, and fair."""

from collections import Counter

import pytest

from treadle.schedulers.random_walk import RandomWalk

SHAPE = [2, 3, 4, 2, 5] * 4


def walks(asking, scheduler, count):
    result = []
    for _ in range(count):
        assert scheduler.begin()
        result.append(asking.walk(scheduler, *SHAPE))
    return result


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_the_same_seed_gives_the_same_walks(asking, seed):
    assert walks(asking, RandomWalk(seed), 5) == walks(asking, RandomWalk(seed), 5)


def test_each_execution_uses_the_next_seed(asking):
    both = walks(asking, RandomWalk(7), 2)
    assert walks(asking, RandomWalk(8), 1) == both[1:]


def test_the_seed_of_the_current_execution_is_known(asking):
    scheduler = RandomWalk(7)
    scheduler.begin()
    assert scheduler.seed == 7
    scheduler.begin()
    assert scheduler.seed == 8


def test_walks_differ(asking):
    seen = walks(asking, RandomWalk(0), 20)
    assert len({tuple(each) for each in seen}) == 20


def test_every_choice_is_an_index(asking):
    for walk in walks(asking, RandomWalk(3), 50):
        assert all(0 <= choice < arity for choice, arity in zip(walk, SHAPE, strict=True))


def test_every_task_is_chosen_about_equally_often(asking):
    scheduler = RandomWalk(0)
    scheduler.begin()
    counts = Counter(asking.walk(scheduler, *[3] * 3000))
    assert set(counts) == {0, 1, 2}
    assert all(900 < count < 1100 for count in counts.values())


def test_the_default_is_not_preferred(asking):
    scheduler = RandomWalk(0)
    scheduler.begin()
    counts = Counter(asking.walk(scheduler, *[(2, 1, True)] * 1000))
    assert all(430 < count < 570 for count in counts.values())


def test_values_are_drawn_from_the_same_stream():
    def draws(seed):
        scheduler = RandomWalk(seed)
        scheduler.begin()
        return [scheduler.draw(4, 4) for _ in range(30)]

    assert draws(5) == draws(5)
    assert set(draws(5)) == {0, 1, 2, 3}
