"""The functions of ``_thread`` that start and look at threads without thread objects."""

from __future__ import annotations

import functools
from typing import Any

from treadle.engine.kernel import kernel
from treadle.engine.task import Task, TaskKilled
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.failures import is_ours_to_handle, report_raw_failure
from treadle.primitives.idents import ident_of
from treadle.primitives.local import forget_locals
from treadle.primitives.threads import threads

_START = int(Kind.START)
_EXIT = int(Kind.EXIT)
_THREAD_READ = int(Kind.THREAD_READ)


def start_new_thread(function: Any, args: Any, kwargs: Any = None, /) -> int:
    """Start a thread that runs a function; nobody waits for it.

    Args:
        function: What it runs.
        args: A tuple of arguments.
        kwargs: A dictionary of keyword arguments.

    Returns:
        The thread's identifier.

    Raises:
        TypeError: An argument is of the wrong type.

    Scheduling:
        One point before. The thread does not run before it is chosen.

    CPython:
        As ``_thread.start_new_thread``; deviations: none.
    """
    task = kernel.here
    if task is None:
        if kwargs is None:
            return real.start_new_thread(function, args)
        return real.start_new_thread(function, args, kwargs)
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError("optional 3rd arg must be a dictionary")
    owner = getattr(function, "__self__", None)
    is_daemon = not isinstance(owner, real.Thread) or owner.daemon
    return ident_of(start_task(function, args, kwargs or {}, is_daemon, None))


def start_task(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], is_daemon: bool, handle: Any
) -> Task:
    """Start a thread without a thread object.

    Args:
        function: What it runs.
        args: Its arguments.
        kwargs: Its keyword arguments.
        is_daemon: Whether the program ends without waiting for it.
        handle: What is told when it has ended, or None.

    Returns:
        Its task.
    """
    kernel.operation(_START, threads)
    if is_daemon:
        threads.daemons_in = kernel.epoch
    name = str(getattr(function, "__name__", type(function).__name__))
    child = kernel.spawn(functools.partial(_live, function, args, kwargs, handle), name, is_daemon)
    if kernel.recorder is not None:
        kernel.recorder.sync(Action.START, child, other=child.number)
    return child


def _live(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], handle: Any) -> None:
    """Body of the task."""
    task = kernel.here
    assert task is not None
    try:
        function(*args, **kwargs)
    except TaskKilled:
        raise
    except BaseException as error:
        if is_ours_to_handle(error):
            raise
        report_raw_failure(function, task, error)
    kernel.operation(_EXIT, threads)
    task.function = None  # the program may watch its function die
    if handle is not None:
        kernel.note_operation(_EXIT, handle, _EXIT)
        handle._finish()
    if task.thread is not None:
        task.thread._life.is_over = True
    if task.local is not None:
        forget_locals(task)
    if threads.is_last(task):
        threads.come_to_the_end(task)


def count() -> int:
    """How many threads run beside the main thread, ``_thread._count``.

    Returns:
        Their number.

    Scheduling:
        One point before.
    """
    if kernel.here is None:
        return real.count()
    threads.is_watched = True
    kernel.operation(_THREAD_READ, threads)
    return sum(not _is_over(task) for task in kernel.tasks[1:])


def _is_over(task: Task) -> bool:
    return task.is_finished or (task.thread is not None and task.thread._life.is_over)
