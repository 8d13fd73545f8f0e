"""Text in columns: how wide it is on a terminal, padded, and wrapped without losing anything."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """How many columns of a terminal a text takes.

    Args:
        text: Printable text.

    Returns:
        Its length, where wide characters count twice and combining ones not at all.
    """
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def pad(text: str, width: int) -> str:
    """Text with blanks after it up to a width.

    Args:
        text: The text.
        width: Columns.

    Returns:
        The text; unchanged where it is as wide or wider.
    """
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """Text without its end where it is too long; for what can be looked up elsewhere.

    Args:
        text: The text.
        width: Columns, at least 3.

    Returns:
        The text, or its beginning and "...".
    """
    if cells(text) <= width:
        return text
    while cells(text) > width - 3:
        text = text[:-1]
    return f"{text.rstrip()}..."


def wrap(text: str, width: int, indent: int = 0) -> list[str]:
    """Text in lines of at most a width, broken at blanks, within a word only where it must be.

    Args:
        text: The text, without line breaks.
        width: Columns.
        indent: Blanks before every line but the first.

    Returns:
        At least one line.
    """
    width = max(width, 2)
    indent = min(indent, width // 2)
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        blank = 1 if line.strip() else 0
        if used + blank + cells(word) <= width:
            line, used = line + " " * blank + word, used + blank + cells(word)
            continue
        if line.strip():
            lines.append(line.rstrip())
            line, used = " " * indent, indent
        for char in word:
            if used + _cells_of(char) > width:
                lines.append(line)
                line, used = " " * indent, indent
            line, used = line + char, used + _cells_of(char)
    lines.append(line.rstrip())
    return lines


def _cells_of(char: str) -> int:
    """How many columns a character takes."""
    if char.isascii():
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
