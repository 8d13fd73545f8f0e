"""Scenarios: which calls several threads make on one object, as text and as data.

A scenario is written as a Python expression, so that it can be typed, read and parsed again::

    Counter(5)[[increment(), get()], [add(2)], (get(),)]

makes ``Counter(5)``; one thread calls ``increment()`` and then ``get()``, another ``add(2)``; when both have
ended the main thread calls ``get()``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from treadle.errors import UsageError


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a method.

    Args:
        name: The method.
        args: Positional arguments.
        kwargs: Keyword arguments, as pairs.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        """The call as it is written, without the object."""
        words = [repr(value) for value in self.args]
        words += [f"{name}={value!r}" for name, value in self.kwargs]
        return f"{self.name}({', '.join(words)})"

    def on(self, target: Any) -> Any:
        """Make the call.

        Args:
            target: The object.

        Returns:
            What the method returns.
        """
        return self.applied(getattr(target, self.name))

    def applied(self, function: Callable[..., Any]) -> Any:
        """Call something with these arguments.

        Args:
            function: What is called; it gets arguments of its own, which it may change.

        Returns:
            What it returns.
        """
        return function(*copy.deepcopy(self.args), **copy.deepcopy(dict(self.kwargs)))


@dataclass(frozen=True, slots=True)
class Scenario:
    """Calls that threads make on one fresh object.

    Args:
        threads: The calls of each thread, in order.
        after: The calls of the main thread when all threads have ended.
        constructor: How the object is made: its class's name and arguments.
    """

    threads: tuple[tuple[Call, ...], ...]
    after: tuple[Call, ...] = ()
    constructor: Call = field(default=Call("make"))

    @property
    def size(self) -> int:
        """How many calls the threads make."""
        return sum(len(calls) for calls in self.threads)

    def __str__(self) -> str:
        """The scenario as an expression; see the module's docstring."""
        parts = [f"[{', '.join(map(str, calls))}]" for calls in self.threads]
        if self.after:
            parts.append(f"({', '.join(map(str, self.after))},)")
        made = self.constructor.name
        if self.constructor.args or self.constructor.kwargs:
            made = str(self.constructor)
        return f"{made}[{', '.join(parts)}]"


def parse_call(text: str) -> Call:
    """Read a call.

    Args:
        text: As in ``put('a', 1)``; the arguments are literals.

    Returns:
        The call.

    Raises:
        UsageError: The text is no such call.
    """
    try:
        return _call(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"{text!r} is not a call with literal arguments; write one as in put('a', 1)."
        ) from error


def parse_scenario(text: str) -> Scenario:
    """Read a scenario.

    Args:
        text: As in ``Counter(5)[[increment(), get()], [add(2)], (get(),)]``.

    Returns:
        The scenario.

    Raises:
        UsageError: The text is no scenario.
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
        if not isinstance(node, ast.Subscript):
            raise ValueError(text)  # noqa: TRY004 - turned into a sentence below
        made = node.value
        constructor = _call(made) if isinstance(made, ast.Call) else Call(_dotted(made))
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        threads = [_calls(part) for part in parts if isinstance(part, ast.List)]
        after = [_calls(part) for part in parts if isinstance(part, ast.Tuple)]
        if len(threads) + len(after) != len(parts) or not threads or len(after) > 1:
            raise ValueError(text)
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"{text!r} is not a scenario; write the calls of each thread as a list, as in "
            "Counter(5)[[increment()], [get(), add(2)]]."
        ) from error
    return Scenario(tuple(threads), after[0] if after else (), constructor)


def _calls(node: ast.List | ast.Tuple) -> tuple[Call, ...]:
    """The calls of a list."""
    return tuple(_call(element) for element in node.elts)


def _call(node: ast.expr) -> Call:
    """A call from its syntax tree."""
    if not isinstance(node, ast.Call):
        raise ValueError("no call")  # noqa: TRY004 - the caller turns it into a sentence
    kwargs = []
    for keyword in node.keywords:
        if keyword.arg is None:
            raise ValueError("no literal arguments")
        kwargs.append((keyword.arg, ast.literal_eval(keyword.value)))
    return Call(_dotted(node.func), tuple(map(ast.literal_eval, node.args)), tuple(kwargs))


def _dotted(node: ast.expr) -> str:
    """A name, with dots where it is inside a class."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_dotted(value)}.{name}"
        case _:
            raise ValueError("no name")
