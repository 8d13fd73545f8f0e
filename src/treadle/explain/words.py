"""Small pieces of English: numbers, lists and values as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

VALUE_LIMIT = 40
"""Longest value inside a sentence; the middle of a longer one is left out."""


def plural(count: int, noun: str, many: str | None = None) -> str:
    """A number with its noun: "1 schedule", "6 schedules".

    Args:
        count: How many.
        noun: The word for one.
        many: The word for several, where an "s" is not enough.

    Returns:
        Number and noun.
    """
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listing(words: Iterable[str], last: str = "and") -> str:
    """Words as a list in a sentence: "T1, T2 and T3".

    Args:
        words: The words.
        last: The word before the last one.

    Returns:
        The list; empty without words.
    """
    *most, final = list(words) or [""]
    return f"{', '.join(most)} {last} {final}" if most else final


def numbered(noun: str, numbers: Sequence[int]) -> str:
    """Numbered things: "step 2", "steps 2, 5 and 9".

    Args:
        noun: The word for one of them.
        numbers: Their numbers, at least one.

    Returns:
        Noun and numbers.
    """
    return f"{noun}{'s' if len(numbers) > 1 else ''} {listing(map(str, numbers))}"


def printable(text: str) -> str:
    """Text that cannot disturb a terminal: control characters are written as escapes.

    Args:
        text: Any text of the program.

    Returns:
        One line of printable characters.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def shorten(text: str, limit: int = VALUE_LIMIT) -> str:
    """A value short enough for its place: the middle gives way to "...".

    Args:
        text: Any text of the program.
        limit: The most characters allowed, at least 5.

    Returns:
        The text, printable.
    """
    text = printable(text)
    if len(text) <= limit:
        return text
    head = (limit - 3 + 1) // 2
    return f"{text[:head]}...{text[len(text) - (limit - 3 - head) :]}"


def yes_no(answer: str | None) -> str:
    """The text of a truth value as an answer.

    Args:
        answer: "True", "False", or something else that is passed on.

    Returns:
        "yes", "no", or what was given.
    """
    return {"True": "yes", "False": "no"}.get(answer or "", shorten(answer or "unknown"))


def uncapitalized(sentence: str) -> str:
    """A sentence as the part after a colon: without its capital and its final stop.

    Args:
        sentence: A sentence that may begin with a name, which keeps its capital.

    Returns:
        The clause.
    """
    first = sentence.split(" ", 1)[0]
    if first in _ORDINARY_FIRST_WORDS:
        sentence = sentence[0].lower() + sentence[1:]
    return sentence.removesuffix(".")


_ORDINARY_FIRST_WORDS = frozenset(
    {"A", "After", "All", "An", "At", "It", "No", "Not", "Only", "Other", "Some", "The", "There"}
)
