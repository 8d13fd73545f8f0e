"""Short texts for values."""

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import re
import sys
import threading
import tracemalloc
import types
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.model.describe import LONGEST, describe


class Plain:
    pass


class Loud:
    """Whatever is asked of it is an error: nothing of the program's own may run."""

    def _fail(self, *args):
        raise AssertionError("the program's code was run")

    __repr__ = __str__ = __len__ = __iter__ = __bool__ = __hash__ = __eq__ = __format__ = _fail
    __getattr__ = __getattribute__ = __contains__ = __getitem__ = _fail


def loud(base):
    """A subclass of a built-in type with every method overridden."""
    names = {
        "__repr__",
        "__str__",
        "__len__",
        "__iter__",
        "__format__",
        "__bool__",
        "items",
        "__reduce__",
    }
    space = {name: Loud._fail for name in names if name in dir(base)}
    return type(f"Loud{base.__name__.title()}", (base,), space)


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1

    def __repr__(self):
        raise AssertionError("the program's code was run")


@dataclasses.dataclass
class Point:
    x: int


def function():
    pass


PLAIN = [
    (None, "None"),
    (True, "True"),
    (0, "0"),
    (-17, "-17"),
    (1.5, "1.5"),
    (float("nan"), "nan"),
    (2j, "2j"),
    (..., "Ellipsis"),
    (NotImplemented, "NotImplemented"),
    ("text", "'text'"),
    ("it's", '"it\'s"'),
    ("two\nlines", r"'two\nlines'"),
    ("ü", "'ü'"),
    (b"bytes", "b'bytes'"),
]
CONTAINERS = [
    ([], "[]"),
    ([1, "a"], "[1, 'a']"),
    ((), "()"),
    ((1,), "(1,)"),
    ((1, 2), "(1, 2)"),
    ({}, "{}"),
    ({"a": 1, 2: None}, "{'a': 1, 2: None}"),
    (set(), "set()"),
    (frozenset(), "set()"),
    ({3, 1, 2}, "{1, 2, 3}"),
    ({"b", "a"}, "{'a', 'b'}"),
    (collections.deque([1, 2], maxlen=5), "deque([1, 2])"),
    (collections.OrderedDict(a=1), "{'a': 1}"),
    (collections.defaultdict(list, {"a": [1]}), "{'a': [1]}"),
    (collections.Counter("aab"), "{'a': 2, 'b': 1}"),
    (bytearray(b"ab"), "bytearray(b'ab')"),
]
OTHERS = [
    (object(), "<object>"),
    (Plain(), "<Plain>"),
    (Point(3), "<Point>"),
    (iter([]), "<list_iterator>"),
    (threading.Lock(), "<lock>"),
    (Plain, "Plain"),
    (int, "int"),
    (function, "function()"),
    (len, "len()"),
    ([].append, "append()"),
    (sys, "module sys"),
    (ValueError("no", 3), "ValueError('no', 3)"),
    (KeyError(), "KeyError()"),
]


@pytest.mark.parametrize(
    ("value", "text"), PLAIN + CONTAINERS + OTHERS, ids=lambda value: str(type(value))
)
def test_texts_of_values(value, text):
    assert describe(value) == text


def test_the_method_of_an_object_is_called_by_its_name():
    class Account:
        def deposit(self):
            pass

    assert describe(Account().deposit) == "deposit()"


def test_a_method_over_something_without_a_name():
    assert describe(types.MethodType(functools.partial(print), 1)) == "<method>"


@pytest.mark.parametrize(
    "value",
    [
        Plain(),
        function,
        lambda: None,
        [].append,
        threading.Lock(),
        [Plain(), [Plain()]],
        {"key": Plain(), Plain: function},
        (Plain(), Plain().__init__),
        ValueError(Plain()),
        types.SimpleNamespace(a=1),
        object(),
        iter(()),
        (each for each in ()),
        memoryview(b""),
        decimal.Decimal(3),
    ],
)
def test_no_text_has_an_address(value):
    assert not re.search("0x[0-9a-f]+", describe(value))
    assert not re.search(r"\bat\b", describe(value))


@pytest.mark.parametrize(
    "wrap", [lambda v: v, lambda v: [v], lambda v: (v,), lambda v: {"k": v}, ValueError]
)
def test_no_code_of_the_program_is_run(wrap):
    assert "Loud" in describe(wrap(Loud()))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (loud(list)([1]), "[1]"),
        (loud(tuple)((1,)), "(1,)"),
        (loud(dict)(a=1), "{'a': 1}"),
        (loud(set)([1]), "{1}"),
        (loud(frozenset)([1]), "{1}"),
        (loud(collections.deque)([1]), "deque([1])"),
        (loud(str)("a"), "'a'"),
        (loud(int)(7), "7"),
        (loud(float)(7), "7.0"),
        (loud(bytearray)(b"a"), "bytearray(b'a')"),
        (loud(Exception)("a"), "LoudException('a')"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_method_that_a_subclass_overrides_is_run(value, text):
    assert describe(value) == text


def test_an_object_that_lies_about_its_class():
    assert describe(mock.Mock(spec=dict)) == "<Mock>"
    assert describe(mock.Mock(spec=list)) == "<Mock>"

    class Proxy:
        @property
        def __class__(self):
            raise AssertionError("the program's code was run")

    assert describe(Proxy()) == "<Proxy>"


def test_an_exception_whose_arguments_cannot_be_had():
    class Odd(Exception):
        @property
        def args(self):
            raise AssertionError("the program's code was run")

    assert describe(Odd("a")) == "Odd('a')"


def test_an_exception_that_contains_itself():
    error = ValueError()
    error.args = (error,)
    assert describe(error).startswith("ValueError(ValueError(")


def test_a_container_that_contains_itself():
    items = [1]
    items.append(items)
    assert describe(items) == "[1, [1, [1, ...]]]"


def test_an_object_with_a_metaclass_of_the_programs_own():
    class Meta(type):
        def __getattribute__(cls, name):
            raise AssertionError("the program's code was run")

    class Odd(metaclass=Meta):
        pass

    assert describe(Odd) == "Odd"
    assert describe(Odd()) == "<Odd>"


def test_a_member_of_an_enumeration_is_told_from_another():
    assert describe(Colour) == "Colour"
    assert describe(Colour.RED) == "Colour.RED"
    assert describe(Number.ONE) == "Number.ONE"


def test_amounts_and_times_are_told_apart():
    assert describe(decimal.Decimal("1.50")) == "Decimal('1.50')"
    assert describe(dt.timedelta(seconds=3)) == "datetime.timedelta(seconds=3)"
    assert describe(dt.date(2020, 1, 2)) == "datetime.date(2020, 1, 2)"


def test_a_subclass_of_those_is_not_asked():
    class Amount(decimal.Decimal):
        __repr__ = Loud._fail

    assert describe(Amount(3)) == "<Amount>"


# --- limits ---------------------------------------------------------------------------------------


def test_long_containers_are_cut():
    assert describe(list(range(9))) == "[0, 1, 2, 3, 4, 5, 6, 7, ...]"
    assert describe(list(range(8))) == "[0, 1, 2, 3, 4, 5, 6, 7]"
    assert describe(dict.fromkeys(range(9)), limit=200).endswith("7: None, ...}")
    assert describe(set(range(9))) == "{0, 1, 2, 3, 4, 5, 6, 7, ...}"
    assert describe(collections.deque(range(9))) == "deque([0, 1, 2, 3, 4, 5, 6, 7, ...])"


def test_deep_containers_are_cut():
    assert describe([[[[1]]]]) == "[[[...]]]"
    assert describe({1: {2: {3: {4: 5}}}}) == "{1: {2: {3: ...}}}"


def test_values_that_are_no_containers_are_shown_at_any_depth():
    assert describe([[[1, "a"]]]) == "[[[1, 'a']]]"


@pytest.mark.parametrize("size", [57, 58, 59, 200, 100_000])
def test_long_texts_are_cut(size):
    text = describe("x" * size)
    assert len(text) == min(size + 2, LONGEST)
    assert text.endswith("'" if size <= 58 else "...")


def test_the_limit_can_be_chosen():
    assert describe("abcdefghij", limit=8) == "'abcd..."
    assert describe("abcdef", limit=8) == "'abcdef'"


@pytest.mark.parametrize("digits", [100, 4300, 4301, 50_000])
def test_huge_numbers_have_a_text(digits):
    for number in (10**digits, -(10**digits)):
        assert len(describe(number)) == LONGEST
        assert describe([number]).startswith("[")


anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.binary(),
        st.builds(Plain),
        st.just(function),
        st.sampled_from([int, len, sys, Colour.RED]),
    ),
    lambda parts: st.one_of(
        st.lists(parts),
        st.lists(parts).map(tuple),
        st.dictionaries(st.text(), parts),
        st.lists(parts).map(collections.deque),
        st.lists(st.integers()).map(frozenset),
        st.lists(parts).map(lambda items: ValueError(*items)),
    ),
)


@given(anything, st.integers(8, 100))
@settings(derandomize=True, deadline=None, database=None, max_examples=40)
def test_every_value_has_one_short_line_without_addresses(value, limit):
    text = describe(value, limit)
    assert 0 < len(text) <= limit
    assert "\n" not in text
    assert describe(value, limit) == text


@pytest.mark.parametrize("make", [bytes, bytearray, lambda size: "x" * size])
def test_of_a_very_long_text_only_the_beginning_is_looked_at(make):
    value = make(10_000_000)
    tracemalloc.start()
    try:
        text = describe(value)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(text) == LONGEST
    assert peak < 1_000_000
