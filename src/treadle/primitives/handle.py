"""``_thread.start_joinable_thread`` and its handles, which 3.13 starts threads with."""

from __future__ import annotations

from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.idents import ident_of
from treadle.primitives.low_level import start_task

_JOIN = int(Kind.JOIN)
_TRY_JOIN = int(Kind.TRY_JOIN)
_THREAD_READ = int(Kind.THREAD_READ)


class ThreadHandle(Primitive):
    """What a thread is joined by.

    CPython:
        As ``_thread._ThreadHandle``; deviations: none.
    """

    kind_name: ClassVar[str] = "Thread"
    pickled_as: ClassVar[str] = "_thread._ThreadHandle"

    def __init__(self) -> None:
        Primitive.__init__(self)
        self.task: Task | None = None
        self._is_over = False
        self._joiners: list[Task] = []
        self._twin: Any = None

    @property
    def ident(self) -> int:
        """The thread's identifier, 0 before it is started."""
        if kernel.here is None:
            return self._real().ident
        return 0 if self.task is None else ident_of(self.task)

    def join(self, timeout: float | None = None, /) -> None:
        """Wait until the thread has ended.

        Args:
            timeout: Seconds of virtual time to wait; None or a negative number waits for ever.

        Raises:
            RuntimeError: It was not started, or is the current thread.

        Scheduling:
            One point before; blocks until the thread has ended.

        CPython:
            As ``_thread._ThreadHandle.join``; deviations: none.
        """
        task = kernel.here
        if task is None:
            self._real().join(timeout)
            return
        if timeout is not None:
            check_timeout(max(timeout, 0))
            timeout = None if timeout < 0 else timeout
        kernel.operation(_JOIN if timeout is None else _TRY_JOIN, self)
        if self.task is None and not self._is_over:
            raise RuntimeError("thread not started")
        if self.task is task:
            raise RuntimeError("Cannot join current thread")
        if not self._is_over and timeout != 0:
            self._joiners.append(task)
            kernel.block(self.task, "joins", -1.0 if timeout is None else kernel.now + timeout)
            self._joiners.remove(task)
        if self._is_over and self.task is not None and self.born == kernel.epoch:
            kernel.finish_join(self.task)

    def would_wait(self, task: Task) -> bool:
        """Whether the thread has to end first."""
        return not self._is_over and self.task is not None and self.task is not task

    def is_done(self) -> bool:
        """Whether the thread has ended.

        Scheduling:
            One point before.

        CPython:
            As ``_thread._ThreadHandle.is_done``; deviations: none.
        """
        if kernel.here is None:
            return self._real().is_done()
        kernel.operation(_THREAD_READ, self)
        return self._is_over

    def _set_done(self) -> None:
        if self.task is None and not self._is_over:
            raise RuntimeError("thread not started")
        self._finish()

    def _real(self) -> Any:
        """The handle that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.ThreadHandle()
            if self._is_over:
                self._twin._set_done()
        return self._twin

    def adopt(self) -> None:
        """Threads of earlier executions are over; what was started outside is not known here."""
        self._is_over = self.task is not None
        self._joiners = []

    def restore(self) -> None:
        """Forget the execution that is over."""
        self.task = None
        self._is_over = False
        self._joiners = []

    def _finish(self) -> None:
        self._is_over = True
        for joiner in self._joiners:
            kernel.enable(joiner)


def start_joinable_thread(function: Any, handle: Any = None, daemon: bool = True) -> Any:
    """Start a thread that runs a function.

    Args:
        function: What it runs, without arguments.
        handle: A handle that was not used yet; a new one when None.
        daemon: Whether the program ends without waiting for it.

    Returns:
        The handle.

    Raises:
        RuntimeError: The handle was used already.
        TypeError: An argument is of the wrong type.

    Scheduling:
        One point before. The thread does not run before it is chosen.

    CPython:
        As ``_thread.start_joinable_thread``; deviations: none.
    """
    if kernel.here is None:
        theirs = handle._real() if isinstance(handle, ThreadHandle) else handle
        started = real.start_joinable_thread(function, handle=theirs, daemon=daemon)
        return started if handle is None else handle
    if not callable(function):
        raise TypeError("thread function must be callable")
    if handle is None:
        handle = ThreadHandle()
    elif not isinstance(handle, ThreadHandle):
        raise TypeError("'handle' must be a _ThreadHandle")
    elif handle.epoch != kernel.epoch:
        kernel.adopt(handle)
    if handle.task is not None or handle._is_over:
        raise RuntimeError("thread already started")
    handle.task = start_task(function, (), {}, bool(daemon), handle)
    return handle


ThreadHandle.__name__ = ThreadHandle.__qualname__ = "_ThreadHandle"
ThreadHandle.__module__ = "_thread"
