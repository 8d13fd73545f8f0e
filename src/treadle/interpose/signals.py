"""Signals inside an execution: the program's handlers are kept apart from Treadle's own.

Treadle uses SIGALRM to notice a thread that does not come back, and SIGINT is for the person who runs it. So
a handler that the program sets is remembered for the execution and called when the program sends the signal
to itself from its main thread. Timers that send signals run on real time and are refused.
"""

from __future__ import annotations

import os
import signal as _signal
import sys
from collections.abc import Callable
from typing import Any

from treadle.engine.kernel import kernel
from treadle.interpose.builtin import builtin
from treadle.interpose.processes import program_place
from treadle.primitives import real

handlers: dict[int, Any] = {}
"""The handlers that the program has set in this execution."""

_set_handler = _signal.signal
_get_handler = _signal.getsignal
_raise = _signal.raise_signal
_kill = os.kill

_OURS: dict[int, Any] = {int(_signal.SIGINT): _signal.default_int_handler}
if hasattr(_signal, "SIGALRM"):
    _OURS[int(_signal.SIGALRM)] = _signal.SIG_DFL


def set_handler(signalnum: int, handler: Any, /) -> Any:
    """Set a handler, ``signal.signal``.

    Args:
        signalnum: The signal.
        handler: What to call, or ``SIG_DFL`` or ``SIG_IGN``.

    Returns:
        The handler before.

    Raises:
        TypeError: The handler is none.
        ValueError: Not in the main thread, or there is no such signal.

    CPython:
        As ``signal.signal``; deviations: inside an execution, a signal from outside does not call it.
    """
    task = kernel.here
    if task is None:
        return _set_handler(signalnum, handler)
    if task.number:
        raise ValueError("signal only works in main thread of the main interpreter")
    previous = get_handler(signalnum)
    if not callable(handler) and handler not in {_signal.SIG_DFL, _signal.SIG_IGN}:
        raise TypeError(
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
        )
    handlers[int(signalnum)] = handler
    return previous


def get_handler(signalnum: int, /) -> Any:
    """The handler of a signal, ``signal.getsignal``.

    Args:
        signalnum: The signal.

    Returns:
        The handler.

    CPython:
        As ``signal.getsignal``; deviations: none.
    """
    current = _get_handler(signalnum)
    if kernel.here is None:
        return current
    return handlers.get(int(signalnum), _OURS.get(int(signalnum), current))


def raise_signal(signalnum: int, /) -> None:
    """Send a signal to this process, ``signal.raise_signal``.

    Args:
        signalnum: The signal.

    CPython:
        As ``signal.raise_signal``; deviations: from another task than the main one, a handler written in
        Python is not called.
    """
    if not _deliver(signalnum):
        _raise(signalnum)


def kill(pid: int, signalnum: int, /) -> None:
    """Send a signal to a process, ``os.kill``.

    Args:
        pid: The process.
        signalnum: The signal.

    CPython:
        As ``os.kill``; deviations: as :func:`raise_signal` when the process is this one.
    """
    if pid != os.getpid() or not _deliver(signalnum):
        _kill(pid, signalnum)


def interrupt_main(signum: int = _signal.SIGINT, /) -> None:
    """Simulate a signal, ``_thread.interrupt_main``.

    Args:
        signum: The signal.

    CPython:
        As ``_thread.interrupt_main``; deviations: as :func:`raise_signal`.
    """
    # In the process stands another handler, Treadle's or Python's own, that is not the program's to call.
    is_default = kernel.here is not None and get_handler(signum) == _signal.SIG_DFL
    if not is_default and not _deliver(signum):
        real.interrupt_main(signum)


def _deliver(signalnum: int) -> bool:
    """Call the program's handler; False when the interpreter should do what it does."""
    task = kernel.here
    if task is None:
        return False
    handler = get_handler(signalnum)
    if not callable(handler):
        return handler == _signal.SIG_IGN
    if task.number == 0:
        handler(int(signalnum), sys._getframe(2))
    return True


def _refused(name: str) -> Callable[..., Any]:
    """A function that ends the execution, because real time cannot be controlled."""
    original = getattr(_signal, name)

    def call(*args: Any) -> Any:
        if kernel.here is not None:
            filename, line = program_place()
            kernel.exit(
                "uncontrolled",
                f"the program called signal.{name} at {os.path.relpath(filename)}:{line}, which sends "
                "signals in real time",
            )
        return original(*args)

    return builtin(call, original)


REPLACEMENTS: dict[str, Any] = {
    "signal": builtin(set_handler, _set_handler),
    "getsignal": builtin(get_handler, _get_handler),
    "raise_signal": builtin(raise_signal, _raise),
    **{name: _refused(name) for name in ("alarm", "setitimer") if hasattr(_signal, name)},
}
"""What stands for what in the ``signal`` module while a program is interposed."""
