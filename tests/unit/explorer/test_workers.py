"""Worker processes: questions and answers, and what becomes of those that end."""

import os

import pytest

from treadle.explorer.child import Ended
from treadle.explorer.parallel import MOST_SEEDS, Seeds
from treadle.explorer.workers import Workers

LIMIT = 60.0


def serve(questions, answers, child):
    """Answers with the square and the number of the process; ends itself at a negative number."""
    while True:
        try:
            number = questions.recv()
        except EOFError:
            return
        if number < 0:
            os._exit(3)
        answers.send((number * number, os.getpid()))


@pytest.fixture
def workers():
    workers = Workers(2, serve, LIMIT)
    yield workers
    workers.end()


def answers(workers):
    found = {}
    while workers.asked:
        found.update({key: answer for _, key, answer in workers.wait(1.0)})
    return found


def test_each_question_is_answered(workers):
    for number in (3, 4):
        workers.ask(workers.idle[0], f"square of {number}", number)
    assert workers.idle == []
    found = answers(workers)
    assert {key: value[0] for key, value in found.items()} == {"square of 3": 9, "square of 4": 16}
    assert len({value[1] for value in found.values()} - {os.getpid()}) == 2
    assert len(workers.idle) == 2


def test_the_same_processes_answer_again(workers):
    workers.ask(workers.idle[0], "one", 1)
    first = answers(workers)["one"][1]
    workers.ask(workers.idle[-1], "two", 2)
    assert answers(workers)["two"][1] == first


def test_one_that_ends_is_told_of_and_replaced(workers):
    workers.ask(workers.idle[0], "bad", -1)
    ended = answers(workers)["bad"]
    assert isinstance(ended, Ended)
    assert "3" in ended.sentence
    workers.ask(workers.idle[0], "good", 5)
    assert answers(workers)["good"][0] == 25


def test_none_is_left_at_the_end():
    workers = Workers(1, serve, LIMIT)
    workers.ask(workers.idle[0], "one", 1)
    number = answers(workers)["one"][1]
    workers.ask(workers.idle[0], "two", 2)
    workers.end()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_seeds_are_handed_out_once_and_in_turn():
    seeds = Seeds({"walk": 10, "pos": 5})
    assert [seeds.take() for _ in range(3)] == [
        ("walk", 10, MOST_SEEDS),
        ("pos", 5, MOST_SEEDS),
        ("walk", 10 + MOST_SEEDS, MOST_SEEDS),
    ]
    assert (seeds.next("walk"), seeds.next("pos")) == (10 + 2 * MOST_SEEDS, 5 + MOST_SEEDS)


def test_seeds_that_were_not_used_come_first():
    seeds = Seeds({"walk": 0})
    seeds.take()
    seeds.give_back("walk", 300, MOST_SEEDS - 300)
    seeds.give_back("walk", 7, 0)
    assert seeds.take() == ("walk", 300, MOST_SEEDS - 300)
    assert seeds.take() == ("walk", MOST_SEEDS, MOST_SEEDS)
    seeds.give_back("walk", MOST_SEEDS + 200, 800)
    seeds.give_back("walk", 500, 500)
    assert [seeds.take()[1:] for _ in range(2)] == [(500, 500), (MOST_SEEDS + 200, 800)]
