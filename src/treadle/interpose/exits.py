"""``atexit`` inside an execution: what a program registers is called when it ends, not when Treadle does."""

from __future__ import annotations

import atexit as _atexit
import sys
from collections.abc import Callable
from typing import Any

from treadle.engine.kernel import kernel

_register = _atexit.register
_unregister = _atexit.unregister

callbacks: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
"""What was registered in this execution."""


def register(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """Have a function called when the program ends.

    Args:
        func: The function.
        *args: Its arguments.
        **kwargs: Its keyword arguments.

    Returns:
        The function.

    CPython:
        As ``atexit.register``; deviations: what a module registers while it is imported, and what the
        standard library registers for itself, is called when the process ends.
    """
    task = kernel.here
    if task is None or task.atomic or _is_of_stdlib(func):
        return _register(func, *args, **kwargs)
    callbacks.append((func, args, kwargs))
    return func


def unregister(func: Callable[..., Any], /) -> None:
    """Take back every registration of a function.

    Args:
        func: The function.

    CPython:
        As ``atexit.unregister``; deviations: none.
    """
    if kernel.here is not None:
        callbacks[:] = [entry for entry in callbacks if entry[0] != func]
    _unregister(func)


def _is_of_stdlib(func: Any) -> bool:
    module = getattr(func, "__module__", None) or ""
    return module.partition(".")[0] in sys.stdlib_module_names


REPLACEMENTS: dict[str, Any] = {"register": register, "unregister": unregister}
"""What stands for what in the ``atexit`` module while a program is interposed."""
