"""How a search ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from treadle.explorer.races import SeenRace
from treadle.explorer.stuck import Stuck
from treadle.explorer.tally import Tally
from treadle.model.schedule import Schedule


@dataclass(slots=True)
class SearchResult:
    """How a search ended.

    Args:
        tally: What was seen, under different schedules.
        is_complete: Whether everything was tried.
        reasons: Sentences: why it was not complete.
        bound: The largest number of preemptions fully explored; None when there was no bound.
        serial_known: Whether all schedules without preemption were explored.
        total: All executions, repetitions included.
        elapsed: Seconds.
        divergence: A sentence when the program did not repeat itself under the same schedule, else None.
        is_interrupted: Whether the person pressed Ctrl-C.
        stuck: Where a task did not come back, and the schedule that led there; None when all did.
        races: The data races that were noticed.
        by_traces: Whether each execution counted stands for all that differ in the order of independent
            operations only.
        redundant: Further executions: those that repeated one, or were broken off since they would have.
        estimate: Between how many and how many traces there are beside those seen; None where unknown.
        assumptions: Sentences: what was taken to hold in all that was tried.
    """

    tally: Tally
    is_complete: bool
    reasons: list[str]
    bound: int | None
    serial_known: bool
    total: int
    elapsed: float
    divergence: str | None
    is_interrupted: bool
    stuck: tuple[Stuck, Schedule] | None = None
    races: list[SeenRace] = field(default_factory=list)
    by_traces: bool = False
    redundant: int = 0
    estimate: tuple[int, int] | None = None
    assumptions: tuple[str, ...] = ()

    @classmethod
    def of_one(cls, tally: Tally) -> SearchResult:
        """The result of a single execution."""
        return cls(tally, False, [], None, False, 1, 0.0, None, False)
