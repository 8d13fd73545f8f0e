"""The stream of random numbers of an execution."""

from collections import Counter

import pytest

from treadle.schedulers.randomised import Randomised


def stream(seed, count):
    scheduler = Randomised(seed)
    scheduler.begin()
    return [scheduler.fraction() for _ in range(count)]


def test_it_is_splitmix64():
    # The first outputs of the reference implementation for seed 0.
    outputs = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert stream(0, 3) == [(output >> 11) / 2**53 for output in outputs]


@pytest.mark.parametrize("seed", [-(2**62), -1, 0, 2**62])
def test_any_seed_gives_fractions_and_the_same_again(seed):
    numbers = stream(seed, 100)
    assert all(0 <= number < 1 for number in numbers)
    assert numbers == stream(seed, 100)
    assert len(set(numbers)) == 100


def test_each_execution_uses_the_next_seed():
    scheduler = Randomised(7)
    for seed in (7, 8, 9):
        scheduler.begin()
        assert (scheduler.seed, [scheduler.fraction() for _ in range(3)]) == (seed, stream(seed, 3))


def test_the_first_draws_of_neighbouring_seeds_are_spread_evenly():
    firsts = Counter(int(6 * stream(seed, 1)[0]) for seed in range(6000))
    assert all(850 <= firsts[number] <= 1150 for number in range(6))


def test_below_is_uniform():
    scheduler = Randomised(3)
    scheduler.begin()
    drawn = Counter(scheduler.below(5) for _ in range(5000))
    assert sorted(drawn) == [0, 1, 2, 3, 4]
    assert all(850 <= count <= 1150 for count in drawn.values())
