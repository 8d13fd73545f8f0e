"""The contract between the kernel and a scheduler.

Three questions, as in Shuttle's ``Scheduler`` trait: shall there be another execution; which of the enabled
tasks runs; which of n possibilities is taken. The kernel asks only where there is more than one possibility.
A scheduler is also told when a task begins, when the execution is over and, if it wants to, of every
operation. It sees tasks by what they are about to do (``task.number``, ``task.path``, ``task.pending_kind``,
``task.pending_location``) and never runs anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from treadle.schedulers.views import LocationView, TaskView


class Point:
    """A place where more than one task can run. One object, reused; schedulers must not keep it.

    Attributes:
        enabled: The tasks that may run, in order of creation; then those whose timeout may fire early.
        default: Index of the task that runs when nobody objects: the running one if it can go on,
            otherwise the first.
        is_preemption: Whether choosing another task than the default suspends one that could go on.
        site_key: Key of the site before which the running task stands; 0 when it cannot go on.
        occurrence: How many times that site was reached since the last choice on the tape; when the task
            cannot go on, how many such choices there were.
    """

    def __init__(self) -> None:
        self.enabled: Sequence[TaskView] = []
        self.default = 0
        self.is_preemption = False
        self.site_key = 0
        self.occurrence = 0


GIVE_UP = -1
"""What a scheduler chooses to end an execution that leads to nothing new."""


class Scheduler:
    """Chooses which task runs next. The base class never preempts: it always takes the default."""

    def begin(self) -> bool:
        """Prepare for an execution.

        Returns:
            False when there is nothing left to explore.
        """
        return True

    def choose(self, point: Point) -> int:
        """Choose the task that runs next.

        Args:
            point: The tasks that may run (at least two) and the default.

        Returns:
            An index into ``point.enabled``; :data:`GIVE_UP` is for those that see steps.
        """
        return point.default

    def draw(self, arity: int, kind: int) -> int:
        """Choose one of several possibilities that are not tasks.

        Args:
            arity: How many there are, at least two; 0 is the default.
            kind: The :class:`~treadle.model.schedule.ChoiceKind`.

        Returns:
            A number from 0 to ``arity - 1``.
        """
        return 0

    def begun(self, task: TaskView) -> None:
        """A task that was chosen before it began is at its first scheduling point, and passes it.

        Args:
            task: The running task; what it is about to do is known now.
        """

    def is_noting(self) -> bool:
        """Whether :meth:`note` wants to be called; asked at the beginning of every execution."""
        return False

    def note(self, task: TaskView, kind: int, location: LocationView) -> None:
        """A task does an operation, at a scheduling point or elsewhere.

        Args:
            task: The running task.
            kind: The :class:`~treadle.model.operation.Kind`.
            location: What it touches.
        """

    def sees_steps(self) -> bool:
        """Whether every step matters, with all that makes it possible; asked when an execution begins.

        If so, a task also stops at its first scheduling point and before whatever it may have to wait in,
        :meth:`pass_by` is called where :meth:`choose` is not, and so are the methods below it.
        """
        return False

    def pass_by(self, point: Point) -> int:
        """Only one task can run.

        Args:
            point: That task, before its next step.

        Returns:
            0, or :data:`GIVE_UP`.
        """
        return 0

    def joined(self, task: TaskView, other: TaskView) -> None:
        """A task goes on that has waited for the end of another.

        Args:
            task: The running task.
            other: The task that has ended.
        """

    def woke(self, task: TaskView) -> None:
        """The running task has let a waiting one go.

        Args:
            task: The waiting task.
        """

    def time_passed(self) -> None:
        """No task could go on, so the next deadline has come."""

    def over(self, status: str) -> None:
        """The execution is over; its tasks are still as they were then.

        Args:
            status: How it ended.
        """

    def end(self) -> None:
        """The execution is over."""
