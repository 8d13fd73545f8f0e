"""The program's own state: what its modules, classes and functions hold between executions.

Only looked at, never asked: no code of the program runs. What is looked at is bounded in depth and number; a
change beyond that is not noticed here.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator, Mapping
from typing import Any

from treadle.instrument.unwrap import class_dict
from treadle.model.describe import describe

_DEEPEST = 5
_MOST_ITEMS = 50
_LONGEST = 200
_CACHED = type(functools.lru_cache(lambda: None))
_CONTAINERS = (list, tuple, set, frozenset)

State = dict[str, str]
"""Texts for values, by the names that the program's author would use."""


def state_of(modules: Mapping[str, Mapping[str, Any]], target: str) -> State:
    """What modules hold now.

    Args:
        modules: The namespaces of the project's modules, by name.
        target: Name of the target module, whose variables need no prefix.

    Returns:
        A text for each variable, class attribute, and function that keeps something.
    """
    state: State = {}
    for module, space in modules.items():
        prefix = "" if module == target else f"{module}."
        for name, value in list(space.items()):
            if not name.startswith("__"):
                for label, text in _entries(f"{prefix}{name}", value, module):
                    state[label] = text
    return state


def changes(before: State, after: State) -> list[str]:
    """What has changed between two moments.

    Args:
        before: The state at the first.
        after: The state at the second.

    Returns:
        Names, sorted.
    """
    names = before.keys() | after.keys()
    return sorted(name for name in names if before.get(name) != after.get(name))


def _entries(label: str, value: Any, module: str) -> Iterator[tuple[str, str]]:
    """The entries of one variable."""
    kind = type(value)
    if issubclass(kind, type):
        if class_dict(value).get("__module__") == module:
            for name, member in list(class_dict(value).items()):
                if not name.startswith("__"):
                    yield from _entries(f"{label}.{name}", member, "")
    elif kind is types.FunctionType:
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        kept = [value.__defaults__, value.__kwdefaults__, value.__dict__, cells]
        yield f"{label}()", _text(kept, 0)
    elif kind is _CACHED:
        yield f"{label}()", str(value.cache_info().currsize)
    elif kind is not types.ModuleType:
        yield label, _text(value, 0)


def _is_filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _text(value: Any, depth: int) -> str:
    """A text for a value that changes when the value does, as far as one looks."""
    kind = type(value)
    if depth >= _DEEPEST:
        return kind.__qualname__
    if issubclass(kind, dict):
        pairs = list(dict.items(value))[:_MOST_ITEMS]
        inner = [f"{_text(key, depth + 1)}: {_text(item, depth + 1)}" for key, item in pairs]
        return f"{kind.__qualname__} of {dict.__len__(value)}: {inner}"
    if kind in _CONTAINERS:
        inner = [_text(item, depth + 1) for item in list(value)[:_MOST_ITEMS]]
        if kind not in {list, tuple}:
            inner.sort()
        return f"{kind.__qualname__} of {len(value)}: {inner}"
    try:
        space = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return describe(value, _LONGEST)
    if type(space) is not dict or kind is types.FunctionType or issubclass(kind, type):
        return describe(value, _LONGEST)
    return f"{describe(value, _LONGEST)} with {_text(space, depth + 1)}"
