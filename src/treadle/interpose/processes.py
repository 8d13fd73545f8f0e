"""Processes inside an execution: ``os._exit`` and ``os.abort`` end it, and a forked child goes its own way.

A program that calls ``os._exit`` means its own process, which is the execution, and not Treadle's. A child
made by ``os.fork`` has a copy of everything, Treadle included; from there on it runs as a plain program with
one thread, uncontrolled and without its standard output, and ends when the function that forked returns.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
import types
from typing import Any, NoReturn

from treadle.engine.kernel import kernel
from treadle.interpose.builtin import builtin
from treadle.primitives.threads import threads

exit_at_once = os._exit
"""The interpreter's ``os._exit``."""

_abort = os.abort


def program_place() -> tuple[str, int]:
    """Where the program is.

    Returns:
        (file name, line) of the innermost frame that is neither Treadle's nor the standard library's.
    """
    frame = _program_frame()
    return frame.f_code.co_filename, frame.f_lineno


def _program_frame() -> Any:
    frame: Any = sys._getframe(1)
    while frame.f_back is not None:
        top = frame.f_globals.get("__name__", "").partition(".")[0]
        if top != "treadle" and (top == "__main__" or top not in sys.stdlib_module_names):
            break
        frame = frame.f_back
    return frame


class Forks:
    """What is known of forks.

    Attributes:
        is_child: Whether this process is a child that an execution has forked.
        places: (file name, line) where executions have forked.
    """

    def __init__(self) -> None:
        self.is_child = False
        self.places: set[tuple[str, int]] = set()

    def before(self) -> None:
        """The process is about to be forked."""
        if kernel.here is not None:
            self.places.add(program_place())

    def in_child(self) -> None:
        """This is the child: from here on nothing is controlled."""
        if kernel.here is None:
            return
        self.is_child = True
        kernel.recorder = None
        kernel.track(False)
        kernel.is_active = False
        kernel.current = None
        # The worker that runs this task returns to the hub, which calls `on_stop`.
        kernel.is_tearing_down = True
        kernel.on_stop = self.end_child
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the child ends
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def end_child(self, error: BaseException | None = None) -> NoReturn:
        """End the child, whose last function has returned.

        Args:
            error: What it has raised, if anything.
        """
        code = 0
        if isinstance(error, SystemExit):
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        elif error is not None:
            traceback.print_exception(error)
            code = 1
        exit_at_once(code)


forks = Forks()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=forks.before, after_in_child=forks.in_child)


def end_process(status: int) -> None:
    """End the process at once, ``os._exit``.

    Args:
        status: The exit status; other than 0 it is a failure of the program.

    CPython:
        As ``os._exit``; deviations: inside an execution only the execution ends.
    """
    if kernel.here is None:
        exit_at_once(status)
    _end_execution(SystemExit(status) if status else None)


def abort() -> None:
    """Abort the process, ``os.abort``.

    CPython:
        As ``os.abort``; deviations: inside an execution only the execution ends, with a ``SystemExit``.
    """
    if kernel.here is None:
        _abort()
    _end_execution(SystemExit("os.abort() was called"))


def _end_execution(error: SystemExit | None) -> None:
    task = kernel.here
    assert task is not None
    if kernel.is_tearing_down:
        kernel.check_killed()
    if any(not other.is_finished for other in kernel.tasks if other is not task):
        threads.come_to_the_end(task)
    if error is not None:
        frame = _program_frame()
        error.__traceback__ = types.TracebackType(None, frame, frame.f_lasti, frame.f_lineno)
        task.failure = error
        kernel.failures.append((task, error))
    kernel.exit("exited")


REPLACEMENTS: dict[str, Any] = {
    "_exit": builtin(end_process, exit_at_once),
    "abort": builtin(abort, _abort),
}
"""What stands for what in the ``os`` module while a program is interposed."""
