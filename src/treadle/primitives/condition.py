"""``threading.Condition``: wait until notified, over a Lock, an RLock or anything like one.

Over an RLock ``wait`` is one operation: it enters the queue and gives the lock up, at once, since only its
holder can notify. A plain Lock does not know its holder: CPython takes it for held by the caller when anybody
holds it, so there the check, entering the queue and giving the lock up are operations of their own, between
which others may come.

After a notify the task contends for the lock like anybody who calls ``acquire``. After a timeout it does so
too, and as in CPython it stands in the queue until it has the lock: a notify that picks it in between is
wasted.

Over our own locks all this happens in the model. Over any other object with ``acquire`` and ``release``
those are called, and are whatever operations they are.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.lock import Lock
from treadle.primitives.mutex import Mutex
from treadle.primitives.rlock import RLock
from treadle.primitives.wait_queue import Waiter, WaitQueue

_WAIT = int(Kind.WAIT)
_NOTIFY = int(Kind.NOTIFY)
_WAKE = int(Kind.WAKE)
_ACQUIRE = int(Kind.ACQUIRE)
_RELEASE = int(Kind.RELEASE)
_ADOPTED_FROM_LOCK = ("_release_save", "_acquire_restore", "_is_owned")


class Condition(Primitive):
    """A condition variable.

    Args:
        lock: The lock that goes with it; a new RLock when None.

    CPython:
        As ``threading.Condition``; deviations: none.
    """

    __module__ = "threading"

    kind_name: ClassVar[str] = "Condition"
    pickled_as: ClassVar[str] = "_thread.RLock"

    def __init__(self, lock: Any = None) -> None:
        Primitive.__init__(self)
        if lock is None:
            lock = RLock()
        self._lock = lock
        self.acquire = lock.acquire
        self.release = lock.release
        self._mutex: Mutex | None = lock if _is_ours(lock) else None
        if self._mutex is None:
            for name in _ADOPTED_FROM_LOCK:
                if hasattr(lock, name):
                    setattr(self, name, getattr(lock, name))
        self._waiters = WaitQueue()
        self._has_own_waiters = True  # not so when it is part of a queue
        self._twin: Any = None

    def __enter__(self) -> bool:
        return self._lock.__enter__()

    def __exit__(self, *args: object) -> None:
        return self._lock.__exit__(*args)

    def __repr__(self) -> str:
        waiters = self._waiters if self.is_modelled else self._real()._waiters
        return f"<Condition({self._lock}, {len(waiters)})>"

    def wait(self, timeout: float | None = None) -> bool:
        """Give the lock up, wait until notified, and take the lock again.

        Args:
            timeout: Seconds of virtual time to wait; None waits for ever.

        Returns:
            Whether it was notified.

        Raises:
            RuntimeError: The lock is not held.

        Scheduling:
            One point before it enters the queue and gives up the lock; over a plain Lock, one before it looks
            whether that is held, one before it enters the queue and one before it gives the lock up. Blocks
            until notified, and then until the lock is free. After a timeout one more point, before the lock
            is taken again.

        CPython:
            As ``threading.Condition.wait``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return self._real().wait(timeout)
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        if timeout is not None and timeout > 0:
            check_timeout(timeout)
        if self._mutex is None:
            return self._wait_over(task, timeout)
        kernel.operation(_WAIT, self)
        waiter = self._waiters.add(task)
        levels = self._mutex.give_up(task)
        self._record_wait()
        if waiter.is_woken:
            pass  # between the two halves, by a task that does not hold the plain Lock
        elif timeout is not None and timeout <= 0:
            # Others may come between giving up the lock and giving up.
            kernel.operation(_WAIT, self)
        else:
            waiter.home = self._mutex
            kernel.await_as(task, _WAIT, self)
            if kernel.block(self, "waits on", -1.0 if timeout is None else kernel.now + timeout):
                kernel.note_step(_WAKE, self)
                self._mutex.win(task, levels)
                return self._finish(waiter, is_notified=True)
        is_notified = waiter.is_woken
        waiter.is_late = True
        kernel.operation(_ACQUIRE, self._mutex)
        if not self._mutex.is_free:
            self._mutex.wait_turn(task, -1.0)
        self._mutex.take(task, levels)
        return self._finish(waiter, is_notified)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until a predicate holds.

        Args:
            predicate: Called with the lock held, after each wake-up.
            timeout: Seconds of virtual time to wait; None waits for ever.

        Returns:
            What the predicate returned last.

        Scheduling:
            As ``wait``, as often as needed.

        CPython:
            As ``threading.Condition.wait_for``; deviations: none.
        """
        if kernel.here is None:
            return self._real().wait_for(predicate, timeout)
        end = None
        left = timeout
        result = predicate()
        while not result:
            if left is not None:
                if end is None:
                    end = kernel.now + left
                else:
                    left = end - kernel.now
                    if left <= 0:
                        break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """Wake the tasks that have waited longest; without any, nothing happens and nothing is remembered.

        Args:
            n: How many at most.

        Raises:
            RuntimeError: The lock is not held.

        Scheduling:
            One point before; the woken tasks contend for the lock.

        CPython:
            As ``threading.Condition.notify``; deviations: none.
        """
        if kernel.here is None:
            self._real().notify(n)
            return
        if not self._is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        kernel.operation(_NOTIFY, self)
        self._wake(n)

    def notify_all(self) -> None:
        """Wake every task that waits.

        Raises:
            RuntimeError: The lock is not held.

        Scheduling:
            One point before; the woken tasks contend for the lock.

        CPython:
            As ``threading.Condition.notify_all``; deviations: none.
        """
        if kernel.here is None:
            self._real().notify_all()
            return
        if not self._is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        kernel.operation(_NOTIFY, self)
        self._wake(len(self._waiters))

    def notifyAll(self) -> None:  # noqa: N802 - the old name
        """Wake every task that waits; the old name."""
        warnings.warn(
            "notifyAll() is deprecated, use notify_all() instead", DeprecationWarning, stacklevel=2
        )
        self.notify_all()

    # --- the parts of a wait --------------------------------------------------------------------

    def _wake(self, count: int) -> None:
        kernel.publish(self)
        woken = self._waiters.wake(count)
        for waiter in woken:
            if waiter.home is not None and not waiter.is_late:
                waiter.home.admit(waiter)
        if kernel.recorder is not None:
            numbers = tuple(waiter.task.number for waiter in woken)
            kernel.recorder.sync(Action.NOTIFY, self, woken=numbers)

    def admit(self, waiter: Waiter) -> None:
        """A task that waits over a lock that is not ours was woken: it can go on.

        Args:
            waiter: Its place in the queue.
        """
        kernel.woke(waiter.task)
        kernel.enable(waiter.task)

    def _record_wait(self) -> None:
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.WAIT, self)

    def _finish(self, waiter: Waiter, is_notified: bool) -> bool:
        self._waiters.leave(waiter)
        if is_notified:
            kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.WAIT_DONE, self, str(is_notified))
        return is_notified

    def _wait_over(self, task: Task, timeout: float | None) -> bool:
        """Wait over a lock that is not ours: what it does is its own affair."""
        kernel.operation(_WAIT, self)
        waiter = self._waiters.add(task)
        state = self._release_save()
        self._record_wait()
        if not waiter.is_woken:
            if timeout is None or timeout > 0:
                waiter.home = self
                kernel.await_as(task, _WAIT, self)
                kernel.block(self, "waits on", -1.0 if timeout is None else kernel.now + timeout)
            else:
                kernel.operation(_WAIT, self)
        is_notified = waiter.is_woken
        waiter.is_late = True
        self._acquire_restore(state)
        return self._finish(waiter, is_notified)

    # --- what the lock may do instead -----------------------------------------------------------

    def _release_save(self) -> Any:
        if self._mutex is not None and hasattr(self._mutex, "_release_save"):
            return self._mutex._release_save()
        self._lock.release()
        return None

    def _acquire_restore(self, state: Any) -> None:
        if self._mutex is not None and hasattr(self._mutex, "_acquire_restore"):
            self._mutex._acquire_restore(state)
        else:
            self._lock.acquire()

    def _is_owned(self) -> bool:
        lock = self._lock
        if hasattr(lock, "_is_owned"):
            return lock._is_owned()
        task = kernel.here
        if self._mutex is not None and task is not None and self._mutex.is_held_by(task):
            # Only who releases what this task holds could make a difference: as if it released it itself.
            kernel.operation(_RELEASE, self._mutex)
            if not self._mutex.is_free:
                return True
        if lock.acquire(False):
            lock.release()
            return False
        return True

    def _at_fork_reinit(self) -> None:
        self._lock._at_fork_reinit()
        self._waiters.clear()
        self._twin = None

    # --- between executions ---------------------------------------------------------------------

    def _real(self) -> Any:
        """The condition that does the work outside of executions, over the same lock."""
        if self._twin is None:
            self._twin = real.Condition(self._lock)
        return self._twin

    def adopt(self) -> None:
        """Forget the tasks of earlier executions."""
        if self._has_own_waiters:
            self._waiters.clear()

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        if self._has_own_waiters:
            self._waiters.clear()


def _is_ours(lock: object) -> bool:
    """Whether a wait may handle the lock in the model, without calling its methods."""
    if isinstance(lock, RLock):
        return all(getattr(type(lock), name) is getattr(RLock, name) for name in _ADOPTED_FROM_LOCK)
    return isinstance(lock, Lock)
