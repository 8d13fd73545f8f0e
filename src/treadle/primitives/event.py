"""``threading.Event``: a flag, and tasks that wait until it is set."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.condition import Condition
from treadle.primitives.lock import Lock
from treadle.primitives.wait_queue import WaitQueue

_WAIT = int(Kind.EVENT_WAIT)
_SET = int(Kind.EVENT_SET)
_CLEAR = int(Kind.EVENT_CLEAR)
_READ = int(Kind.EVENT_READ)


class Event(Primitive):
    """A flag that tasks can wait for.

    CPython:
        As ``threading.Event``; deviations: the condition ``_cond`` is not what the operations use.
    """

    __module__ = "threading"

    kind_name: ClassVar[str] = "Event"

    def __init__(self) -> None:
        Primitive.__init__(self)
        self._is_set = False
        self._queue = WaitQueue()
        self._twin: Any = None if self.born else real.Event()
        self._condition: Condition | None = None

    def __repr__(self) -> str:
        cls = self.__class__
        status = "set" if self._flag else "unset"
        return f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: {status}>"

    def is_set(self) -> bool:
        """Whether the flag is set at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Event.is_set``; deviations: none.
        """
        if kernel.here is None:
            return self._real().is_set()
        kernel.operation(_READ, self)
        if self._is_set:
            kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.IS_SET, self, str(self._is_set))
        return self._is_set

    def isSet(self) -> bool:  # noqa: N802 - the old name
        """Whether the flag is set; the old name."""
        warnings.warn(
            "isSet() is deprecated, use is_set() instead", DeprecationWarning, stacklevel=2
        )
        return self.is_set()

    def set(self) -> None:
        """Set the flag and wake every task that waits for it.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Event.set``; deviations: none.
        """
        if kernel.here is None:
            self._real().set()
            return
        kernel.operation(_SET, self)
        self._is_set = True
        kernel.publish(self)
        woken = self._queue.wake(len(self._queue))
        self._queue.allow(True)
        if kernel.recorder is not None:
            numbers = tuple(waiter.task.number for waiter in woken)
            kernel.recorder.sync(Action.SET, self, woken=numbers)

    def clear(self) -> None:
        """Clear the flag; tasks already woken return ``True`` all the same.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Event.clear``; deviations: none.
        """
        if kernel.here is None:
            self._real().clear()
            return
        kernel.operation(_CLEAR, self)
        self._is_set = False
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.CLEAR, self)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set.

        Args:
            timeout: Seconds of virtual time to wait; None waits for ever.

        Returns:
            True when it was set, even if it was cleared since; False after the timeout.

        Scheduling:
            One point before; blocks until ``set`` is called.

        CPython:
            As ``threading.Event.wait``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return self._real().wait(timeout)
        kernel.operation(_WAIT, self)
        is_set = self._is_set
        if not is_set and (timeout is None or timeout > 0):
            if timeout is not None:
                check_timeout(timeout)
            waiter = self._queue.add(task)
            if kernel.recorder is not None:
                kernel.recorder.sync(Action.WAIT, self)
            kernel.block(self, "waits on", -1.0 if timeout is None else kernel.now + timeout)
            is_set = waiter.is_woken
            self._queue.leave(waiter)
        if is_set:
            kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.WAIT_DONE, self, str(is_set))
        return is_set

    @property
    def _flag(self) -> bool:
        return self._is_set if self.is_modelled else self._real().is_set()

    @property
    def _cond(self) -> Condition:
        if self._condition is None:
            self._condition = Condition(Lock())
        return self._condition

    def _at_fork_reinit(self) -> None:
        self._cond._at_fork_reinit()
        self._queue.clear()
        if self._twin is not None:
            self._twin._at_fork_reinit()

    # --- between executions ---------------------------------------------------------------------

    def _real(self) -> Any:
        """The event that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.Event()
            if self._is_set:
                self._twin.set()
        return self._twin

    def adopt(self) -> None:
        """Start as the real twin is, for an event made outside; forget the waiters of one that escaped."""
        self._queue.clear()
        if self.born == 0:
            self._is_set = self._real().is_set()

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        self._queue.clear()
