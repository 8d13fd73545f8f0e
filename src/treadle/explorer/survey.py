"""Survey: which modules' code runs in several tasks without being instrumented.

One execution runs under a profile function that sees every call of a Python function. What ran in two tasks
and was not instrumented may share data that no schedule looked at; the report names it. The standard
library's own support for threads and a few modules known to share nothing are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType

from treadle.engine.kernel import kernel

_HARMLESS = frozenset({
    "_collections_abc", "_weakrefset", "abc", "ast", "bisect", "codecs", "collections", "concurrent",
    "contextlib", "contextvars", "copy", "copyreg", "dataclasses", "enum", "functools", "genericpath",
    "heapq", "importlib", "inspect", "io", "keyword", "linecache", "locale", "multiprocessing", "ntpath",
    "numbers", "operator", "os", "pathlib", "posixpath", "queue", "re", "reprlib", "sre_compile",
    "sre_parse", "stat", "string", "textwrap", "threading", "token", "tokenize", "traceback", "types",
    "typing", "warnings", "weakref", "zipimport",
})  # fmt: skip
"""Modules (with their submodules) that share nothing between threads but through locks of their own."""

_OURS = frozenset({"treadle", "greenlet", "bytecode"})


class Survey:
    """Notes which functions are called in which tasks.

    Args:
        is_instrumented: Whether a code object was rewritten.
        tasks: What is known already.

    Attributes:
        tasks: Numbers of the tasks in which each module's code ran.
    """

    def __init__(
        self,
        is_instrumented: Callable[[CodeType], bool],
        tasks: dict[str, set[int]] | None = None,
    ) -> None:
        self._is_instrumented = is_instrumented
        self.tasks = {} if tasks is None else tasks

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Survey the executions inside the block."""
        previous = sys.getprofile()
        sys.setprofile(self._note)
        try:
            yield
        finally:
            if previous is None or callable(previous):
                sys.setprofile(previous)
            else:  # a profiler written in C, such as cProfile's, has to put itself back
                sys.setprofile(None)
                previous.enable()
            kernel.forget_workers()

    def _note(self, frame: FrameType, event: str, argument: object) -> None:
        if event != "call" or not kernel.is_tracking or kernel.current is None:
            return
        module = frame.f_globals.get("__name__")
        if not isinstance(module, str):
            return
        top = module.partition(".")[0]
        if top in _OURS or top in _HARMLESS or self._is_instrumented(frame.f_code):
            return
        self.tasks.setdefault(module, set()).add(kernel.current.number)

    def shared_modules(self) -> tuple[str, ...]:
        """The modules whose code ran in several tasks without being instrumented.

        Returns:
            Their names, sorted.
        """
        return tuple(sorted(name for name, tasks in self.tasks.items() if len(tasks) > 1))
