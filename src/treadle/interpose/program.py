"""The main task: runs the program, then does what the interpreter does at a program's end."""

from __future__ import annotations

import functools
import itertools
import sys
import threading as _threading
from collections.abc import Callable
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import TaskKilled
from treadle.interpose import executors, exits, signals
from treadle.interpose.executors import Executors
from treadle.interpose.memories import Memories
from treadle.interpose.processes import forks
from treadle.primitives import functions
from treadle.primitives.base import Primitive
from treadle.primitives.failures import default_hook, is_ours_to_handle
from treadle.primitives.threads import threads

_KEPT_OUT = frozenset({"concurrent.futures.process"})
"""Modules whose shutting down is not part of the program's end: Treadle may be using them."""


class ProcessState(Primitive):
    """What belongs to the process and not to one execution, put back by the kernel after each."""

    kind_name: ClassVar[str] = "process"

    def __init__(self) -> None:
        Primitive.__init__(self)
        self._executors = Executors()
        self._memories = Memories()
        self._hook: Any = None
        self._counter: Any = None
        self._finalizers: dict[Any, Any] = {}

    def adopt(self) -> None:
        """An execution begins."""
        functions.atexit_callbacks.clear()
        exits.callbacks.clear()
        signals.handlers.clear()
        self._hook = _threading.excepthook
        if self._hook is host.excepthook:
            # Somebody around Treadle, pytest say, set it; it is not the program's.
            _threading.excepthook = default_hook
        self._counter = _threading._counter  # type: ignore[attr-defined]
        _threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
        self._executors.begin()
        self._memories.begin()
        util: Any = sys.modules.get("multiprocessing.util")
        self._finalizers = dict(util._finalizer_registry) if util is not None else {}

    def restore(self) -> None:
        """It is over."""
        functions.atexit_callbacks.clear()
        exits.callbacks.clear()
        signals.handlers.clear()
        _threading.excepthook = self._hook
        _threading._counter = self._counter  # type: ignore[attr-defined]
        self._executors.end()
        self._memories.end()
        util: Any = sys.modules.get("multiprocessing.util")
        if util is not None and util._finalizer_registry:
            util._finalizer_registry.clear()
            util._finalizer_registry.update(self._finalizers)


state = ProcessState()


class Host:
    """What was set in the process before the program was loaded.

    Attributes:
        excepthook: ``threading.excepthook``.
    """

    excepthook: Any = default_hook


host = Host()


class MainBody:
    """The body of the main task, for any number of executions.

    Args:
        run: The program.

    Attributes:
        returned: What the program returned in the last execution, None when it raised.
        exception: What it raised, None when it returned.
    """

    def __init__(self, run: Callable[[], object]) -> None:
        self._run = run
        self.returned: object = None
        self.exception: BaseException | None = None

    def begin(self) -> None:
        """Forget the execution before."""
        self.returned = None
        self.exception = None

    def __call__(self) -> None:
        """Run the program to its end.

        Raises:
            BaseException: What the program raised, unless it was a ``SystemExit`` that means success.
        """
        kernel.adopt(state)
        try:
            self.returned = self._run()
            if forks.is_child:
                forks.end_child()
        except TaskKilled:
            raise
        except BaseException as error:
            if forks.is_child:
                forks.end_child(error)
            if is_ours_to_handle(error):
                raise
            self.exception = error
        _end()
        if threads.is_last(kernel.current):
            threads.come_to_the_end(kernel.current)
        if self.exception is not None and not _means_success(self.exception):
            raise self.exception


def main_body(run: Callable[[], object]) -> MainBody:
    """The body of the main task.

    Args:
        run: The program.

    Returns:
        Something to give to ``kernel.run``.
    """
    return MainBody(run)


def _means_success(error: BaseException) -> bool:
    return isinstance(error, SystemExit) and error.code in {None, 0}


def _end() -> None:
    """What ``threading._shutdown`` does, and then ``atexit``."""
    for callback in reversed(functions.permanent_atexit_callbacks()):
        if _is_wanted(callback):
            callback()
    for callback in reversed(functions.atexit_callbacks):
        callback()
    if exits.callbacks:
        _wait_for_threads()
        while exits.callbacks:
            function, args, kwargs = exits.callbacks.pop()
            function(*args, **kwargs)


@functools.cache
def _module_of(callback: Any) -> str:
    """The module whose function a registered callback calls in the end."""
    function = getattr(callback, "func", callback)
    for cell in getattr(callback, "__closure__", None) or ():
        if callable(cell.cell_contents):
            function = cell.cell_contents
    return getattr(function, "__module__", "")


def _is_wanted(callback: Any) -> bool:
    """Whether a function that a module has registered is part of the program's end."""
    module = _module_of(callback)
    if module == executors.MODULE:
        return executors.has_workers() or not all(task.is_finished for task in kernel.tasks[1:])
    return module not in _KEPT_OUT


def _wait_for_threads() -> None:
    """Wait until every thread that is not a daemon has ended; they may start others meanwhile."""
    for task in kernel.tasks:  # grows while it is gone through
        if task.number and not task.is_daemon and task.thread is not None:
            task.thread.join()
