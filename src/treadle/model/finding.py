"""Findings: what is wrong with a program, with the schedule that shows it."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field, replace

from treadle.model.trace import Place, Trace


class FindingKind(enum.StrEnum):
    """The kinds of finding; the values are those of the JSON document."""

    ASSERTION = "assertion"
    EXCEPTION = "exception"
    DEADLOCK = "deadlock"
    LIVELOCK = "livelock"
    INTERFERENCE = "interference"
    DATA_RACE = "data-race"
    LINEARIZABILITY = "linearizability"
    LEAK = "leak"
    NONDETERMINISM = "nondeterminism"
    UNCONTROLLED = "uncontrolled"


class DeadlockKind(enum.StrEnum):
    """Why nothing can go on."""

    LOCK_CYCLE = "lock-cycle"
    SELF_DEADLOCK = "self-deadlock"
    LOST_WAKEUP = "lost-wakeup"
    JOIN = "join"
    QUEUE = "queue"
    LEAKED_LOCK = "leaked-lock"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FindingLocation:
    """A line that belongs to a finding.

    Args:
        place: The line.
        thread: Label of the task that was there.
    """

    place: Place
    thread: str


@dataclass(frozen=True, slots=True)
class RacingAccess:
    """One of the two accesses of a data race.

    Args:
        thread: Label of the task.
        is_write: Whether it changes the data.
        stack: The program's own calls that led there, the access itself first.
        held: Labels of the locks that the task held.
    """

    thread: str
    is_write: bool
    stack: tuple[Place, ...]
    held: tuple[str, ...]

    @property
    def place(self) -> Place:
        """The line of the access."""
        return self.stack[0]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a schedule on threads of the operating system.

    Args:
        is_confirmed: Every step was the same there, and so was the end.
        steps: How many steps were the same, from the first.
        reason: Why it is not confirmed, as a sentence; "" where it is.
        recorded: The first step that differs, as it was recorded; "" where there is none.
        real: The same step as it was on real threads.
    """

    is_confirmed: bool
    steps: int
    reason: str = ""
    recorded: str = ""
    real: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the simplest schedule found that shows it.

    Args:
        kind: What kind of thing.
        detail: The kind of deadlock (a DeadlockKind), or of interference ("lost update", "dirty read", ...).
        id: Short name under which the failure is saved, four or more hexadecimal digits.
        summary: One line without a final stop: "lost update on b.bal".
        why: The cause in one or two sentences, naming tasks, values and step numbers.
        resource: Label of the location or primitive concerned, "" for an exception.
        trace: What happened, step by step.
        deciding: Numbers of the steps that made the difference, in order.
        found_after: In which execution of the search it was first seen, from 1.
        found_by: Name of the scheduler whose schedule it is; "" where it is not one's.
        failing_executions: How many of the explored schedules showed it.
        thread: Label of the task that failed, None where it is not one task's failure.
        exception_type: Name of the exception's type, "" without one.
        exception_message: Its text.
        exception_traceback: The traceback as Python prints it, only the program's own frames.
        locations: The lines concerned, most important first.
        confirmation: What became of it on real threads; None where that was not tried.
        models: For each model that was searched, whether it was seen there; a model is left out where it was
            not seen and not every schedule was tried. Empty where there was but one.
        passing: What happens under the nearest schedule found that does not fail; None where none was found.
        accesses: The two accesses of a data race, in the order of the trace; empty for other kinds.
        is_fewest: Whether it is known that no schedule that shows it has fewer preemptions.
    """

    kind: FindingKind
    detail: str
    id: str
    summary: str
    why: str
    resource: str
    trace: Trace
    deciding: tuple[int, ...] = ()
    found_after: int = 0
    found_by: str = ""
    failing_executions: int = 0
    thread: str | None = None
    exception_type: str = ""
    exception_message: str = ""
    exception_traceback: str = ""
    locations: tuple[FindingLocation, ...] = field(default=())
    confirmation: Confirmation | None = None
    models: tuple[tuple[str, bool], ...] = ()
    passing: Trace | None = None
    accesses: tuple[RacingAccess, ...] = ()
    is_fewest: bool = False


def identified(finding: Finding) -> Finding:
    """Give a finding its id: a hash of what it is and of the schedule that shows it.

    Args:
        finding: The finding.

    Returns:
        The same with its id, six hexadecimal digits.
    """
    text = f"{finding.kind}|{finding.summary}|{finding.trace.token}"
    return replace(finding, id=hashlib.sha256(text.encode()).hexdigest()[:6])
