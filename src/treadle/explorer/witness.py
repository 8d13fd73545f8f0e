"""The witness: a process that has loaded the target and never run it, to replay schedules from the start.

It is forked from the search's process before the first execution. When asked, it has a schedule replayed by a
child of its own, which stays as new as it is itself. What happens there has nothing to do with what the
search's many executions have left behind.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from treadle.explorer.child import Child, Ended, call_in_child, can_fork
from treadle.explorer.session import Execution, Session
from treadle.explorer.watchdog import watching
from treadle.interpose.processes import exit_at_once
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace
from treadle.schedulers.replay import Replay


@dataclass(frozen=True, slots=True)
class Replayed:
    """A schedule, replayed.

    Args:
        execution: What happened.
        trace: Its trace.
        divergence: A sentence when the program left the schedule, None while it did not.
    """

    execution: Execution
    trace: Trace
    divergence: str | None


def replayed(session: Session, schedule: Schedule) -> Replayed:
    """Replay a schedule in this process, or as the session does.

    Args:
        session: The loaded target.
        schedule: The schedule.

    Returns:
        What happened.
    """
    scheduler = Replay(schedule)
    scheduler.begin()
    session.timeouts = schedule.timeouts
    execution, trace = session.record(scheduler, schedule)
    return Replayed(execution, trace, scheduler.divergence)


class Witness:
    """The witness, as the search sees it. Without one, on a system that cannot fork, nothing is known.

    Args:
        session: The loaded target, which has not been executed.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._modules = frozenset(sys.modules)
        self._pipe: tuple[BinaryIO, BinaryIO] | None = None
        self._number = 0
        if can_fork() and not session.options.isolate and threading.active_count() == 1:
            self._fork()

    def replay(self, schedule: Schedule) -> Replayed | None:
        """Have a schedule replayed from the start.

        Args:
            schedule: The schedule.

        Returns:
            What happened; None where that cannot be known.
        """
        if self._session.options.isolate:
            return replayed(self._session, schedule)
        if self._pipe is None:
            return None
        reading, writing = self._pipe
        imported = [name for name in sys.modules if name not in self._modules]
        try:
            pickle.dump((schedule, imported), writing)
            writing.flush()
            answer: Replayed | None = pickle.load(reading)  # noqa: S301 - from our own child
        except (OSError, EOFError):
            self.close()
            return None
        return answer

    def close(self) -> None:
        """Let the witness go."""
        if self._pipe is not None:
            for end in self._pipe:
                with contextlib.suppress(OSError):
                    end.close()
            self._pipe = None
            with contextlib.suppress(OSError):
                os.waitpid(self._number, 0)

    def _fork(self) -> None:
        here, there = os.pipe(), os.pipe()
        self._number = os.fork()
        if self._number:
            os.close(here[1])
            os.close(there[0])
            self._pipe = os.fdopen(here[0], "rb"), os.fdopen(there[1], "wb")
            _witnesses.add(self)
            return
        try:
            os.close(here[0])
            os.close(there[1])
            signal.signal(signal.SIGINT, lambda _number, _frame: None)
            _serve(self._session, os.fdopen(there[0], "rb"), os.fdopen(here[1], "wb"))
        finally:
            exit_at_once(0)

    def let_go(self) -> None:
        """In another child of the search's process: the witness ends with that process alone."""
        if self._pipe is not None:
            for end in self._pipe:
                with contextlib.suppress(OSError):
                    end.close()
            self._pipe = None


_witnesses: weakref.WeakSet[Witness] = weakref.WeakSet()


def _let_all_go() -> None:
    for witness in list(_witnesses):
        witness.let_go()


if can_fork():
    os.register_at_fork(after_in_child=_let_all_go)


def _serve(session: Session, reading: BinaryIO, writing: BinaryIO) -> None:
    """In the witness: have schedules replayed for as long as somebody asks."""
    while True:
        try:
            schedule, imported = pickle.load(reading)  # noqa: S301 - from our own parent
        except EOFError:
            return
        answer = _from_the_start(session, schedule, imported)
        pickle.dump(answer, writing)
        writing.flush()


def _from_the_start(
    session: Session, schedule: Schedule, imported: Sequence[str]
) -> Replayed | None:
    """Replay a schedule in a child, after importing what an execution would import."""
    limit = session.options.stuck_after

    def job(child: Child) -> Replayed | None:
        for name in imported:
            if name not in sys.modules:
                with contextlib.suppress(Exception):  # it is imported when the program gets there
                    importlib.import_module(name)
        if threading.active_count() > 1:
            return None  # a module has started a thread
        with watching(session.where, limit, child.is_well):
            done = replayed(session, schedule)
        return None if done.execution.status in {"uncontrolled", "interrupted"} else done

    answer = call_in_child(job, limit)
    return None if isinstance(answer, Ended) else answer
