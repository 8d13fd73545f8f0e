"""Iterators that several threads take from: the position is shared data, and a generator runs in one at a time."""

from __future__ import annotations

import pytest

HEAD = """
import collections, itertools, threading

def numbers():
    n = 0
    while True:
        yield n
        n += 1

def run(*bodies):
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""

TAKE = """
def test():
    it = {make}
    two, one = [], []
    run(
        lambda: two.extend([next(it), next(it)]),
        lambda: one.append(next(it)),
    )
    return two, one
"""

ITERATORS = {
    "list": "iter([0, 1, 2])",
    "deque": "iter(collections.deque([0, 1, 2]))",
    "keys": "iter({0: 'a', 1: 'b', 2: 'c'})",
    "values": "iter({'a': 0, 'b': 1, 'c': 2}.values())",
    "tuple": "iter((0, 1, 2))",
    "range": "iter(range(3))",
    "count": "itertools.count()",
    "map": "map(int, '012')",
    "map over another": "map(int, iter('012'))",
    "chain": "itertools.chain([0], iter([1, 2]))",
}
ORDERS = {"([0, 1], [2])", "([0, 2], [1])", "([1, 2], [0])"}

LOOPS = """
def test():
    it = iter([0, 1, 2])
    got = []
    def loop():
        for number in it:
            got.append(number)
    run(loop, loop)
    return sorted(got)
"""

OWN = """
def test():
    def loop():
        total = 0
        for number, (letter, other) in enumerate(zip("ab", itertools.chain([1], range(2)))):
            total += number
        for number in numbers():
            if number == 2: break
        return total + sum(n for n in range(3)) + len(list(map(str, (1, 2))))
    run(loop, loop)
"""

GENERATOR = """
def test():
    it = numbers()
    run(lambda: next(it), lambda: next(it))
"""

INNER = """
def test():
    seen = []
    def letters():
        for letter in "abcd":
            seen.append(letter)
            yield letter
    it = letters()
    two, one = [], []
    def take(into, count):
        try:
            for _ in range(count): into.append(next(it))
        except ValueError:
            into.append("refused")
    run(lambda: take(two, 2), lambda: take(one, 1))
    return two, one
"""

LOCKED = """
def test():
    it, lock = numbers(), threading.Lock()
    taken = []
    def take():
        with lock:
            number = next(it)
        taken.append(number)
    run(take, take)
    return sorted(taken)
"""


@pytest.fixture(params=["dfs", "dpor"])
def check(request, tmp_path, check_in_child):
    """A function that checks a program by schedules or by traces."""

    def check(text):
        path = tmp_path / "program.py"
        path.write_text(HEAD + text)
        result = check_in_child(f"{path}::test", scheduler=request.param)
        assert result.complete
        return result

    return check


def returned(result):
    return {dict(outcome.observed)["returns"] for outcome in result.outcomes}


@pytest.mark.parametrize("name", ITERATORS)
def test_each_item_goes_to_one_thread_in_every_way(check, name):
    result = check(TAKE.format(make=ITERATORS[name]))
    assert returned(result) == ORDERS
    assert result.findings == ()


def test_loops_that_share_an_iterator_lose_nothing(check):
    assert returned(check(LOOPS)) == {"[0, 1, 2]"}


def test_iterators_of_one_thread_cost_no_schedules(check):
    result = check(OWN)
    assert result.findings == ()
    assert result.executions <= 3


def test_a_generator_that_runs_in_two_threads_raises(check):
    (finding, *others) = check(GENERATOR).findings
    assert finding.exception_type == "ValueError"
    assert finding.exception_message == "generator already executing"
    assert {other.exception_message for other in others} <= {finding.exception_message}


def test_whether_it_is_refused_depends_on_where_the_other_thread_is(check):
    assert returned(check(INNER)) >= {
        "(['a', 'b'], ['c'])",
        "(['a', 'c'], ['b'])",
        "(['b', 'c'], ['a'])",
        "(['a', 'b'], ['refused'])",
        "(['refused'], ['a'])",
        "(['a', 'refused'], ['b'])",
    }


def test_a_generator_under_a_lock_is_not_blamed(check):
    result = check(LOCKED)
    assert result.findings == ()
    assert returned(result) == {"[0, 1]"}
