"""Imports inside an execution: not interrupted half way, and seen by those who adapt modules.

While a task imports a module no other task is scheduled, because half-imported modules would show switches
that no program is written for, and because imports happen once, so that schedules would differ from one
execution to the next. If the module waits for something, others do run, and the import system's own locks,
which are modelled like all others, keep them out of the module.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import _bootstrap  # type: ignore[import-not-found]
from typing import Any

from treadle.engine.kernel import kernel

_original: Callable[[str, Any], Any] = _bootstrap._find_and_load

after_import: dict[str, Callable[[Any], None]] = {}
"""What to do with a module when it has been imported, by its name."""


def _find_and_load(name: str, import_: Any) -> Any:
    task = kernel.here
    if task is None:
        module = _original(name, import_)
    else:
        task.atomic += 1
        try:
            module = _original(name, import_)
        finally:
            task.atomic -= 1
    if name in after_import:
        after_import[name](module)
    return module


# The interpreter cuts the import system out of tracebacks by the name of its file.
_find_and_load.__code__ = _find_and_load.__code__.replace(
    co_filename=_original.__code__.co_filename
)


def watch() -> None:
    """Stand between the interpreter and its import system."""
    _bootstrap._find_and_load = _find_and_load


def unwatch() -> None:
    """Undo ``watch``."""
    _bootstrap._find_and_load = _original
