"""Short texts for values: the same everywhere, without addresses, without running the program's code."""

from __future__ import annotations

import collections
import enum
import re
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

LONGEST = 60
"""Texts longer than this are cut, with an ellipsis."""

_ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]+")
_DEEPEST = 3
_MOST_ITEMS = 8
_MOST_BITS = 1000
_MOST_CHARACTERS = 1000
"""So much of a text is looked at; what is shown is far less."""

_PLAIN = (float, complex, bool, range, type(None), type(Ellipsis), type(NotImplemented))

# Everything is asked of the built-in types, never of the value, whose class may answer differently.
_name_of: Callable[[type], str] = type.__dict__["__name__"].__get__
_arguments_of: Callable[[BaseException], tuple[Any, ...]] = BaseException.__dict__["args"].__get__


def describe(value: object, limit: int = LONGEST) -> str:
    """A short text for a value.

    Args:
        value: Any value.
        limit: Longest text, in characters.

    Returns:
        The repr of plain values; containers with their items; other objects as ``<ClassName>``.
    """
    text = _text(value, 0)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def without_addresses(text: str) -> str:
    """A text without the addresses that the repr of objects contains: they differ in each execution.

    Args:
        text: Any text.

    Returns:
        The text with "at 0x..." in their place.
    """
    return _ADDRESS.sub("at 0x...", text) if " 0x" in text else text


def _text(value: Any, depth: int) -> str:
    cls = type(value)
    if cls in _PLAIN:
        return repr(value)
    if issubclass(cls, enum.Enum):
        return f"{_name_of(cls)}.{object.__getattribute__(value, '_name_')}"
    if issubclass(cls, str):
        beginning = str.__getitem__(value, slice(_MOST_CHARACTERS))
        return without_addresses(str.__repr__(beginning))
    if issubclass(cls, int):
        # Python refuses to write very long numbers in decimal.
        is_long = int.bit_length(value) > _MOST_BITS
        return int.__format__(value, "#x") if is_long else int.__repr__(value)
    if issubclass(cls, float):
        return float.__repr__(value)
    if issubclass(cls, bytearray):
        return f"bytearray({bytes(memoryview(value)[:_MOST_CHARACTERS])!r})"
    if cls is bytes:
        return repr(value[:_MOST_CHARACTERS])
    named = _named(value, cls)
    if named is not None:
        return named
    return "..." if depth >= _DEEPEST else _container(value, cls, depth + 1)


def _named(value: Any, cls: type) -> str | None:
    """The text of what has a name of its own, and of a few values written in C."""
    if issubclass(cls, type):
        return _name_of(value)
    if cls is types.FunctionType or cls is types.BuiltinFunctionType:
        return f"{value.__name__}()"
    if cls is types.MethodType:
        function = value.__func__
        return f"{function.__name__}()" if type(function) is types.FunctionType else "<method>"
    if issubclass(cls, types.ModuleType):
        return f"module {object.__getattribute__(value, '__dict__').get('__name__')}"
    for module, names in (
        ("decimal", ("Decimal",)),
        ("datetime", ("datetime", "date", "time", "timedelta")),
    ):
        loaded = sys.modules.get(module)
        if any(cls is getattr(loaded, name, None) for name in names):
            return repr(value)
    return None


def _container(value: Any, cls: type, depth: int) -> str:
    if issubclass(cls, BaseException):
        return f"{_name_of(cls)}({', '.join(_text(part, depth) for part in _arguments_of(value))})"
    if issubclass(cls, dict):
        items = _first(dict.items(value))
        texts = [f"{_text(key, depth)}: {_text(item, depth)}" for key, item in items]
        return "{" + _list(texts, dict.__len__(value)) + "}"
    if issubclass(cls, list):
        return "[" + _list(_texts(list.__iter__(value), depth), list.__len__(value)) + "]"
    if issubclass(cls, tuple):
        size = tuple.__len__(value)
        return (
            "("
            + _list(_texts(tuple.__iter__(value), depth), size)
            + ("," if size == 1 else "")
            + ")"
        )
    if issubclass(cls, (set, frozenset)):
        base = set if issubclass(cls, set) else frozenset
        texts = sorted(_text(item, depth) for item in base.__iter__(value))
        return "{" + _list(texts[:_MOST_ITEMS], len(texts)) + "}" if texts else "set()"
    if issubclass(cls, collections.deque):
        texts = _texts(collections.deque.__iter__(value), depth)
        return "deque([" + _list(texts, collections.deque.__len__(value)) + "])"
    return f"<{_name_of(cls)}>"


def _texts(items: Iterable[object], depth: int) -> list[str]:
    return [_text(item, depth) for item in _first(items)]


def _first(items: Iterable[Any]) -> list[Any]:
    result: list[Any] = []
    for item in items:
        if len(result) == _MOST_ITEMS:
            break
        result.append(item)
    return result


def _list(texts: list[str], size: int) -> str:
    return ", ".join(texts) + (", ..." if size > len(texts) else "")
