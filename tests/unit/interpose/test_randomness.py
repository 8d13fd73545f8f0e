import random
import threading
from random import randint as taken_before

import pytest
from running import run, run_everywhere

from treadle.interpose.randomness import REPLACEMENTS

pytestmark = pytest.mark.usefixtures("installed")


def test_every_execution_draws_the_same():
    def program():
        items = list(range(10))
        random.shuffle(items)
        return (
            random.random(),
            random.randint(1, 1000),
            random.choice("abc"),
            items,
            random.gauss(0, 1),
        )

    assert run(program).returned == run(program).returned


def test_a_name_taken_before_too():
    assert (
        run(lambda: taken_before(1, 10**9)).returned == run(lambda: taken_before(1, 10**9)).returned
    )


def test_not_so_with_a_seed_of_its_own():
    def program():
        random.seed(5)
        return random.random()

    assert run(program).returned == random.Random(5).random()
    assert run(program).returned != run(lambda: random.random()).returned


def test_the_state_of_the_shared_generator_is_kept_track_of():
    def program():
        state = random.getstate()
        first = random.random()
        random.setstate(state)
        return first == random.random()

    assert run(program).returned is True


def test_a_thread_draws_the_same_whatever_the_others_draw():
    def program(others):
        drawn = []
        threads = [threading.Thread(target=lambda: drawn.append(random.random()))]
        threads += [threading.Thread(target=random.random) for _ in range(others)]
        for thread in reversed(threads):
            thread.start()
            thread.join()
        return drawn

    # The thread that appends is started last: the others have drawn before it.
    assert run(lambda: program(0)).returned != run(lambda: program(1)).returned  # another path
    assert run_everywhere(lambda: program(2)) == run_everywhere(lambda: program(2))


def test_outside_nothing_changes():
    random.seed(1)
    expected = [random.random() for _ in range(2)]
    random.seed(1)
    found = [random.random()]
    run(lambda: random.random())
    found.append(random.random())
    assert found == expected


def test_every_function_of_the_shared_generator_is_dealt_with():
    names = {name for name in random.__all__ if name not in {"Random", "SystemRandom"}}
    assert names <= set(REPLACEMENTS)


def test_they_do_not_turn_into_methods():
    class Dice:
        roll = random.random

    assert run(lambda: Dice().roll()).returned == run(lambda: random.random()).returned
