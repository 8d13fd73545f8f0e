"""The result of a check: verdict, findings, outcomes, and how far the search got."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from treadle.model.finding import Finding


class Verdict(enum.StrEnum):
    """What a check ends with."""

    FAIL = "fail"  #: something was found
    PASS = "pass"  # noqa: S105 - a verdict  #: nothing was found and the search was complete
    INCONCLUSIVE = "inconclusive"  #: nothing was found, but not everything was tried


class Runner(enum.StrEnum):
    """Who runs the program, and therefore how a schedule is replayed."""

    COMMAND = "treadle"  #: the command line: the target says it all
    PYTEST = "pytest"  #: pytest: the target is the name of a test
    CALLER = "caller"  #: a function that was given to ``treadle.check``


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """One outcome of the program and how often it came.

    Args:
        observed: Label -> value as text, ordered: shared locations ("b.bal" -> "100"), "returns",
            "output of T1", "exception in T2", "deadlock", ...
        executions: How many of the explored schedules gave it.
        serial: Whether some schedule without a preemption gives it.
        token: The first schedule found that gives it.
        preemptions: The preemptions of that schedule.
        failing: Whether a finding belongs to it.
    """

    observed: tuple[tuple[str, str], ...]
    executions: int
    serial: bool
    token: str
    preemptions: int
    failing: bool


class RecheckState(enum.StrEnum):
    """What became of a failure that was saved earlier."""

    FAILS = "fails"  #: it happened again under its schedule
    PASSES = "passes"  #: its schedule fits the program and fails no more
    MISFIT = "misfit"  #: its schedule does not fit the program any more


@dataclass(frozen=True, slots=True)
class Recheck:
    """A failure saved earlier, replayed before the search.

    Args:
        id: Its id.
        summary: What it was, in one line.
        state: What became of it.
    """

    id: str
    summary: str
    state: RecheckState


@dataclass(frozen=True, slots=True)
class ModelResult:
    """What the search under one model of the interpreter came to, where there was more than one.

    Args:
        model: The model.
        verdict: Its verdict.
        complete: Whether every schedule that can matter was tried.
        executions: How many different schedules were tried.
        preemptions: The fewest preemptions of a failing schedule, None without one.
        options: Command-line options that a replay of what was found needs.
    """

    model: str
    verdict: Verdict
    complete: bool
    executions: int
    preemptions: int | None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything a check says.

    Args:
        target: The target as the user typed it.
        model: The interpreter model: one of :data:`treadle.model.interpreter.MODELS`.
        scheduler: Name of the scheduler that was asked for: "portfolio", "dfs", "pct", ...
        verdict: The verdict.
        complete: Whether every schedule that can matter was tried.
        incomplete_because: Sentences: why the search was not complete; empty when it was.
        bound: The largest number of preemptions that was fully explored, None when there was no bound.
        executions: How many different schedules were tried (the outcomes' executions add up to it).
        redundant: Further executions that repeated a schedule (learning, iterating the bound, shrinking).
        elapsed: Seconds of real time.
        threads: Largest number of tasks in one execution, the main thread included.
        steps_max: Largest number of operations in one execution.
        findings: Most important first.
        outcomes: Serial ones first, then by number of executions, falling.
        uninstrumented: Modules whose code ran in several tasks without being instrumented.
        seed: Seed of the randomised schedulers.
        options: Command-line options that a replay needs (["--include", "logging"]).
        rechecks: The failures saved earlier that were replayed first.
        is_interrupted: Whether the person ended the search.
        scenarios: How many scenarios were searched, for a class; 0 for anything else.
        models: The search under each model, where there was more than one; what else is here is of the first
            that fails, or of the first.
        notes: What is worth knowing and no failure: data races, where ``--fail-on`` does not name them.
        unit: What the executions counted are: "schedule", or "trace" where each stands for all schedules that
            differ only in the order of independent operations.
        estimate: Between how many and how many traces there are beside those seen; None where unknown.
        assumptions: Sentences: what was taken to hold in every schedule that was tried.
        untold_races: How many further pairs of places raced that there was no time to look at.
        runner: Who runs the program.
        is_saved: Whether its findings are saved, or will be, so that they can be named by their ids.
    """

    target: str
    model: str
    scheduler: str
    verdict: Verdict
    complete: bool
    incomplete_because: tuple[str, ...]
    bound: int | None
    executions: int
    redundant: int
    elapsed: float
    threads: int
    steps_max: int
    findings: tuple[Finding, ...]
    outcomes: tuple[OutcomeCount, ...]
    uninstrumented: tuple[str, ...]
    seed: int
    options: tuple[str, ...] = ()
    rechecks: tuple[Recheck, ...] = ()
    is_interrupted: bool = False
    scenarios: int = 0
    models: tuple[ModelResult, ...] = ()
    notes: tuple[Finding, ...] = ()
    untold_races: int = 0
    unit: str = "schedule"
    estimate: tuple[int, int] | None = None
    assumptions: tuple[str, ...] = ()
    runner: Runner = Runner.COMMAND
    is_saved: bool = True

    def options_of(self, finding: Finding) -> tuple[str, ...]:
        """The command-line options that a replay of a finding needs.

        Args:
            finding: One of the findings.

        Returns:
            The options, those of the model that it was found under.
        """
        model = finding.trace.model
        return next((each.options for each in self.models if each.model == model), self.options)

    @property
    def fixed(self) -> tuple[Recheck, ...]:
        """The saved failures that are gone: they pass, or no longer fit and nothing at all fails."""
        is_clean = self.verdict is Verdict.PASS
        return tuple(
            each
            for each in self.rechecks
            if each.state is RecheckState.PASSES or (each.state is RecheckState.MISFIT and is_clean)
        )
