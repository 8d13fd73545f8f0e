"""What everything was like after each step of a trace: threads, primitives and shared values.

Derived here and nowhere else, from the steps alone, so every rendering that shows state shows the same. For
each thing the answer is a history: the steps at which it changed, with what it was from then on. A state is
looked up by taking the last change at or before a step; step 0 is the beginning.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

State = TypeVar("State")


class Status(enum.StrEnum):
    """Where a task is in its life."""

    NEW = "new"  #: not started yet
    READY = "ready"  #: could run, and another runs
    RUNNING = "running"
    BLOCKED = "blocked"  #: waits for something that has not happened yet
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task between two steps.

    Args:
        status: Where it is in its life.
        resource: Label of what it waits for, "" where it does not wait.
        verb: How it waits: "waits for", "gets from", ...
        is_suspended: Whether it could have gone on when it was stopped (a preemption).
        has_failed: Whether it ended by an exception.
    """

    status: Status
    resource: str = ""
    verb: str = ""
    is_suspended: bool = False
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A primitive between two steps.

    Args:
        text: What it is like, in words: "free", "2 left", "set".
        owner: Number of the task that holds it, None where there is none.
        count: How often its owner holds it.
        waiters: Numbers of the tasks that wait for it, the longest first.
        items: What is in a queue, the oldest first; None for anything else.
    """

    text: str = ""
    owner: int | None = None
    count: int = 0
    waiters: tuple[int, ...] = ()
    items: tuple[str, ...] | None = None


class Source(enum.StrEnum):
    """How the value of a location is known."""

    BEFORE = "before"  #: it was there before the first thread started
    WRITTEN = "written"
    DELETED = "deleted"
    CALLED = "called"  #: a method changed it: the text is the call
    SEEN = "seen"  #: somebody looked at it


@dataclass(frozen=True, slots=True)
class ValueState:
    """A shared location between two steps.

    Args:
        text: Its value as text; for a container that is not read as a whole, what is known of it.
        source: How that is known.
        task: Number of the task whose step says so, None for BEFORE.
    """

    text: str
    source: Source
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a task has read and others have changed since.

    Args:
        label: The location.
        value: What it read.
        step: Number of the step that read it.
    """

    label: str
    value: str
    step: int


@dataclass(slots=True)
class History(Generic[State]):
    """What one thing was like, from which step on.

    Args:
        entries: (step number, state), by step; step 0 is before the first.
    """

    entries: list[tuple[int, State]] = field(default_factory=list)

    def put(self, step: int, state: State) -> None:
        """From this step on it is like this.

        Args:
            step: Number of the step, not below that of the last entry.
            state: What it is like.
        """
        if self.entries and self.entries[-1][0] == step:
            self.entries.pop()
        if not self.entries or self.entries[-1][1] != state:
            self.entries.append((step, state))

    def at(self, step: int) -> State | None:
        """What it was like after a step.

        Args:
            step: Number of the step; 0 for the beginning.

        Returns:
            The state, None where nothing is known yet.
        """
        found = None
        for number, state in self.entries:
            if number > step:
                break
            found = state
        return found

    def last(self) -> State | None:
        """What it is like at the end."""
        return self.entries[-1][1] if self.entries else None


@dataclass(frozen=True, slots=True)
class States:
    """The histories of everything in a trace.

    Args:
        tasks: By number of task.
        resources: By label.
        values: By label.
        stale: What each task has read and others have changed since, by number of task.
    """

    tasks: dict[int, History[TaskState]]
    resources: dict[str, History[ResourceState]]
    values: dict[str, History[ValueState]]
    stale: dict[int, History[tuple[Known, ...]]]

    def ready(self, step: int) -> Iterable[int]:
        """The tasks that could have run after a step.

        Args:
            step: Number of the step.

        Returns:
            Their numbers.
        """
        return (
            number
            for number, history in self.tasks.items()
            if (state := history.at(step)) is not None and state.status is Status.READY
        )
