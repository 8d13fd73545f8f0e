"""Scenarios for a class: every way in which a few threads can make a few calls, the smallest first."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from treadle.model.scenario import Call, Scenario

_BY_ANNOTATION: dict[object, object] = {
    int: 1,
    str: "a",
    float: 0.5,
    bool: True,
    bytes: b"a",
    list: [],
    dict: {},
    tuple: (),
    object: 1,
}
_BY_ANNOTATION |= {cls.__name__: value for cls, value in list(_BY_ANNOTATION.items())}  # type: ignore[attr-defined]
_WORDS = {"key": "a", "name": "a", "k": "a", "field": "a", "topic": "a", "path": "a"}
_NOT_GUESSED = frozenset(
    {"func", "function", "fn", "callback", "loader", "factory", "predicate", "handler", "target"}
)
_SPECIAL = {
    "__len__": (),
    "__getitem__": ("a",),
    "__setitem__": ("a", 1),
    "__delitem__": ("a",),
    "__contains__": ("a",),
}


def scenarios(
    calls: Sequence[Call],
    threads: int,
    most_calls: int,
    after: Sequence[Call],
    constructor: Call,
) -> Iterator[Scenario]:
    """All scenarios, by number of calls.

    Args:
        calls: The calls to choose from.
        threads: How many threads there are.
        most_calls: Most calls of one thread.
        after: What the main thread calls in the end.
        constructor: How the object is made.

    Yields:
        Scenarios; those that differ only in which thread is which come once.
    """
    for total in range(threads, threads * most_calls + 1):
        for lengths in _splits(total, threads, most_calls):
            bodies = [list(itertools.product(range(len(calls)), repeat=n)) for n in lengths]
            for choice in itertools.product(*bodies):
                if list(choice) != sorted(choice, key=lambda body: (-len(body), body)):
                    continue
                chosen = tuple(tuple(calls[index] for index in body) for body in choice)
                yield Scenario(chosen, tuple(after), constructor)


def _splits(total: int, threads: int, most: int) -> Iterator[tuple[int, ...]]:
    """The ways to share calls among threads, at least one each, falling."""
    if threads == 1:
        if 1 <= total <= most:
            yield (total,)
        return
    for first in range(min(most, total - threads + 1), 0, -1):
        for rest in _splits(total - first, threads - 1, first):
            yield (first, *rest)


def guessed_calls(cls: type) -> list[Call]:
    """Calls of the public methods of a class, with arguments guessed from annotations and names.

    Args:
        cls: The class.

    Returns:
        One call for each public method whose required arguments could be guessed.
    """
    found = []
    for name in dir(cls):
        if name in _SPECIAL:
            if getattr(cls, name) is not getattr(object, name, None) and _is_written(cls, name):
                found.append(Call(name, _SPECIAL[name]))
            continue
        raw = inspect.getattr_static(cls, name)
        if name.startswith("_") or not inspect.isroutine(raw):
            continue
        if isinstance(raw, (staticmethod, classmethod)) or inspect.iscoroutinefunction(raw):
            continue
        arguments = _arguments(raw)
        if arguments is not None:
            found.append(Call(name, arguments))
    return found


def _is_written(cls: type, name: str) -> bool:
    """Whether a special method is Python code."""
    return inspect.isfunction(inspect.getattr_static(cls, name, None))


def _arguments(function: Any) -> tuple[Any, ...] | None:
    """Values for the required arguments; None where one cannot be guessed."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return None
    values: list[Any] = []
    for parameter in parameters:
        if parameter.default is not parameter.empty:
            continue
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        if parameter.kind is parameter.KEYWORD_ONLY or parameter.name in _NOT_GUESSED:
            return None
        if parameter.annotation in _BY_ANNOTATION:
            values.append(_BY_ANNOTATION[parameter.annotation])
        else:
            values.append(_WORDS.get(parameter.name, 1))
    return tuple(values)
