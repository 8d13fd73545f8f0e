"""``threading.Semaphore`` and ``BoundedSemaphore``: permits, and tasks that wait for one.

``acquire`` is one operation, not the six of CPython's condition-based code, with the same outcomes: a
release wakes the tasks that waited longest, one for each permit; any task that comes along may take the
permit before them; those who find none left wait on.
"""

from __future__ import annotations

from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.wait_queue import WaitQueue

_ACQUIRE = int(Kind.SEMAPHORE_ACQUIRE)
_RELEASE = int(Kind.SEMAPHORE_RELEASE)


class Semaphore(Primitive):
    """A number of permits.

    Args:
        value: How many there are in the beginning.

    CPython:
        As ``threading.Semaphore``; deviations: there is no condition ``_cond``.
    """

    __module__ = "threading"

    kind_name: ClassVar[str] = "Semaphore"

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        Primitive.__init__(self)
        self._permits = value
        self._queue = WaitQueue()
        self._twin: Any = None
        if not self.born:
            self._real()

    def __repr__(self) -> str:
        cls = self.__class__
        return f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: value={self._value}>"

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit, waiting for one if none is left.

        Args:
            blocking: Whether to wait.
            timeout: Seconds of virtual time to wait; None waits for ever.

        Returns:
            Whether a permit was taken.

        Raises:
            ValueError: A timeout was given with ``blocking=False``.

        Scheduling:
            One point before the attempt; blocks while no permit is left; a failed attempt is a point too.

        CPython:
            As ``threading.Semaphore.acquire``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return self._real().acquire(blocking, timeout)
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        kernel.operation(_ACQUIRE, self)
        if self._permits == 0 and not self._wait_for_permit(task, blocking, timeout):
            return False
        self._permits -= 1
        if self._permits == 0:
            self._queue.allow(False)
        kernel.made_progress()
        kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.ACQUIRE, self, str(self._permits))
        return True

    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        """Give permits back and wake the tasks that have waited longest.

        Args:
            n: How many.

        Raises:
            ValueError: ``n`` is less than one.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Semaphore.release``; deviations: none.
        """
        if n < 1:
            raise ValueError("n must be one or more")
        if kernel.here is None:
            self._real().release(n)
            return
        kernel.operation(_RELEASE, self)
        self._give(n)

    def __exit__(self, *_: object) -> None:
        self.release()

    @property
    def _value(self) -> int:
        return self._permits if self.is_modelled else self._real()._value

    def _wait_for_permit(self, task: Task, blocking: bool, timeout: float | None) -> bool:
        """None is left: wait if that was asked for; returns whether one can be taken now."""
        if blocking and (timeout is None or timeout > 0):
            if timeout is not None:
                check_timeout(timeout)
            waiter = self._queue.add(task)
            kernel.block(self, "waits for", -1.0 if timeout is None else kernel.now + timeout)
            self._queue.leave(waiter)
            if self._permits:
                return True
            action, value = Action.TIMEOUT, None
        else:
            action, value = Action.TRY_ACQUIRE, "False"
        if kernel.recorder is not None:
            kernel.recorder.sync(action, self, value)
        return False

    def _give(self, count: int) -> None:
        self._permits += count
        kernel.publish(self)
        woken = self._queue.wake(count)
        self._queue.allow(True)
        if kernel.recorder is not None:
            numbers = tuple(waiter.task.number for waiter in woken)
            kernel.recorder.sync(Action.RELEASE, self, str(self._permits), woken=numbers)

    # --- between executions ---------------------------------------------------------------------

    def _real(self) -> Any:
        """The semaphore that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.Semaphore(self._permits)
        return self._twin

    def adopt(self) -> None:
        """Start as the real twin is, for a semaphore made outside; forget the waiters of an escaped one."""
        self._queue.clear()
        if self.born == 0:
            self._permits = self._real()._value

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        self._queue.clear()


class BoundedSemaphore(Semaphore):
    """A semaphore that refuses to have more permits than in the beginning.

    Args:
        value: How many there are in the beginning.

    CPython:
        As ``threading.BoundedSemaphore``; deviations: there is no condition ``_cond``.
    """

    __module__ = "threading"

    kind_name: ClassVar[str] = "BoundedSemaphore"

    def __init__(self, value: int = 1) -> None:
        self._initial_value = value
        Semaphore.__init__(self, value)

    def __repr__(self) -> str:
        cls = self.__class__
        place = f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}"
        return f"{place}: value={self._value}/{self._initial_value}>"

    def release(self, n: int = 1) -> None:
        """Give permits back and wake the tasks that have waited longest.

        Args:
            n: How many.

        Raises:
            ValueError: ``n`` is less than one, or there would be more permits than in the beginning.

        Scheduling:
            One point before.

        CPython:
            As ``threading.BoundedSemaphore.release``; deviations: none.
        """
        if n < 1:
            raise ValueError("n must be one or more")
        if kernel.here is None:
            self._real().release(n)
            return
        kernel.operation(_RELEASE, self)
        if self._permits + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
        self._give(n)

    def _real(self) -> Any:
        """The semaphore that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.BoundedSemaphore(self._initial_value)
            self._twin._value = self._permits
        return self._twin
