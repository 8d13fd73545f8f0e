"""Functions that stand in for built-in functions."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any


def builtin(function: Callable[..., Any], original: Any) -> Any:
    """Wrap a function so that, like a built-in one, it does not turn into a method in a class body.

    A bound method has just this property, so that is what it becomes, bound to the original.

    Args:
        function: The function.
        original: The built-in function it stands in for; gives name and documentation.

    Returns:
        A callable.
    """

    def call(_original: Any, /, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return bound(call, original)


def bound(function: Callable[..., Any], original: Any) -> Any:
    """The same for a function that takes the original as its first argument, and so costs less to call.

    Args:
        function: The function, made for this purpose.
        original: The built-in function it stands in for.

    Returns:
        A callable.
    """
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(function, name, getattr(original, name, None) or "")
    return types.MethodType(function, original)
