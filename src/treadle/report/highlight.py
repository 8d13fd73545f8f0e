"""Python source as coloured runs of text, line by line, with the standard library's own tokenizer.

The classes are few: "k" keyword, "s" string, "c" comment, "n" number, "d" the name that a def or class
defines, "b" built-in name, "" anything else. Columns are characters, as in a trace's places.
"""

from __future__ import annotations

import builtins
import io
import keyword
import tokenize
from collections.abc import Iterator

Run = tuple[str, str]
"""Class and text."""

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
_CLASSES = {
    tokenize.COMMENT: "c",
    tokenize.NUMBER: "n",
    tokenize.STRING: "s",
    **{
        getattr(tokenize, name): "s"
        for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
        if hasattr(tokenize, name)
    },
}


def highlighted(source: str) -> list[list[Run]]:
    """The lines of a module, each as runs.

    Args:
        source: The text of the module; need not be valid Python.

    Returns:
        One list for each line; the texts of its runs make up the line, without its end.
    """
    lines = source.removesuffix("\n").split("\n")
    marks: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    for kind, start, end in _spans(source):
        for row in range(start[0], min(end[0], len(lines)) + 1):
            line = lines[row - 1]
            first = start[1] if row == start[0] else 0
            last = end[1] if row == end[0] else len(line)
            if last > first:
                marks[row - 1].append((first, last, kind))
    return [_runs(line, spans) for line, spans in zip(lines, marks, strict=True)]


def _spans(source: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Class, start and end of each token that has a class; ends at the first that makes no sense."""
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = _CLASSES.get(token.type, "")
            if token.type == tokenize.NAME:
                kind = _name_class(token.string, before)
                before = token.string
            elif token.string.strip():
                before = token.string
            if kind:
                yield kind, token.start, token.end
    except (tokenize.TokenError, SyntaxError):
        return


def _name_class(name: str, before: str) -> str:
    """The class of a name."""
    if before in {"def", "class"}:
        return "d"
    if keyword.iskeyword(name) or (name in {"self", "cls"} and before != "."):
        return "k"
    return "b" if name in _BUILTINS and before != "." else ""


def _runs(line: str, spans: list[tuple[int, int, str]]) -> list[Run]:
    """A line cut where its class changes."""
    runs: list[Run] = []
    position = 0
    for start, end, kind in sorted(spans):
        if start > position:
            runs.append(("", line[position:start]))
        if end > max(start, position):
            runs.append((kind, line[max(start, position) : end]))
        position = max(position, end)
    if position < len(line):
        runs.append(("", line[position:]))
    return runs
