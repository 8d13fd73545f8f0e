"""What a search has seen: outcomes, failures, and the first or simplest schedule of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from treadle.explorer.observe import Outcome
from treadle.explorer.session import Execution
from treadle.instrument.scenario_program import NotLinearizable
from treadle.model.finding import FindingKind
from treadle.model.schedule import Schedule
from treadle.schedulers.catalogue import RANDOMISED

MAX_OUTCOMES = 10_000
"""Outcomes beyond this number are counted together."""

FailureKey = tuple[Any, ...]
"""Identifies a failure across schedules: its kind, and where and how it happened."""


@dataclass(slots=True)
class Failure:
    """A failure and the simplest schedule known to show it.

    Args:
        key: Identifies it.
        kind: What kind of finding it will be.
        schedule: The simplest schedule so far.
        found_after: In which execution it was first seen.
        executions: How many schedules showed it.
        found_by: Name of the scheduler that found the schedule.
        is_early: Whether it was seen only when a brief timeout fired early.
        cost: (preemptions, choices, operations) of the schedule.
    """

    key: FailureKey
    kind: FindingKind
    schedule: Schedule
    found_after: int
    executions: int
    found_by: str
    is_early: bool
    cost: tuple[int, int, int]


@dataclass(slots=True)
class Seen:
    """One outcome.

    Args:
        executions: How many schedules gave it.
        is_serial: Whether one without a preemption did.
        schedule: The first schedule.
        preemptions: Its preemptions.
        is_failing: Whether a failure belongs to it.
        found_by: Name of the scheduler that chose the schedule.
    """

    executions: int
    is_serial: bool
    schedule: Schedule
    preemptions: int
    is_failing: bool
    found_by: str = ""


@dataclass(slots=True)
class Tally:
    """Counts what executions show.

    Attributes:
        executions: Executions counted, each under a different schedule as far as is known.
        outcomes: By what was observed.
        failures: By key.
    """

    executions: int = 0
    outcomes: dict[Outcome, Seen] = field(default_factory=dict)
    failures: dict[FailureKey, Failure] = field(default_factory=dict)
    threads: int = 0
    steps_max: int = 0

    def count(self, execution: Execution, number: int, found_by: str) -> bool:
        """Count an execution.

        Args:
            execution: What happened.
            number: Its number in the whole search, from 1.
            found_by: Name of the scheduler that chose.

        Returns:
            Whether it failed.
        """
        self.executions += 1
        self.threads = max(self.threads, execution.threads)
        self.steps_max = max(self.steps_max, execution.operations)
        keys = failure_keys(execution)
        seen = self.outcomes.get(execution.outcome)
        if seen is not None:
            seen.executions += 1
            if execution.preemptions == 0 and found_by not in RANDOMISED:
                seen.is_serial = True
        elif len(self.outcomes) < MAX_OUTCOMES:
            self.outcomes[execution.outcome] = Seen(
                1,
                execution.preemptions == 0,
                execution.schedule(),
                execution.preemptions,
                bool(keys),
                found_by,
            )
        for key in keys:
            self._count_failure(key, execution, number, found_by)
        return bool(keys)

    def _count_failure(
        self, key: FailureKey, execution: Execution, number: int, found_by: str
    ) -> None:
        cost = (execution.preemptions, len(execution.tape), execution.operations)
        failure = self.failures.get(key)
        if failure is None:
            self.failures[key] = Failure(
                key, key[0], execution.schedule(), number, 1, found_by, execution.early > 0, cost
            )
            return
        failure.executions += 1
        is_early = execution.early > 0
        if (is_early, cost) < (failure.is_early, failure.cost):
            failure.schedule = execution.schedule()
            failure.is_early = is_early
            failure.found_by = found_by
            failure.cost = cost

    def add(self, other: Tally, after: int = 0) -> list[Schedule]:
        """Add what other executions showed.

        Args:
            other: Their tally; it may change later.
            after: How many executions of the search there were before them, where ``other`` numbers them
                from 1.

        Returns:
            The schedules of what is new here.
        """
        new: list[Schedule] = []
        self.executions += other.executions
        self.threads = max(self.threads, other.threads)
        self.steps_max = max(self.steps_max, other.steps_max)
        for outcome, seen in other.outcomes.items():
            mine = self.outcomes.get(outcome)
            if mine is not None:
                mine.executions += seen.executions
                mine.is_serial = mine.is_serial or seen.is_serial
            elif len(self.outcomes) < MAX_OUTCOMES:
                self.outcomes[outcome] = seen
                new.append(seen.schedule)
        for key, failure in other.failures.items():
            known = self.failures.get(key)
            if known is None:
                failure.found_after += after
                self.failures[key] = failure
                new.append(failure.schedule)
                continue
            known.executions += failure.executions
            if (failure.is_early, failure.cost) < (known.is_early, known.cost):
                known.schedule, known.cost = failure.schedule, failure.cost
                known.is_early, known.found_by = failure.is_early, failure.found_by
        return new

    def learn_from(self, other: Tally) -> None:
        """Take over what another tally, of the same program, knows better: simpler schedules.

        Args:
            other: A tally of schedules with few preemptions, not all of them.
        """
        for outcome, known in other.outcomes.items():
            mine = self.outcomes.get(outcome)
            if mine is not None:
                mine.is_serial = mine.is_serial or known.is_serial
                if known.preemptions <= mine.preemptions:
                    mine.schedule, mine.preemptions = known.schedule, known.preemptions
        for key, failure in other.failures.items():
            found = self.failures.get(key)
            if found is not None and failure.cost <= found.cost:
                found.schedule, found.cost = failure.schedule, failure.cost
                found.found_by = failure.found_by

    def inherit(self, other: Tally) -> None:
        """Keep the failures that another tally knows and this one has not seen (yet).

        Args:
            other: The tally of earlier, redundant executions.
        """
        for key, failure in other.failures.items():
            mine = self.failures.get(key)
            if mine is None:
                failure.executions = 0
                self.failures[key] = failure
            else:
                mine.found_after = min(mine.found_after, failure.found_after)


def failure_keys(execution: Execution) -> list[FailureKey]:
    """The failures of one execution.

    Args:
        execution: What happened.

    Returns:
        A key for each failure; the first element is the kind of finding.
    """
    keys: list[FailureKey] = []
    for death in execution.deaths:
        kind = FindingKind.ASSERTION if death.is_assertion else FindingKind.EXCEPTION
        if death.type_name == NotLinearizable.__name__:
            kind = FindingKind.LINEARIZABILITY
        keys.append((kind, death.type_name, death.place))
    if execution.status == "deadlock":
        keys.append((FindingKind.DEADLOCK, execution.blocked))
    elif execution.status == "step-limit" and not execution.watches_clock:
        # A loop that looks at a clock may end when its time has come.
        keys.append((FindingKind.LIVELOCK,))
    return keys
