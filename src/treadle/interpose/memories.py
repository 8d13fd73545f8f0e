"""What modules of the standard library remember between executions: counters, and earlier draws."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from typing import Any

_FRESH: tuple[tuple[str, str, Callable[[], Any]], ...] = (
    ("asyncio.tasks", "_task_name_counter", lambda: itertools.count(1).__next__),
    ("multiprocessing.pool", "job_counter", itertools.count),
    ("multiprocessing.process", "_process_counter", lambda: itertools.count(1)),
    ("tempfile", "_name_sequence", lambda: None),
    ("uuid", "_last_timestamp", lambda: None),
)
"""(module, variable, what makes the value that an execution starts with)."""


class Memories:
    """The memories, around one execution."""

    def __init__(self) -> None:
        self._values: list[tuple[Any, str, Any]] = []

    def begin(self) -> None:
        """Start an execution with no memory."""
        for module_name, name, make in _FRESH:
            module = sys.modules.get(module_name)
            if module is not None:
                self._values.append((module, name, getattr(module, name, None)))
                setattr(module, name, make())

    def end(self) -> None:
        """Put everything back."""
        for module, name, value in self._values:
            setattr(module, name, value)
        self._values.clear()
