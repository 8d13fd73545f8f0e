"""A forked child that does one thing, tells what came of it, and ends.

What the program does to the process it runs in, it does to the child. The child can get stuck, be ended or
crash; the parent then learns how. A child that lets no signal handler run ends itself, from a thread that
``faulthandler`` starts in C, and says where it was.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from treadle.engine.kernel import kernel
from treadle.explorer.endings import Frame, frame_in, how_it_ended, how_it_stayed, program_frame
from treadle.interpose.processes import exit_at_once

PATIENCE = 1.5
"""So many times the limit has a child that lets no signal handler run."""

_TICK = 0.05
"""Seconds between two looks whether the person wants an end."""

_PICKLE = b"\x80"
"""What every answer begins with, and no line of ``faulthandler``."""

_TIMEOUT = b"Timeout ("
"""What it writes first when time is up."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a child that gave no answer.

    Args:
        sentence: How it ended, without the final stop.
        place: Where it was; None where that is unknown.
    """

    sentence: str
    place: Frame | None = None


def can_fork() -> bool:
    """Whether there can be children on this system."""
    return hasattr(os, "fork")


def if_picklable(value: Any) -> Any:
    """What can be told to another process.

    Args:
        value: Anything.

    Returns:
        The same; None where it cannot be moved there.
    """
    try:
        pickle.dumps(value)
    except Exception:  # whatever the program's objects do when they are pickled
        return None
    return value


def call_in_child(function: Callable[[Child], Any], limit: float) -> Any:
    """Call a function in a child of this process.

    Args:
        function: What to call, with the child; what it returns must be picklable.
        limit: Seconds after which a child that does not call :meth:`Child.is_well` is given up; it ends
            itself somewhat later.

    Returns:
        What it returned; an :class:`Ended` when there is no answer.

    Raises:
        KeyboardInterrupt: The person pressed Ctrl-C; the child is gone.
    """
    forked = Forked(function, limit)
    try:
        answer, code = forked.wait()
    finally:
        forked.end()
    if answer.startswith(_PICKLE):
        with contextlib.suppress(pickle.UnpicklingError, EOFError):
            return pickle.loads(answer)  # noqa: S301 - written by our own child
    return how_it_is(answer, code, limit)


def how_it_is(said: bytes, code: int, limit: float) -> Ended:
    """What became of a child that gave no answer.

    Args:
        said: What it wrote.
        code: Its exit code; negative when a signal ended it.
        limit: After so many seconds it was given up.

    Returns:
        That.
    """
    lines = said.decode("utf-8", "replace").splitlines()
    place = program_frame([frame for frame in map(frame_in, lines) if frame is not None])
    if said.startswith(_TIMEOUT):
        return Ended(how_it_stayed(place, limit), place)
    return Ended(how_it_ended(code, place), place)


class Forked:
    """A child, as its parent sees it.

    Args:
        function: What it is for.
        limit: As for :func:`call_in_child`.
    """

    def __init__(self, function: Callable[[Child], Any], limit: float) -> None:
        self._reading, writing = os.pipe()
        parent = os.getpid()
        self._number = os.fork()
        if self._number == 0:
            os.close(self._reading)
            Child(writing, limit * PATIENCE, parent).be(function)
        os.close(writing)
        self._is_collected = False

    def wait(self) -> tuple[bytes, int]:
        """Wait for its end.

        Returns:
            What it said, and its exit code, negative when a signal ended it.

        Raises:
            KeyboardInterrupt: The person pressed Ctrl-C.
        """
        said = _read_all(self._reading)
        _, status = os.waitpid(self._number, 0)
        self._is_collected = True
        return said, os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        """End it, if it has not ended."""
        os.close(self._reading)
        if not self._is_collected:
            os.kill(self._number, signal.SIGKILL)
            os.waitpid(self._number, 0)


def _read_all(reading: int) -> bytes:
    """What the child says before it ends."""
    parts: list[bytes] = []
    while True:
        while not select.select([reading], [], [], _TICK)[0]:
            if kernel.is_interrupted:
                raise KeyboardInterrupt
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


class Child:
    """The child's side.

    Args:
        writing: Where the answer goes.
        patience: Seconds after which it ends itself.
        parent: Number of the parent's process.
    """

    def __init__(self, writing: int, patience: float, parent: int) -> None:
        self._writing = writing
        self._patience = patience
        self._parent = parent

    def be(self, function: Callable[[Child], Any]) -> None:
        """Do what this child is for, and end; never returns."""
        try:
            # Ctrl-C is for the parent, who ends this process.
            signal.signal(signal.SIGINT, lambda _number, _frame: None)
            faulthandler.enable(self._writing, all_threads=False)
            self.is_well()
            answer = function(self)
            faulthandler.cancel_dump_traceback_later()
            faulthandler.disable()
            self.tell(answer)
        except BaseException as error:
            self.tell(Ended(f"Treadle itself failed there, with {type(error).__name__}: {error}"))
        finally:
            exit_at_once(0)

    def is_well(self) -> None:
        """Something has moved: begin to wait anew."""
        if os.getppid() != self._parent:
            exit_at_once(0)  # nobody waits for the answer
        faulthandler.dump_traceback_later(self._patience, exit=True, file=self._writing)

    def tell(self, answer: Any) -> None:
        """Answer.

        Args:
            answer: The answer.
        """
        content = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        with contextlib.suppress(BrokenPipeError):
            while content:
                content = content[os.write(self._writing, content) :]
