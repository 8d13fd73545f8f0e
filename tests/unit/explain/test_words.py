"""Numbers, lists and values as they stand in sentences."""

import pytest

from treadle.explain.layout import cells, cut, pad, wrap
from treadle.explain.words import (
    listing,
    numbered,
    plural,
    printable,
    shorten,
    uncapitalized,
    yes_no,
)


def test_plural():
    assert plural(1, "schedule") == "1 schedule"
    assert plural(6, "schedule") == "6 schedules"
    assert plural(12345, "schedule") == "12,345 schedules"
    assert plural(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["T1"], "T1"), (["T1", "T2"], "T1 and T2"), (["a", "b", "c"], "a, b and c")],
)
def test_listing(words, text):
    assert listing(words) == text


def test_listing_with_or():
    assert listing(["50", "60"], "or") == "50 or 60"


def test_numbered():
    assert numbered("step", [2]) == "step 2"
    assert numbered("step", [2, 5, 9]) == "steps 2, 5 and 9"


def test_printable_escapes_what_could_disturb_a_terminal():
    assert printable("a\x1b[31mb\n\u202e") == "a\\x1b[31mb\\n\\u202e"
    assert printable("Grüße") == "Grüße"


def test_shorten_keeps_both_ends():
    assert shorten("x" * 40) == "x" * 40
    assert shorten("abcdefghij", 7) == "ab...ij"
    assert shorten("abcdefghij", 8) == "abc...ij"


def test_yes_no():
    assert yes_no("True") == "yes"
    assert yes_no("False") == "no"
    assert yes_no("3") == "3"
    assert yes_no(None) == "unknown"


def test_uncapitalized_keeps_names():
    assert uncapitalized("The limit was reached.") == "the limit was reached"
    assert uncapitalized("Python has no such thing.") == "Python has no such thing"


def test_wide_and_combining_characters():
    assert cells("abc") == 3
    assert cells("日本") == 4
    assert cells("e\u0301") == 1
    assert pad("日", 4) == "日  "
    assert pad("long", 2) == "long"


def test_cut():
    assert cut("short", 5) == "short"
    assert cut("items.append(item)", 12) == "items.app..."
    assert cut("日本語日本語", 8) == "日本..."


def test_wrap_breaks_at_blanks():
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("one two three", 9, 2) == ["one two", "  three"]
    assert wrap("", 10) == [""]


def test_wrap_breaks_a_word_only_where_it_must():
    assert wrap("ab abcdefgh", 5) == ["ab", "abcde", "fgh"]
    assert wrap("日本語", 4) == ["日本", "語"]


def test_wrap_keeps_inner_blanks():
    assert wrap("a  b", 10) == ["a  b"]
