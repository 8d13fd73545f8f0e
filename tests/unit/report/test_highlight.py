import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.report.highlight import highlighted


def told(source):
    return [[(kind, text) for kind, text in line if kind] for line in highlighted(source)]


def test_classes():
    assert told("def deposit(self, amt=100):  # more\n    return len(self.x) + 'a'\n") == [
        [("k", "def"), ("d", "deposit"), ("k", "self"), ("n", "100"), ("c", "# more")],
        [("k", "return"), ("b", "len"), ("k", "self"), ("s", "'a'")],
    ]


def test_attributes_are_no_builtins():
    assert told("items.list.self\n") == [[]]


def test_a_string_over_lines():
    assert told('x = """a\n  b\n"""\n') == [[("s", '"""a')], [("s", "  b")], [("s", '"""')]]


def test_source_that_is_no_python_is_shown_plain():
    assert highlighted("x = (\n  y\n") == [[("", "x = (")], [("", "  y")]]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings are one token before 3.12")
def test_parts_of_f_strings():
    assert told("f'a{len(x)}b'\n") == [
        [("s", "f'"), ("s", "a"), ("b", "len"), ("s", "b"), ("s", "'")]
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(source=st.text(alphabet="ab é'\"#(){}\\\n\tf1=.", max_size=60))
def test_nothing_is_lost(source):
    lines = source.removesuffix("\n").split("\n")
    assert ["".join(text for _, text in line) for line in highlighted(source)] == lines
