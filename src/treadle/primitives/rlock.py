"""``threading.RLock``: a lock that its holder may take again."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import check_acquire, numbers_of
from treadle.primitives.idents import ident_of
from treadle.primitives.mutex import OUTSIDER, Mutex

_ACQUIRE = int(Kind.ACQUIRE)
_TRY_ACQUIRE = int(Kind.TRY_ACQUIRE)
_RELEASE = int(Kind.RELEASE)
_WAIT = int(Kind.WAIT)


class RLock(Mutex):
    """A lock that only its holder may release, once for each time it was taken.

    CPython:
        As ``_thread.RLock``; deviations: none.
    """

    __slots__ = ("_count", "_twin")

    __module__ = "_thread"

    kind_name: ClassVar[str] = "RLock"
    pickled_as: ClassVar[str] = "_thread.RLock"

    def __init__(self, *args: object, **kwargs: object) -> None:
        if (args or kwargs) and real.VERSION >= (3, 13):
            warnings.warn(
                "Passing arguments to RLock is deprecated and will be removed in 3.15",
                DeprecationWarning,
                stacklevel=2,
            )
        Mutex.__init__(self)
        self._count = 0
        self._twin: Any = None if self.born else real.RLock()

    def __repr__(self) -> str:
        if not self.is_modelled:
            text = repr(self._real())
            return f"{text[: text.rindex(' at ')]} at {id(self):#x}>"
        holder = self._holder
        owner = ident_of(holder) if isinstance(holder, Task) else 0
        return (
            f"<{'unlocked' if holder is None else 'locked'} _thread.RLock object "
            f"owner={owner} count={self._count} at {id(self):#x}>"
        )

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, once more if this task holds it already.

        Args:
            blocking: Whether to wait.
            timeout: Seconds of virtual time to wait; -1 waits for ever.

        Returns:
            Whether the lock was taken.

        Raises:
            ValueError: A timeout was given with ``blocking=False``, or it is negative.

        Scheduling:
            None for the holder. Otherwise one point before the attempt; blocks while held.

        CPython:
            As ``_thread.RLock.acquire``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return self._real().acquire(blocking, timeout)
        if blocking is not True or timeout != -1:
            return self._try_acquire(task, blocking, timeout)
        if self._holder is task:
            self._count += 1
        else:
            kernel.operation(_ACQUIRE, self)
            # Adopting it may have made the task its holder.
            if self._holder is task:
                self._count += 1
            else:
                if self._holder is not None:
                    self.wait_turn(task, -1.0)
                self.take(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.ACQUIRE, self)
        return True

    def release(self) -> None:
        """Undo one ``acquire`` of this task.

        Raises:
            RuntimeError: This task does not hold the lock.

        Scheduling:
            One point before the release that lets the lock go, none before the others.

        CPython:
            As ``_thread.RLock.release``; deviations: none.
        """
        task = kernel.here
        if task is None:
            self._real().release()
            return
        if self._holder is not task:
            kernel.operation(_RELEASE, self)
            if self._holder is not task:  # adopting it may have made the task its holder
                raise RuntimeError("cannot release un-acquired lock")
        elif self._count == 1:
            kernel.operation(_RELEASE, self)
        self._count -= 1
        if self._count == 0:
            self.drop()
        if kernel.recorder is not None:
            waiters = self._waiters if self._count == 0 else ()
            kernel.recorder.sync(Action.RELEASE, self, woken=numbers_of(waiters))

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    # --- what Condition asks of its lock --------------------------------------------------------

    def _is_owned(self) -> bool:
        task = kernel.here
        if task is None:
            return self._real()._is_owned()
        if self.epoch != kernel.epoch:
            kernel.adopt(self)
        return self._holder is task

    def _recursion_count(self) -> int:
        if kernel.here is None:
            return self._real()._recursion_count()
        return self._count if self._is_owned() else 0

    def _release_save(self) -> tuple[int, Any]:
        task = kernel.here
        if task is None:
            return self._real()._release_save()
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        kernel.operation(_RELEASE, self)
        levels = self._count
        self._count = 0
        self.drop()
        return levels, task

    def _acquire_restore(self, state: tuple[int, Any]) -> None:
        task = kernel.here
        if task is None:
            self._real()._acquire_restore(state)
            return
        kernel.operation(_ACQUIRE, self)
        if self._holder is not None:
            self.wait_turn(task, -1.0)
        self.take(task, state[0])

    def _at_fork_reinit(self) -> None:
        self._holder = None
        self._count = 0
        self._real()._at_fork_reinit()

    def would_wait(self, task: Task) -> bool:
        """Whether somebody else holds it."""
        return self._holder is not None and self._holder is not task

    # --- for the primitives built on it ---------------------------------------------------------

    def take(self, task: Task, levels: int = 1) -> None:
        """The running task takes the mutex, which is free, so many times."""
        self._count = levels
        Mutex.take(self, task, levels)

    def give_up(self, task: Task) -> int:
        """Drop the mutex completely, in one step with the wait; returns how often it was held."""
        kernel.note_operation(_RELEASE, self, _WAIT)
        levels = self._count
        self._count = 0
        self.drop()
        return levels

    def _try_acquire(self, task: Task, blocking: Any, timeout: float) -> bool:
        """Acquire other than by waiting for ever."""
        check_acquire(blocking, timeout)
        if self._holder is not task:
            kernel.operation(_TRY_ACQUIRE, self)
        if self._holder is task:
            self._count += 1
        elif self._holder is not None and not self.try_for_a_while(task, blocking, timeout):
            return False
        else:
            self.take(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.TRY_ACQUIRE, self, "True")
        return True

    # --- between executions ---------------------------------------------------------------------

    def _real(self) -> Any:
        """The lock that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.RLock()
        return self._twin

    def adopt(self) -> None:
        """Start as the real twin is, for a lock made outside; free, for one that escaped."""
        Mutex.adopt(self)
        self._count = 0
        if self.born == 0:
            twin = self._real()
            if twin._is_owned():
                # The thread that runs executions took it: the main task goes on in its place.
                self._count = twin._recursion_count()
                self._holder = kernel.tasks[0]
                self._holder.held.append(self)
            elif repr(twin).startswith("<locked"):
                self._count = 1
                self._holder = OUTSIDER

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        Mutex.restore(self)
        self._count = 0
