"""The search: which executions are run, in which order, and when it is over.

1. *Learning*: a few executions, without and with random preemptions, to find the operations that can
   conflict; only these are scheduling points.
2. *Systematic search*: depth first by iterated preemption bound, 0, 1, 2, ... until a pass was not cut, or
   until that has taken many executions; then one execution for each trace, by dynamic partial order
   reduction. When an execution shows a conflict at an operation that was no scheduling point, the search
   learns it and starts again; it is complete when everything was tried with nothing new learned.
3. *Randomised schedulers* in turn share the time of a search that is not over quickly.
4. *Early timeouts*: when nothing failed and the program has waits with a timeout of at most 0.1 s, such as a
   loop that polls, walks and a second systematic search let these timeouts fire while others can run. A
   failure found so says so.

Schedules without preemptions come first, so the serial outcomes are known when the others are judged.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from treadle.engine.kernel import MAX_EARLY, kernel
from treadle.errors import UncontrolledError
from treadle.explorer.lifeline import lifeline
from treadle.explorer.options import CheckOptions, Progress
from treadle.explorer.races import RaceCollector, SeenRace
from treadle.explorer.session import Execution, Session, require_control
from treadle.explorer.stuck import Stuck
from treadle.explorer.tally import MAX_OUTCOMES, Tally
from treadle.explorer.unseen import unseen
from treadle.model.schedule import Schedule, Timeouts
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import BOUNDED, PORTFOLIO, RANDOMISED, REDUCING
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.random_walk import RandomWalk

DEFAULT_SECONDS = 10.0
"""Time for a search when nobody said how much."""

ALONE_SECONDS = 1.0
"""So long the systematic search runs alone; then random walks get every other slice."""

SLICE_SECONDS = 0.25
AFTER_FAILURE_SECONDS = 2.0
"""So long an incomplete search goes on after the first failure, to count and to find simpler ones."""

EARLY_SHARE = 0.5
EARLY_SECONDS = 2.0
"""Share of what is left of the time, and least time, for schedules in which brief timeouts fire early."""

QUIESCENT_SHARE = 0.6
"""Share of the time after which an unfinished search of a program with brief waits turns to early ones."""

PROGRESS_SECONDS = 0.1
"""So often it is told how far the search has got."""

MAX_RESTARTS = 100

MOST_ENUMERATED = 5_000
"""A search by bounds that takes more executions gives way to one by traces."""

LEARNING_WALKS = 4


class _SearchOverError(Exception):
    """The budget is used up, or the person interrupted."""


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

    @classmethod
    def of_one(cls, tally: Tally) -> SearchResult:
        """The result of a single execution."""
        return cls(tally, False, [], None, False, 1, 0.0, None, False)


class Search:
    """One search.

    Args:
        session: The loaded target.
        options: Budgets and scheduler.
        progress: Called now and then.
        failing: Executions, under schedules saved earlier, that failed just now.
    """

    def __init__(
        self,
        session: Session,
        options: CheckOptions,
        progress: Callable[[Progress], None] | None,
        failing: Sequence[Execution] = (),
    ) -> None:
        self._session = session
        self._options = options
        self._progress = progress
        self._begun = time.perf_counter()
        self._max_seconds = DEFAULT_SECONDS if options.max_seconds is None else options.max_seconds
        if options.max_seconds is None and options.max_executions is not None:
            self._max_seconds = float("inf")
        self._total = 0
        self._reported = 0.0
        self._bound: int | None = 0
        self._explored: int | None = None
        self._serial_known = False
        self._divergence: str | None = None
        self._stop_reason = ""
        self._is_interrupted = False
        self._first_failure: float | None = None
        self._slice_end = 0.0
        self._is_cut_by_bound = False
        self._is_too_large = False
        self._is_unjudged = False
        self._dpor: Dpor | None = None
        self._steps_exceeded = False
        self._has_stood_aside = False
        self._has_withheld = False
        self._stuck: tuple[Stuck, Schedule] | None = None
        self.learning = Tally()
        self.systematic = Tally()
        self.traces = Tally()
        self.random = Tally()
        self.early = Tally()
        self._has_brief_waits = False
        self._races = RaceCollector()
        names = [options.scheduler] if options.scheduler in RANDOMISED else list(RANDOMISED)
        self._walks = itertools.cycle([(name, RANDOMISED[name](options.seed)) for name in names])
        self._cost = "delays" if options.scheduler == "delay" else "preemptions"
        self._by_bounds = options.scheduler if options.scheduler in BOUNDED else "dfs"
        for execution in failing:
            self._total += 1
            if self.learning.count(execution, self._total, "saved"):
                self._note_failure()

    def run(self) -> SearchResult:
        """Search until everything was tried or the budget is used up.

        Returns:
            What was seen.
        """
        is_complete = False
        with contextlib.suppress(_SearchOverError):
            is_complete = self._run_phases()
        tally = self.systematic
        by_traces = is_complete and self._dpor is not None
        if by_traces:
            tally = self.traces
            tally.learn_from(self.systematic)
            self._is_unjudged = not self._serial_known and any(
                not (seen.is_serial or seen.is_failing) for seen in tally.outcomes.values()
            )
        elif not is_complete:
            tally = self._merged()
        tally.inherit(self.learning)
        tally.inherit(self.random)
        tally.inherit(self.early)
        tally.threads = max(t.threads for t in self._tallies)
        is_complete = is_complete and not (
            self._steps_exceeded
            or self._has_stood_aside
            or self._leaves_brief_waits
            or self._has_withheld
            or self._is_unjudged
        )
        return SearchResult(
            tally=tally,
            is_complete=is_complete,
            reasons=[] if is_complete else self._reasons(),
            bound=self._explored if self._by_bounds == "dfs" else None,
            by_traces=by_traces,
            redundant=self._dpor.redundant
            if by_traces and self._dpor is not None
            else self._total - tally.executions,
            estimate=None if is_complete or self._dpor is None else self._dpor.remaining(),
            serial_known=self._serial_known,
            total=self._total,
            elapsed=time.perf_counter() - self._begun,
            divergence=self._divergence,
            is_interrupted=self._is_interrupted,
            stuck=self._stuck,
            races=self._races.seen,
        )

    @property
    def _tallies(self) -> tuple[Tally, ...]:
        return self.learning, self.systematic, self.traces, self.random

    def one_walk(self, seed: int) -> Schedule:
        """Learn the scheduling points, then walk once at random.

        Args:
            seed: Seed of the walk.

        Returns:
            The schedule of that walk.

        Raises:
            UncontrolledError: A task did not come back.
        """
        try:
            self._learn()
        except _SearchOverError:
            if self._is_interrupted:
                raise KeyboardInterrupt from None
            if self._stop_reason and kernel.status == "uncontrolled":
                raise UncontrolledError(f"{self._stop_reason}.") from None
        walk = RandomWalk(seed)
        walk.begin()
        execution = self._session.execute(walk)
        require_control(execution)
        return execution.schedule()

    def _run_phases(self) -> bool:
        self._learn()
        if self._options.scheduler in RANDOMISED:
            while True:
                self._walk_once()
                self._learn_from_last()
        is_complete = self._search_systematically()
        if self._first_failure is None and self._leaves_brief_waits:
            self._search_early_timeouts()
        return is_complete

    def _search_early_timeouts(self) -> None:
        """Let brief timeouts fire early, for as long as the quiescent search took or a part of the rest."""
        self._session.timeouts = Timeouts.BRIEF
        tallies = (self.systematic, self.random)
        self.systematic, self.random = self.early, self.early
        now = time.perf_counter()
        left = self._begun + self._max_seconds - now
        end = now + max(left * EARLY_SHARE, min(left, EARLY_SECONDS))
        try:
            while time.perf_counter() < end and self._first_failure is None:
                self._walk_once()
                self._learn_from_last()
        finally:
            self.systematic, self.random = tallies
            self._session.timeouts = self._options.timeouts

    # --- phases ---------------------------------------------------------------------------------

    def _learn(self) -> None:
        """Find scheduling points by default schedules and a few random walks."""
        for _ in range(3):
            execution = self._execute(Scheduler())
            self._count(self.learning, execution, "random-walk")
            if self._is_without_threads(execution):
                return
            if not self._learn_from_last():
                break
        walk = RandomWalk(self._options.seed)
        quiet = 0
        while quiet < LEARNING_WALKS:
            walk.begin()
            self._count(self.learning, self._execute(walk), "random-walk")
            quiet = 0 if self._learn_from_last() else quiet + 1
            if time.perf_counter() - self._begun > self._max_seconds / 4:
                break

    @property
    def _leaves_brief_waits(self) -> bool:
        """Whether there are brief timeouts that the systematic search never lets fire early."""
        return self._has_brief_waits and self._options.timeouts is Timeouts.QUIESCENT

    def _is_without_threads(self, execution: Execution) -> bool:
        return execution.threads == 1

    def _learn_from_last(self) -> bool:
        """Make scheduling points of the conflicts of the last execution; True when there were new ones."""
        session = self._session
        if not (kernel.learned or session.naming.wants_search or session.observer.has_grown):
            return False
        for site in kernel.learned:
            site.is_point = True
        return True

    def _search_systematically(self) -> bool:
        for _ in range(MAX_RESTARTS):
            self._dpor = None
            self._is_too_large = False
            is_complete = self._search_all_bounds()
            if is_complete is False and self._is_too_large:
                is_complete = self._search_traces()
            if self._divergence is not None:
                if self._session.collects:
                    return False
                # Garbage of an earlier execution may have been seen through a weak reference.
                self._session.collects = True
                self._divergence = None
                is_complete = None
            if is_complete is not None:
                return is_complete
            self.learning.inherit(self.systematic)
            self.learning.inherit(self.traces)
            self.systematic = Tally()
            self.traces = Tally()
        self._stop_reason = "new scheduling points kept appearing"
        return False

    def _search_all_bounds(self) -> bool | None:
        """Passes with growing bounds; None when something was learned and all must begin again."""
        bound = 0
        limit = self._options.preemptions
        self._explored = None
        self._serial_known = False
        begun = self._total
        while True:
            self._bound = bound
            scheduler = BOUNDED[self._by_bounds](bound)
            while scheduler.begin():
                execution = self._execute(scheduler)
                if scheduler.divergence is not None:
                    self._divergence = scheduler.divergence
                    return False
                is_new = scheduler.spent == bound
                if is_new:
                    self._count(self.systematic, execution, self._by_bounds)
                if self._learn_from_last() or self._walk_for_a_while():
                    return None
                if self._is_time_for_early_timeouts():
                    return False
                if self._total - begun >= self._most_enumerated(bound):
                    self._is_too_large = True
                    return False
            self._explored = bound
            if not scheduler.was_cut and self._options.scheduler not in REDUCING:
                self._explored = None
                self._serial_known = True
                return True
            self._serial_known = self._by_bounds == "dfs"
            if limit is not None and bound >= limit:
                self._is_cut_by_bound = True
                return False
            bound += 1
            if self._total - begun >= self._most_enumerated(bound):
                self._is_too_large = True
                return False

    def _most_enumerated(self, bound: int) -> float:
        """After how many executions a search by bounds gives way to one by traces."""
        options = self._options
        if not options.can_reduce or options.scheduler not in {PORTFOLIO, *REDUCING}:
            return float("inf")
        # Those without a preemption are wanted all the same: they say which outcomes are serial.
        return 0 if bound and options.scheduler in REDUCING else MOST_ENUMERATED

    def _search_traces(self) -> bool | None:
        """One execution for each trace; None when something was learned and all must begin again."""
        self._bound = None
        scheduler = self._dpor = Dpor()
        while scheduler.begin():
            execution = self._execute(scheduler)
            if scheduler.divergence is not None:
                self._divergence = scheduler.divergence
                return False
            if not scheduler.is_redundant:
                self._count(self.traces, execution, "dpor")
            for site in scheduler.learned:
                site.is_point = True
            if self._learn_from_last() or scheduler.learned or self._walk_for_a_while():
                return None
            if self._is_time_for_early_timeouts():
                return False
        return True

    def _walk_for_a_while(self) -> bool:
        """Once the systematic search takes long, run random walks for as long again.

        Returns:
            Whether they learned of new scheduling points.
        """
        if self._options.scheduler != PORTFOLIO or not (self._serial_known or self._dpor):
            return False
        now = time.perf_counter()
        if now < max(self._begun + ALONE_SECONDS, self._slice_end + SLICE_SECONDS):
            return False
        has_learned = False
        while not has_learned and time.perf_counter() < now + SLICE_SECONDS:
            self._walk_once()
            has_learned = self._learn_from_last()
        self._slice_end = time.perf_counter()
        return has_learned

    def _is_time_for_early_timeouts(self) -> bool:
        if not self._leaves_brief_waits or self._first_failure is not None:
            return False
        if time.perf_counter() - self._begun < self._max_seconds * QUIESCENT_SHARE:
            return False
        self._stop_reason = f"stopped after {self._max_seconds:g} seconds (--max-seconds)"
        return True

    def _walk_once(self) -> None:
        name, walk = next(self._walks)
        walk.begin()
        self._bound = None
        self._count(self.random, self._execute(walk), name)

    # --- one execution ----------------------------------------------------------------------------

    def _execute(self, scheduler: Scheduler) -> Execution:
        self._check_budget()
        try:
            execution = self._session.execute(scheduler)
        except KeyboardInterrupt:  # it came between two tasks
            self._is_interrupted = True
            raise _SearchOverError from None
        self._total += 1
        self._has_brief_waits = self._has_brief_waits or execution.brief_waits > 0
        if execution.status == "interrupted":
            self._is_interrupted = True
            raise _SearchOverError
        if execution.status == "uncontrolled":
            self._stop_reason = f"{kernel.status_detail}, so it was not controlled"
            if execution.deaths:  # these happened before, and under control
                self._count(self.random, execution, "random-walk")
            stuck = kernel.status_detail
            if not isinstance(stuck, Stuck):
                stuck = Stuck(str(stuck))
            self._stuck = stuck, execution.schedule()
            raise _SearchOverError
        if execution.status == "step-limit":
            self._steps_exceeded = True
        if execution.withheld and self._session.timeouts is Timeouts.EAGER:
            self._has_withheld = True
        if execution.stood_aside:
            self._has_stood_aside = True
        self._races.collect(execution, self._total)
        return execution

    def _count(self, tally: Tally, execution: Execution, found_by: str) -> None:
        """Count an execution; what is new is told to the supervisor, in case this process ends badly."""
        known = len(tally.outcomes) + len(tally.failures)
        if tally.count(execution, self._total, found_by) and tally is not self.learning:
            self._note_failure()
        if len(tally.outcomes) + len(tally.failures) > known and lifeline.is_connected:
            lifeline.tell(seen=execution.schedule().token(), by=found_by)

    def _note_failure(self) -> None:
        if self._first_failure is None:
            self._first_failure = time.perf_counter()

    def _check_budget(self) -> None:
        if kernel.is_interrupted:
            self._is_interrupted = True
            raise _SearchOverError
        limit = self._options.max_executions
        if limit is not None and self._total >= limit:
            self._stop_reason = f"stopped after {limit} executions (--max-executions)"
            raise _SearchOverError
        if self._total & 15 and self._total > 16:
            return
        now = time.perf_counter()
        elapsed = now - self._begun
        if elapsed >= self._max_seconds and self._total:
            self._stop_reason = f"stopped after {self._max_seconds:g} seconds (--max-seconds)"
            raise _SearchOverError
        if self._first_failure is not None and now - self._first_failure > AFTER_FAILURE_SECONDS:
            self._stop_reason = "stopped soon after the first failure"
            raise _SearchOverError
        if elapsed - self._reported < PROGRESS_SECONDS:
            return
        self._reported = elapsed
        lifeline.tell(executions=self._total, serial=self._serial_known)
        if self._progress is not None:
            failures = [f for tally in self._tallies[1:] for f in tally.failures.values()]
            best = min((f.cost[0] for f in failures), default=None)
            self._progress(
                Progress(self._total, elapsed, self._bound, len({f.key for f in failures}), best)
            )

    # --- the end ----------------------------------------------------------------------------------

    def _merged(self) -> Tally:
        """Everything seen by an incomplete search."""
        merged = self.systematic
        others = [self.traces, self.random]
        if not merged.executions:
            others.append(self.learning)
        for other in others:
            merged.executions += other.executions
            for outcome, seen in other.outcomes.items():
                mine = merged.outcomes.get(outcome)
                if mine is None:
                    merged.outcomes[outcome] = seen
                else:
                    mine.executions += seen.executions
            for key, failure in other.failures.items():
                known = merged.failures.get(key)
                if known is not None:
                    known.executions += failure.executions
                    if failure.cost < known.cost:
                        known.schedule, known.cost = failure.schedule, failure.cost
                        known.found_by = failure.found_by
                else:
                    merged.failures[key] = failure
            merged.steps_max = max(merged.steps_max, other.steps_max)
        return merged

    def _reasons(self) -> list[str]:
        reasons = []
        if self._divergence is not None:
            reasons.append("The program does not repeat itself under the same schedule.")
        if self._is_interrupted:
            reasons.append("The search was interrupted.")
        if self._is_cut_by_bound:
            reasons.append(
                f"Only schedules with at most {self._options.preemptions} {self._cost} were tried "
                "(--preemptions)."
            )
        if self._stop_reason:
            reasons.append(
                f"The search {self._stop_reason}."
                if self._stop_reason[0] == "s"
                else f"{self._stop_reason[0].upper()}{self._stop_reason[1:]}."
            )
        if self._steps_exceeded:
            reasons.append("Some executions reached the step bound (--max-steps).")
        if self._has_stood_aside:
            reasons.append(
                "A thread that looked at the same things again and again, or ran for very long, had to let "
                "others run; schedules in which it goes on were not tried."
            )
        if self._leaves_brief_waits:
            reasons.append(
                "Waits of at most 0.1 s can also end while other threads still run; not every such "
                "schedule was tried."
            )
        if self._has_withheld:
            reasons.append(f"At most {MAX_EARLY} timeouts of a schedule were let fire early.")
        if self._is_unjudged:
            reasons.append(
                f"Every trace was explored, but not every schedule without a preemption (there are over "
                f"{MOST_ENUMERATED:,}), so it is not known which outcomes are thread interference."
            )
        if self._by_bounds == "delay" and self._explored is not None:
            most = f"{self._explored} delay{'' if self._explored == 1 else 's'}"
            reasons.append(f"Every schedule with at most {most} was tried.")
        if self._options.scheduler in RANDOMISED:
            counts = [seen.executions for seen in self.random.outcomes.values()]
            reasons.append(unseen(counts if len(counts) < MAX_OUTCOMES else ()))
        return reasons
