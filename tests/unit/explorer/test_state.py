"""What a program's modules hold, and what of it has changed."""

import functools
import math

import pytest

from treadle.explorer.state import changes, state_of


class Shared:
    count = 0
    items = []  # noqa: RUF012 - the mistake that programs make


class Thing:
    def __init__(self):
        self.inner = {"a": [1]}


def plain():
    return 1


@functools.lru_cache
def cached(x):
    return x


def with_default(seen=[]):
    seen.append(1)


def make():
    n = 0

    def count():
        nonlocal n
        n += 1

    return count


def namespace():
    """A namespace in which something changes, and what that is called."""
    space = {"numbers": [], "thing": Thing(), "Shared": Shared, "cached": cached, "plain": plain}
    space |= {"with_default": with_default, "count": make(), "math": math, "__name__": "m", "n": 0}
    return space


CHANGES = {
    "n": lambda s: s.update(n=1),
    "numbers": lambda s: s["numbers"].append(1),
    "thing": lambda s: s["thing"].inner["a"].append(2),
    "with_default()": lambda s: s["with_default"](),
    "count()": lambda s: s["count"](),
    "cached()": lambda s: s["cached"](len(repr(s))),
    "plain()": lambda s: setattr(s["plain"], "calls", getattr(s["plain"], "calls", 0) + 1),
    "Shared.count": lambda s: setattr(Shared, "count", Shared.count + 1),
    "Shared.items": lambda s: Shared.items.append(1),
    "new": lambda s: s.update(new=None),
}


@pytest.mark.parametrize(("name", "change"), CHANGES.items(), ids=CHANGES)
def test_what_has_changed_is_named(name, change):
    space = namespace()
    module = Shared.__module__
    before = state_of({module: space}, module)
    assert changes(before, state_of({module: space}, module)) == []
    change(space)
    assert changes(before, state_of({module: space}, module)) == [name]


def test_another_module_than_the_target_is_named_too():
    space = {"n": 0}
    before = state_of({"other": space}, "target")
    space["n"] = 1
    assert changes(before, state_of({"other": space}, "target")) == ["other.n"]


def test_classes_of_other_modules_are_not_looked_at():
    assert state_of({"m": {"Shared": Shared, "math": math}}, "m") == {}


def test_the_order_in_a_set_is_no_change():
    names = [f"name {number}" for number in range(30)]
    other = set()
    for name in reversed(names):
        other.add(name)
    assert state_of({"m": {"n": set(names)}}, "m") == state_of({"m": {"n": other}}, "m")


def test_no_code_of_the_program_runs():
    class Loud:
        def __getattribute__(self, name):
            raise AssertionError(name)

        def __repr__(self):
            raise AssertionError

        def __eq__(self, other):
            raise AssertionError

        __hash__ = object.__hash__

    space = {"loud": Loud(), "inside": [Loud(), {1: Loud()}]}
    assert changes(state_of({"m": space}, "m"), state_of({"m": space}, "m")) == []
