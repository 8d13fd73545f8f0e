"""What a check may be told: budgets, scheduler, scope."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.model.interpreter import FREE_THREADED
from treadle.model.schedule import Timeouts

STUCK_AFTER = 10.0
"""Seconds of real time after which a task that does not come back is given up."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a search had found in a process that did not survive it.

    Args:
        sentence: How that process ended, without the final stop.
        seen: (token, name of the scheduler that chose) of the schedules worth a report.
        executions: How many executions there were.
        serial_known: Whether all schedules without preemption were explored.
        place: (file, line, function) where it was then; None where that is unknown.
    """

    sentence: str
    seen: tuple[tuple[str, str], ...] = ()
    executions: int = 0
    serial_known: bool = False
    place: tuple[str, int, str] | None = None


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check a target.

    Args:
        max_executions: At most so many executions; None for no limit.
        max_seconds: At most so much time; None for the default.
        preemptions: At most so many preemptions in a schedule; None for no bound.
        seed: Seed of the randomised schedulers.
        scheduler: One of :data:`treadle.schedulers.catalogue.NAMES`.
        include: Globs of further modules to instrument, also of the standard library.
        exclude: Globs of modules not to instrument.
        fail_on: Kinds of finding that count as failure beside the usual ones.
        ignore: Kinds of finding that do not count.
        max_steps: Step bound of one execution; None for the default.
        arguments: Command-line arguments of a target script.
        stuck_after: Seconds of real time after which a task that does not come back is given up.
        resumed: What to report instead of searching; None to search.
        reference: The class that says what is right, for a scenario; None for its own.
        confirm: Whether to execute each finding's schedule, or the replayed one, on real threads too.
        timeouts: Which timeouts may fire while other threads can run.
        model: One of :data:`treadle.model.interpreter.MODELS`.
        isolate: Whether each execution happens in a forked child.
        jobs: How many processes explore, once the search takes longer than a moment.
    """

    max_executions: int | None = None
    max_seconds: float | None = None
    preemptions: int | None = None
    seed: int = 0
    scheduler: str = "portfolio"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fail_on: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    max_steps: int | None = None
    arguments: tuple[str, ...] = ()
    stuck_after: float = STUCK_AFTER
    resumed: Resumed | None = None
    reference: str | None = None
    confirm: bool = False
    timeouts: Timeouts = Timeouts.QUIESCENT
    model: str = FREE_THREADED
    isolate: bool = False
    jobs: int = 1

    @property
    def can_reduce(self) -> bool:
        """Whether partial order reduction explores what is asked for: no early timeout, no GIL."""
        return self.timeouts is Timeouts.QUIESCENT and self.model == FREE_THREADED

    def as_arguments(self) -> tuple[str, ...]:
        """The command-line options that a replay needs to see the same program."""
        words: list[str] = []
        for glob in self.include:
            words += ["--include", glob]
        for glob in self.exclude:
            words += ["--exclude", glob]
        if self.max_steps is not None:
            words += ["--max-steps", str(self.max_steps)]
        if self.model != FREE_THREADED:
            words += ["--model", self.model]
        if self.isolate:
            words.append("--isolate")
        if self.reference is not None:
            words += ["--reference", self.reference]
        if self.arguments:
            words += ["--", *self.arguments]
        return tuple(words)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has got.

    Args:
        executions: Executions so far.
        elapsed: Seconds so far.
        bound: Number of preemptions being explored, None under a randomised scheduler.
        failures: Different failures found so far.
        best_preemptions: Fewest preemptions of a failing schedule, None without a failure.
        traces: Traces explored so far; None while the search is not by traces.
        redundant: Executions by traces that led to nothing new.
        left: Between how many and how many traces are left; None where unknown.
    """

    executions: int
    elapsed: float
    bound: int | None
    failures: int
    best_preemptions: int | None
    traces: int | None = None
    redundant: int = 0
    left: tuple[int, int] | None = None
