"""The wait queue: who waits for a primitive, and who was woken but has not gone on yet.

A wait has two parts. A *sleeper* waits to be woken, in order of arrival. A *woken* task was let go, and now
competes with whoever else comes along for what it needs (a permit, an item, a lock); until it wins it is
neither asleep nor done. Keeping the two apart gives CPython's outcomes exactly: its ``Condition`` wakes in
order of arrival, but a newcomer may take the lock before the woken thread does. In CPython the woken thread
then goes back to sleep at the end of the queue, at a moment of its own choosing; here it stays woken, which
allows just the same orders, since a thread that has not run yet is not back in the queue.

One queue serves all primitives, as trio's ``ParkingLot`` does (``trio/_core/_parking_lot.py``). Unlike a
parking lot it wakes nobody by itself: it only keeps the books, and ``allow`` passes on to the kernel whether
the woken ones can go on, which is for the primitive to say.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from treadle.engine.kernel import kernel
from treadle.engine.task import Task


class Waiter:
    """One wait of one task.

    Attributes:
        task: The task.
        is_woken: Somebody let it go.
        is_late: It gave up and has not left the queue yet; who wakes it wastes the wake-up.
        home: What must be told when it is woken, by its ``admit``; None while it does not sleep yet.
    """

    __slots__ = ("home", "is_late", "is_woken", "task")

    def __init__(self, task: Task, home: Any = None) -> None:
        self.task = task
        self.home = home
        self.is_woken = False
        self.is_late = False


class WaitQueue:
    """Sleepers in order of arrival, and woken tasks."""

    __slots__ = ("sleepers", "woken")

    def __init__(self) -> None:
        self.sleepers: deque[Waiter] = deque()
        self.woken: list[Waiter] = []

    def __len__(self) -> int:
        return len(self.sleepers)

    def add(self, task: Task, home: Any = None) -> Waiter:
        """Put a task to sleep, behind the others; the caller blocks it.

        Args:
            task: The task.
            home: Kept with it.

        Returns:
            Its place in the queue.
        """
        waiter = Waiter(task, home)
        self.sleepers.append(waiter)
        return waiter

    def wake(self, count: int) -> list[Waiter]:
        """Wake those who slept longest; the caller says whether they can go on.

        Args:
            count: How many at most.

        Returns:
            Who was woken, in order.
        """
        sleepers = self.sleepers
        chosen = []
        while sleepers and len(chosen) < count:
            waiter = sleepers.popleft()
            waiter.is_woken = True
            chosen.append(waiter)
        self.woken += chosen
        return chosen

    def leave(self, waiter: Waiter) -> None:
        """A task goes on, or gives up.

        Args:
            waiter: Its place in the queue.
        """
        if waiter.is_woken:
            self.woken.remove(waiter)
        else:
            self.sleepers.remove(waiter)

    def allow(self, can_go_on: bool) -> None:
        """Tell the kernel whether the woken tasks can go on.

        Args:
            can_go_on: Whether each of them would succeed if it ran now.
        """
        change = kernel.enable if can_go_on else kernel.disable
        for waiter in self.woken:
            change(waiter.task)

    def clear(self) -> None:
        """Forget everybody: their execution is over."""
        self.sleepers.clear()
        self.woken.clear()
