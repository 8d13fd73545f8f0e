"""What happens when a thread ends by an exception: the hooks are called as CPython calls them.

The failure is also noted in ``kernel.failures``. While nobody is going to read the program's standard error
output (``sys.stderr`` says so by ``skips_tracebacks``), the default hook, which only prints, is not called.
"""

from __future__ import annotations

import sys
import threading as _threading
import traceback
import types
from types import TracebackType
from typing import Any

from treadle.engine.kernel import kernel
from treadle.engine.task import Task, TaskKilled
from treadle.primitives import real
from treadle.primitives.idents import ident_of

_real_hook = _threading.__excepthook__


def default_hook(args: Any, /) -> Any:
    """The hook that prints, ``threading.__excepthook__``.

    Args:
        args: What a hook gets.

    CPython:
        As ``threading.__excepthook__``; deviations: none.
    """
    task = kernel.here
    if task is not None and getattr(args, "thread", real) is None:
        # It would name the thread of the operating system.
        nobody = types.SimpleNamespace(name=ident_of(task))
        args = _threading.ExceptHookArgs((*args[:3], nobody))
    return _real_hook(args)


default_hook.__module__ = "_thread"


_OURS = __name__.partition(".")[0] + "."


def is_ours_to_handle(error: BaseException) -> bool:
    """Whether an exception concerns the kernel and not the program: the execution is being ended.

    Args:
        error: What a task has raised.

    Returns:
        True when it is not a failure of the program.
    """
    if kernel.is_tearing_down:
        return True
    return kernel.is_interrupted and isinstance(error, KeyboardInterrupt)


def report_failure(thread: Any, task: Task, error: BaseException) -> None:
    """A thread's ``run`` has raised.

    Args:
        thread: The thread object.
        task: Its task.
        error: What it raised; ``SystemExit`` ends a thread silently.
    """
    _leave_our_frames_out(error)
    if not isinstance(error, SystemExit):
        task.failure = error
        kernel.failures.append((task, error))
    hook = _threading.excepthook or default_hook
    if hook is default_hook and getattr(sys.stderr, "skips_tracebacks", False):
        return
    try:
        hook(_threading.ExceptHookArgs((type(error), error, error.__traceback__, thread)))
    except TaskKilled:
        raise
    except Exception as broken:
        broken.__suppress_context__ = True
        _leave_our_frames_out(broken)
        print("Exception in threading.excepthook:", file=sys.stderr, flush=True)
        sys.excepthook(type(broken), broken, broken.__traceback__)


def report_raw_failure(function: Any, task: Task, error: BaseException) -> None:
    """A function started by ``_thread.start_new_thread`` has raised.

    Args:
        function: The function.
        task: Its task.
        error: What it raised; ``SystemExit`` ends a thread silently.
    """
    if isinstance(error, SystemExit):
        return
    _leave_our_frames_out(error)
    task.failure = error
    kernel.failures.append((task, error))
    message = "Exception ignored in thread started by"
    is_old = real.VERSION < (3, 13)
    details = types.SimpleNamespace(
        exc_type=type(error),
        exc_value=error,
        exc_traceback=error.__traceback__,
        err_msg=message if is_old else f"{message} {function!r}",
        object=function if is_old else None,
    )
    if sys.unraisablehook is sys.__unraisablehook__:
        print_unraisable(details)
    else:
        sys.unraisablehook(details)  # type: ignore[arg-type]


def print_unraisable(details: Any) -> None:
    """Do what the default ``sys.unraisablehook`` does; that one refuses details that are not its own.

    Args:
        details: As a hook gets them.
    """
    if not getattr(sys.stderr, "skips_tracebacks", False):
        about = "" if details.object is None else f": {details.object!r}"
        print(f"{details.err_msg}{about}", file=sys.stderr)
        traceback.print_exception(details.exc_value, file=sys.stderr)


def _leave_our_frames_out(error: BaseException) -> None:
    """Make the tracebacks of an exception, and of those behind it, what they are without Treadle.

    Treadle's frames stand above the program's, where it was started; below, where a primitive raised; and
    between, where a primitive called back. CPython's primitives are written in C and have none.
    """
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _without_our_frames(each.__traceback__)
        waiting += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions


def _without_our_frames(frames: TracebackType | None) -> TracebackType | None:
    """A traceback relinked; None where there is no other frame in it."""
    kept = []
    while frames is not None:
        if not frames.tb_frame.f_globals.get("__name__", "").startswith(_OURS):
            kept.append(frames)
        frames = frames.tb_next
    following = None
    for each in reversed(kept):
        each.tb_next = following
        following = each
    return following
