"""What functools keeps: the interpreter's own, but looking up and storing are seen."""

import collections
import copy
import functools
import inspect
import pickle
import sys
import types

import pytest

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.cached import CachedFunction, CachedProperty
from treadle.primitives.lock import Lock
from treadle.schedulers.dfs import DepthFirst


@pytest.fixture(autouse=True)
def patched(monkeypatch):
    monkeypatch.setattr(functools, "_lru_cache_wrapper", CachedFunction)
    monkeypatch.setattr(functools, "cached_property", CachedProperty)
    yield
    kernel.all_points = False


def outcomes(make):
    """How often two tasks together call a function, over all schedules; ``make`` gives what both do."""
    seen = collections.Counter()
    calls = []

    def main():
        calls.clear()
        task = make(calls)
        for name in "ab":
            kernel.spawn(task, name, False)

    kernel.all_points = True
    scheduler = DepthFirst()
    while scheduler.begin():
        assert kernel.run(main, scheduler) == "finished"
        assert not kernel.failures
        seen[len(calls)] += 1
    return set(seen)


def test_two_tasks_may_both_compute_what_is_cached():
    def make(calls):
        @functools.lru_cache
        def square(number):
            calls.append(number)
            return number * number

        return lambda: square(3)

    assert outcomes(make) == {1, 2}


def test_what_was_stored_is_not_computed_again_but_after_a_clear():
    def make(calls):
        @functools.cache
        def square(number):
            calls.append(number)

        def task():
            square(3)
            square.cache_clear()
            square(3)

        return task

    assert outcomes(make) == {2, 3, 4}


def test_a_cached_property_is_computed_by_each_who_comes_before_it_is_stored():
    if real.VERSION < (3, 12):
        pytest.skip("earlier versions hold a lock, which is replaced with all others")

    def make(calls):
        class Table:
            @functools.cached_property
            def rows(self):
                with lock:
                    calls.append(1)
                return [1]

        lock = Lock()
        table = Table()
        return lambda: table.rows

    assert outcomes(make) == {1, 2}


def test_each_look_and_each_store_is_an_operation():
    counts = []

    @functools.cache
    def twice(number):
        return 2 * number

    def main():
        kernel.spawn(lambda: None, "other", False)
        before = kernel.operations
        assert (twice(1), twice(1), twice(number=1)) == (2, 2, 2)
        counts.append(kernel.operations - before)

    scheduler = DepthFirst()
    scheduler.begin()
    assert kernel.run(main, scheduler) == "finished"
    assert counts == [3 + 2]


def of_this_module(number):
    return number


def test_it_is_used_as_the_interpreters_own():
    @functools.lru_cache(maxsize=2, typed=True)
    def add(one: int, other: int = 0):
        """Add."""
        return one + other

    assert (add(1), add(1), add(1.0), add(1, other=2)) == (1, 1, 1.0, 3)
    assert add.cache_info() == (1, 3, 2, 2)
    assert add.cache_parameters() == {"maxsize": 2, "typed": True}
    add.cache_clear()
    assert add.cache_info() == (0, 0, 2, 0)
    assert (add.__name__, add.__doc__) == ("add", "Add.")
    assert add.__wrapped__(1, 2) == 3
    assert str(inspect.signature(add)) == "(one: int, other: int = 0)"
    assert type(add).__name__ == "_lru_cache_wrapper"
    assert copy.copy(add) is copy.deepcopy(add) is add


def test_it_turns_into_a_method():
    class Scale:
        @functools.lru_cache
        def times(self, number):
            return (self, number)

        @staticmethod
        @functools.cache
        def of(number):
            return number

        @classmethod
        @functools.cache
        def named(cls):
            return cls.__name__

    scale = Scale()
    assert scale.times(2) == (scale, 2) and scale.times(2) is scale.times(2)
    assert (Scale.of(2), Scale.named(), scale.named()) == (2, "Scale", "Scale")
    assert Scale.times(scale, 2) is scale.times(2)


def test_errors_are_those_of_the_function_and_are_not_kept():
    @functools.lru_cache
    def half(number):
        return 1 / number

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            half(0)
    with pytest.raises(TypeError, match="unhashable"):
        half([])
    assert half.cache_info().misses == 2


def test_a_property_is_used_as_the_interpreters_own():
    class Table:
        @functools.cached_property
        def rows(self):
            """The rows."""
            return [1]

    class Slotted:
        __slots__ = ()

        @functools.cached_property
        def rows(self):
            return [1]

    table = Table()
    assert table.rows is table.rows is vars(table)["rows"]
    assert Table.rows.__doc__ == "The rows."
    del table.rows
    assert table.rows == [1]
    with pytest.raises(TypeError, match="No '__dict__'"):
        _ = Slotted().rows
    # Up to 3.11 what goes wrong in a class body is wrapped in a RuntimeError.
    with pytest.raises((TypeError, RuntimeError)):

        class Wrong:
            one = other = functools.cached_property(lambda self: 1)


def test_functions_of_the_standard_library_are_left_alone():
    def function():
        return 1

    function.__module__ = "urllib.parse"
    assert type(functools.lru_cache(function)) is type(functools.lru_cache(len))
    assert type(functools.lru_cache(function)) is not CachedFunction
    assert type(functools.lru_cache(lambda: 1)) is CachedFunction


def test_it_is_pickled_by_name(monkeypatch):
    cached = functools.lru_cache(of_this_module)
    assert cached.__reduce__() == "of_this_module"
    monkeypatch.setitem(globals(), "of_this_module", cached)
    monkeypatch.setattr(cached, "__module__", __name__)
    monkeypatch.setitem(sys.modules, __name__, types.SimpleNamespace(of_this_module=cached))
    assert pickle.loads(pickle.dumps(cached)) is cached
