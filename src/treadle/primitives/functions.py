"""The functions of ``threading`` that look at threads."""

from __future__ import annotations

import threading as _threading
import warnings
from collections.abc import Callable
from typing import Any

from treadle.engine.kernel import kernel
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.active import alive
from treadle.primitives.idents import ident_of, native_id_of
from treadle.primitives.special_threads import thread_of
from treadle.primitives.threads import threads

_THREAD_READ = int(Kind.THREAD_READ)

atexit_callbacks: list[Callable[[], Any]] = []
"""What ``threading._register_atexit`` was given in this execution."""


def current_thread() -> Any:
    """The thread object of the caller; a dummy where it was not started through ``threading``.

    CPython:
        As ``threading.current_thread``; deviations: none.
    """
    task = kernel.here
    return real.current_thread() if task is None else thread_of(task)


def main_thread() -> Any:
    """The main thread's object; inside an execution, of its main task.

    CPython:
        As ``threading.main_thread``; deviations: none.
    """
    return real.main_thread() if kernel.here is None else thread_of(kernel.tasks[0])


def get_ident() -> int:
    """The identifier of the calling thread, the same in every execution.

    CPython:
        As ``threading.get_ident``; deviations: none.
    """
    task = kernel.here
    return real.get_ident() if task is None else ident_of(task)


def get_native_id() -> int:
    """The native identifier of the calling thread; inside an execution, made up.

    CPython:
        As ``threading.get_native_id``; deviations: no such thread exists in the operating system.
    """
    task = kernel.here
    return real.get_native_id() if task is None else native_id_of(task)


def enumerate() -> list[Any]:  # noqa: A001 - the name is that of the threading module
    """All threads that are alive, the main thread first.

    Scheduling:
        One point before.

    CPython:
        As ``threading.enumerate``; deviations: a thread leaves this list and ceases to be alive at once.
    """
    if kernel.here is None:
        return real.enumerate()
    threads.is_watched = True
    kernel.operation(_THREAD_READ, threads)
    if kernel.recorder is not None:
        kernel.recorder.sync(Action.IS_ALIVE, threads)
    return list(alive().values())


def active_count() -> int:
    """How many threads are alive.

    Scheduling:
        One point before.

    CPython:
        As ``threading.active_count``; deviations: as for ``enumerate``.
    """
    if kernel.here is None:
        return real.active_count()
    threads.is_watched = True
    kernel.operation(_THREAD_READ, threads)
    if kernel.recorder is not None:
        kernel.recorder.sync(Action.IS_ALIVE, threads)
    return len(alive())


def currentThread() -> Any:  # noqa: N802 - the old name
    """The thread object of the caller; the old name."""
    _warn("currentThread", "current_thread")
    return current_thread()


def activeCount() -> int:  # noqa: N802 - the old name
    """How many threads are alive; the old name."""
    _warn("activeCount", "active_count")
    return active_count()


def register_atexit(func: Callable[..., Any], *arg: Any, **kwargs: Any) -> None:
    """Have a function called when the program ends, before its threads are waited for.

    Args:
        func: The function.
        *arg: Its arguments.
        **kwargs: Its keyword arguments.

    CPython:
        As ``threading._register_atexit``; deviations: what a module registers while it is imported is
        called at the end of every execution.
    """
    task = kernel.here
    if task is None or task.atomic:
        # Modules are imported once, so what they register must last.
        real.register_atexit(func, *arg, **kwargs)
    else:
        atexit_callbacks.append(lambda: func(*arg, **kwargs))


def permanent_atexit_callbacks() -> list[Callable[[], Any]]:
    """What was registered outside of executions, and by modules while they were imported.

    Returns:
        Functions without arguments, in order of registration.
    """
    return list(_threading._threading_atexits)  # type: ignore[attr-defined]


for _function in (current_thread, currentThread, main_thread, enumerate, active_count, activeCount):
    _function.__module__ = "threading"


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old}() is deprecated, use {new}() instead", DeprecationWarning, stacklevel=3)
