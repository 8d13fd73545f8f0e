"""What Lock and RLock have in common: one holder at most, and tasks that wait for it to be gone.

As in CPython there is no order among them: a release enables every waiting task, the one that the
scheduler lets go first takes the lock and disables the others. A task that a condition has woken waits here
like any other. A ``watcher`` is told when
the mutex changes hands: a queue whose ``mutex`` a program may hold.
"""

from __future__ import annotations

from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives.base import Primitive, is_task
from treadle.primitives.wait_queue import Waiter

_ACQUIRE = int(Kind.ACQUIRE)
_WAIT = int(Kind.WAIT)


class Outsider:
    """Holds a lock that was taken before the execution began."""

    held: ClassVar[list[Any]] = []

    def __repr__(self) -> str:
        return "<somebody outside of the execution>"


OUTSIDER = Outsider()


class Mutex(Primitive):
    """Base class of Lock and RLock.

    Attributes:
        watcher: Called when the mutex changes hands; None where nobody wants to know.
    """

    __slots__ = ("_holder", "_waiters", "watcher")

    is_native: ClassVar[bool] = True

    def __init__(self) -> None:
        Primitive.__init__(self)
        self._holder: Any = None
        self._waiters: list[Task] | tuple[()] = ()
        self.watcher: Any = None

    def owners(self) -> list[Task]:
        """The task that holds it, if any."""
        return [self._holder] if is_task(self._holder) else []

    @property
    def is_free(self) -> bool:
        """Whether nobody in this execution holds it."""
        return self._holder is None

    def is_held_by(self, task: Task) -> bool:
        """Whether a task holds it.

        Args:
            task: The task.

        Returns:
            True when it does.
        """
        return self._holder is task

    def would_wait(self, task: Task) -> bool:
        """Whether somebody holds it."""
        return self._holder is not None

    # --- for the primitives built on it ---------------------------------------------------------

    def wait_turn(self, task: Task, deadline: float) -> bool:
        """Block the running task until the mutex is free.

        Args:
            task: The running task.
            deadline: Virtual time at which it gives up, -1 for never.

        Returns:
            Whether the mutex is free now; not so only after the deadline.
        """
        if not self._waiters:
            self._waiters = []
        self._waiters.append(task)  # type: ignore[union-attr]
        is_free = kernel.block(self, "waits for", deadline)
        self._waiters.remove(task)  # type: ignore[union-attr]
        return is_free or self._holder is None

    def admit(self, waiter: Waiter) -> None:
        """A task that a condition has woken now waits for this mutex, without a deadline.

        Args:
            waiter: The task's place in the condition's queue.
        """
        task = waiter.task
        if not self._waiters:
            self._waiters = []
        self._waiters.append(task)  # type: ignore[union-attr]
        task.deadline = -1.0
        task.is_brief = False
        task.was_timed_out = False
        task.waiting_for = self
        task.waiting_verb = "waits for"
        kernel.woke(task)
        kernel.await_as(task, _ACQUIRE, self)
        if self._holder is None:
            kernel.enable(task)
        else:
            kernel.disable(task)

    def win(self, task: Task, levels: int) -> None:
        """A task that was admitted is chosen and takes the mutex back.

        Args:
            task: The running task.
            levels: How often it held the mutex before.
        """
        self._waiters.remove(task)  # type: ignore[union-attr]
        kernel.note_operation(_ACQUIRE, self, _WAIT)
        self.take(task, levels)

    def take(self, task: Task, levels: int = 1) -> None:
        """The running task takes the mutex, which is free.

        Args:
            task: The running task.
            levels: How often, for an RLock.
        """
        self._holder = task
        task.held.append(self)
        self.forbid()
        kernel.made_progress()
        kernel.observe(self)
        if self.watcher is not None:
            self.watcher()

    def forbid(self) -> None:
        """The mutex is taken: whoever waits for it cannot go on."""
        for waiter in self._waiters:
            kernel.disable(waiter)

    def try_for_a_while(self, task: Task, blocking: Any, timeout: float) -> bool:
        """Somebody holds the mutex: wait for it if that was asked for.

        Args:
            task: The running task.
            blocking: Whether to wait.
            timeout: How long; -1 for ever.

        Returns:
            Whether it is free now.
        """
        if blocking and timeout:
            if self.wait_turn(task, -1.0 if timeout == -1 else kernel.now + timeout):
                return True
            action, value = Action.TIMEOUT, None
        else:
            action, value = Action.TRY_ACQUIRE, "False"
        if kernel.recorder is not None:
            kernel.recorder.sync(action, self, value)
        return False

    def drop(self) -> None:
        """The mutex becomes free: whoever waits for it may go on."""
        holder = self._holder
        self._holder = None
        held = holder.held
        if held and held[-1] is self:
            held.pop()
        elif self in held:
            held.remove(self)
        kernel.publish(self)
        for waiter in self._waiters:
            kernel.enable(waiter)
        if self.watcher is not None:
            self.watcher()

    def give_up(self, task: Task) -> int:
        """Drop the mutex completely, as a part of a wait.

        Args:
            task: The running task.

        Returns:
            How often it was held.
        """
        raise NotImplementedError

    # --- between executions ---------------------------------------------------------------------

    def adopt(self) -> None:
        """Forget the tasks of earlier executions."""
        self._holder = None
        self._waiters = ()

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        self._holder = None
        self._waiters = ()
