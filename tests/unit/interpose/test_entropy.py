"""What comes from the operating system is the same in every execution, and real outside of them."""

import os
import random
import secrets
import sys
import tempfile
import threading
import uuid

import pytest
from running import run, run_everywhere

from treadle.interpose.entropy import NODE, REPLACEMENTS
from treadle.interpose.patch import install, uninstall

pytestmark = pytest.mark.usefixtures("installed")

SOURCES = {
    "urandom": lambda: os.urandom(8),
    "a name taken before": lambda: urandom_taken_before(8),
    "a generator without a seed": lambda: random.Random().random(),
    "a generator seeded anew": lambda: random.Random(5).seed() or random.Random().random(),
    "the system's generator": lambda: random.SystemRandom().random(),
    "a token": lambda: secrets.token_hex(8),
    "a secret choice": lambda: secrets.choice(range(10**9)),
    "uuid1": uuid.uuid1,
    "uuid4": uuid.uuid4,
    "the name of a file": lambda: next(tempfile._get_candidate_names()),
}
if hasattr(os, "getrandom"):
    SOURCES["getrandom"] = lambda: os.getrandom(8)

urandom_taken_before = os.urandom


@pytest.mark.parametrize("draw", SOURCES.values(), ids=SOURCES)
def test_the_same_in_every_execution(draw):
    assert run(draw).returned == run(draw).returned


@pytest.mark.parametrize("draw", SOURCES.values(), ids=SOURCES)
def test_not_the_same_twice_in_one_execution(draw):
    first, second = run(lambda: (draw(), draw())).returned
    assert first != second


@pytest.mark.parametrize("draw", SOURCES.values(), ids=SOURCES)
def test_not_the_same_outside_of_executions(draw):
    inside = run(draw).returned
    assert len({inside, draw(), draw()}) == 3


def test_tasks_draw_from_streams_of_their_own():
    def program():
        drawn = {}
        threads = [
            threading.Thread(target=lambda n=n: drawn.update({n: os.urandom(8)})) for n in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return drawn[0], drawn[1], drawn[2]

    assert len(set(run_everywhere(program))) == 3


def test_a_generator_with_a_seed_is_the_real_one():
    assert run(lambda: random.Random(5).random()).returned == random.Random(5).random()
    assert run(lambda: random.Random("x").random()).returned == random.Random("x").random()


def test_mistakes():
    def program():
        with pytest.raises(ValueError, match="negative"):
            os.urandom(-1)
        with pytest.raises(TypeError):
            os.urandom("x")
        return os.urandom(0), len(os.urandom(33))

    assert run(program).returned == (b"", 33)


def test_uuid1_names_no_machine():
    assert run(uuid.uuid1).returned.node == NODE
    assert run(lambda: uuid.uuid1(5, 6)).returned.node == 5


def test_what_modules_remember_outlives_an_execution():
    outside = tempfile._get_candidate_names()
    run(lambda: next(tempfile._get_candidate_names()))
    assert tempfile._get_candidate_names() is outside


def test_everything_is_put_back():
    uninstall()
    try:
        assert os.urandom not in REPLACEMENTS.values()
        assert random.Random.seed.__module__ == "random"
        assert sys.modules["random"]._urandom is os.urandom
        assert not hasattr(uuid._generate_time_safe, "__wrapped__")
    finally:
        install()
