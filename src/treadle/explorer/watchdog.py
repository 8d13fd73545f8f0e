"""The watchdog: a task that never comes back to the kernel must not hang the tool, nor must Ctrl-C be lost.

A task that computes without end, or sits in a blocking call of the operating system, reaches no scheduling
point. A timer signal notices that nothing has moved for a while and raises :class:`TaskStuck` in the task.
It is never a deadlock of the program: Treadle did not control what happened. Each time the timer rings, the
supervising process, if there is one, is told that this one still lives: calls in C that let no signal
handler run are noticed by it (see ``explorer.lifeline``).

Ctrl-C ends the execution that is going on at once, and the search after it; what was found is kept.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from treadle.engine.kernel import kernel
from treadle.engine.task import TaskStuck
from treadle.errors import EXIT_UNCONTROLLED
from treadle.explorer.lifeline import lifeline
from treadle.explorer.options import STUCK_AFTER
from treadle.interpose import real
from treadle.interpose.processes import exit_at_once

MOST_PAUSE = 1.0
"""Seconds between two looks, at the most."""

LOOKS = 5
"""So many looks fit into the limit, at the least."""

MAX_STRIKES = 3
MAX_GUEST_STRIKES = 100


def _pause(limit: float) -> float:
    """Seconds between two looks."""
    return min(MOST_PAUSE, limit / LOOKS)


class Overseer:
    """Watches over an execution on real threads, where no signal reaches the thread that is stuck.

    Called every :attr:`pause` seconds with the identifier of the running thread. One that is stuck gets a
    :class:`TaskStuck` of its own; if that cannot reach it, because it sits in a call of the operating system,
    it is given up.

    Args:
        describe: Says where a frame is stuck; what it returns is told as a string.
        limit: Seconds of real time without an operation or a switch.

    Attributes:
        pause: Seconds between two looks.
    """

    def __init__(
        self, describe: Callable[[FrameType | None], object], limit: float = STUCK_AFTER
    ) -> None:
        self._describe = describe
        self._limit = limit
        self.pause = _pause(limit)
        self._seen: tuple[int, int, int] = (0, 0, 0)
        self._quiet = 0.0
        self._is_told = False

    def __call__(self, ident: int) -> bool:
        """Look at the running thread.

        Args:
            ident: Its identifier.

        Returns:
            Whether it is given up.
        """
        now = (ident, kernel.progress, kernel.operations)
        if now != self._seen:
            self._seen, self._quiet, self._is_told = now, 0.0, False
            return False
        self._quiet += self.pause
        if self._quiet < self._limit:
            return False
        if self._is_told:
            return True
        self._is_told = True
        if not kernel.is_tearing_down:
            kernel.status = "uncontrolled"
            kernel.status_detail = self._describe(sys._current_frames().get(ident))
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(ident), ctypes.py_object(TaskStuck)
        )
        return False


@contextmanager
def watching(
    describe: Callable[[FrameType | None], object],
    limit: float = STUCK_AFTER,
    is_well: Callable[[], object] = lambda: None,
    *,
    is_guest: bool = False,
) -> Iterator[None]:
    """Watch over the executions inside the block; does nothing outside of the main OS thread.

    Args:
        describe: Says where a frame is stuck; what it returns is told as a string.
        limit: Seconds of real time without an operation, a switch or a new execution.
        is_well: Called when something has moved, every now and then.
        is_guest: Whether the process is not ours to end: then every task that does not come back is
            interrupted, the second and further ones sooner.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return
    pause = _pause(limit)
    seen: tuple[int, int] = (0, 0)
    quiet = 0.0
    strikes = 0

    def look(_signal: int, frame: FrameType | None) -> None:
        nonlocal seen, quiet, strikes
        lifeline.tell(beat=1)
        now = (kernel.progress, kernel.operations)
        if now != seen or not kernel.is_active or kernel.current is None:
            seen, quiet = now, 0.0
            is_well()
            return
        quiet += pause
        if quiet < (pause if is_guest and strikes else limit):
            return
        quiet = 0.0
        strikes += 1
        place = describe(frame)
        if strikes > (MAX_GUEST_STRIKES if is_guest else MAX_STRIKES):
            give_up(f"{place}, and cannot be stopped")
        raise TaskStuck(place)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        lifeline.tell(interrupted=1)
        is_second = kernel.is_interrupted
        kernel.is_interrupted = True
        if is_second or (kernel.is_active and kernel.current is not None):
            raise KeyboardInterrupt

    handlers: dict[int, Callable[[int, FrameType | None], None]] = {signal.SIGALRM: look}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        handlers[signal.SIGINT] = interrupt
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    kernel.is_interrupted = False
    lifeline.tell(watch=limit, every=pause)
    left, interval = signal.getitimer(signal.ITIMER_REAL)
    end = real.monotonic() + left
    signal.setitimer(signal.ITIMER_REAL, pause, pause)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in previous.items():
            signal.signal(number, handler)
        if left:  # somebody else's timer, pytest-timeout's say, goes on
            signal.setitimer(signal.ITIMER_REAL, max(end - real.monotonic(), 0.001), interval)
        lifeline.tell(watch=0)


def give_up(sentence: str) -> None:
    """End this process, since nothing else ends the program; the supervisor reports what was found.

    Args:
        sentence: Why, without its final stop.
    """
    lifeline.tell(**{"gave up": sentence})
    if not lifeline.is_connected and sys.__stderr__ is not None:
        sys.__stderr__.write(f"treadle: {sentence}. Treadle gives up.\n")
    exit_at_once(EXIT_UNCONTROLLED)
