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
from typing import TYPE_CHECKING

from treadle.engine.kernel import MAX_EARLY, kernel
from treadle.errors import UncontrolledError
from treadle.explorer.budget import Budget
from treadle.explorer.child import can_fork
from treadle.explorer.lifeline import lifeline
from treadle.explorer.options import CheckOptions, Progress
from treadle.explorer.runner import Runner, SearchOverError
from treadle.explorer.search_result import SearchResult
from treadle.explorer.session import Execution, Session, require_control
from treadle.explorer.tally import MAX_OUTCOMES, Tally
from treadle.explorer.unseen import unseen
from treadle.model.schedule import Schedule, Timeouts
from treadle.schedulers.base import Scheduler
from treadle.schedulers.bounded_dpor import BoundedDpor
from treadle.schedulers.catalogue import BOUNDED, PORTFOLIO, RANDOMISED, REDUCING
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.sharing import Sharing

if TYPE_CHECKING:
    from treadle.explorer.budget import Allowance
    from treadle.explorer.parallel import Parallel, Seeds
    from treadle.explorer.slices import Told

ALONE_SECONDS = 1.0
"""So long the systematic search runs alone; then random walks get every other slice."""

SHARED_AFTER = 1.0
"""Seconds after which other processes help with what is not done."""

SLICE_SECONDS = 0.25
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
        self._runner = Runner(session)
        self._options = options
        self._progress = progress
        self._budget = Budget(options)
        self._reported = 0.0
        self._bound: int | None = 0
        self._explored: int | None = None
        self._serial_known = False
        self._divergence: str | None = None
        self._stop_reason = ""
        self._slice_end = 0.0
        self._is_cut_by_bound = False
        self._is_too_large = False
        self._is_unjudged = False
        self._dpor: Dpor | None = None
        self._sharing: Sharing | None = None
        self.learning = Tally()
        self.systematic = Tally()
        self.traces = Tally()
        self.random = Tally()
        self.early = Tally()
        names = [options.scheduler] if options.scheduler in RANDOMISED else list(RANDOMISED)
        self._walkers = {name: RANDOMISED[name](options.seed) for name in names}
        self._walks = itertools.cycle(self._walkers.items())
        self._cost = "delay" if options.scheduler == "delay" else "preemption"
        self._by_bounds = options.scheduler if options.scheduler in BOUNDED else "dfs"
        for execution in failing:
            self._runner.total += 1
            if self.learning.count(execution, self._runner.total, "saved"):
                self._budget.note_failure()

    def run(self) -> SearchResult:
        """Search until everything was tried or the budget is used up.

        Returns:
            What was seen.
        """
        is_complete = False
        with contextlib.suppress(SearchOverError):
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
            self._runner.remarks.has_exceeded_steps
            or self._runner.remarks.has_stood_aside
            or self._leaves_brief_waits
            or self._runner.remarks.has_withheld
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
            else self._runner.total - tally.executions,
            estimate=None if is_complete else self._remaining(),
            serial_known=self._serial_known,
            total=self._runner.total,
            elapsed=self._budget.elapsed,
            divergence=self._divergence,
            is_interrupted=self._runner.is_interrupted,
            stuck=self._runner.stuck,
            races=self._runner.races.seen,
            assumptions=self._assumptions(),
        )

    def _remaining(self) -> tuple[int, int] | None:
        """Between how many and how many traces there are beside those seen; None where unknown."""
        explored = self._sharing or self._dpor
        return None if explored is None else explored.remaining()

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
        except SearchOverError:
            if self._runner.is_interrupted:
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
                if self._is_time_to_share():
                    self._share(None)
                self._walk_once()
                self._runner.learn()
        is_complete = self._search_systematically()
        if not self._budget.has_failed and self._leaves_brief_waits:
            self._search_early_timeouts()
        return is_complete

    def _search_early_timeouts(self) -> None:
        """Let brief timeouts fire early, for as long as the quiescent search took or a part of the rest."""
        self._session.timeouts = Timeouts.BRIEF
        tallies = (self.systematic, self.random)
        self.systematic, self.random = self.early, self.early
        now = time.perf_counter()
        left = self._budget.seconds - self._budget.elapsed
        end = now + max(left * EARLY_SHARE, min(left, EARLY_SECONDS))
        try:
            while time.perf_counter() < end and not self._budget.has_failed:
                self._walk_once()
                self._runner.learn()
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
            if not self._runner.learn():
                break
        walk = RandomWalk(self._options.seed)
        quiet = 0
        while quiet < LEARNING_WALKS:
            walk.begin()
            self._count(self.learning, self._execute(walk), "random-walk")
            quiet = 0 if self._runner.learn() else quiet + 1
            if self._budget.elapsed > self._budget.seconds / 4:
                break

    @property
    def _leaves_brief_waits(self) -> bool:
        """Whether there are brief timeouts that the systematic search never lets fire early."""
        return self._runner.remarks.has_brief_waits and self._options.timeouts is Timeouts.QUIESCENT

    def _is_without_threads(self, execution: Execution) -> bool:
        return execution.threads == 1

    def _search_systematically(self) -> bool:
        for _ in range(MAX_RESTARTS):
            self._dpor = self._sharing = None
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
        begun = self._runner.total
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
                if self._runner.learn() or self._walk_for_a_while():
                    return None
                if self._is_time_for_early_timeouts():
                    return False
                if self._runner.total - begun >= self._most_enumerated(bound):
                    self._is_too_large = True
                    return False
            self._explored = bound
            is_enough = self._options.scheduler not in REDUCING or bound == limit
            if not scheduler.was_cut and is_enough:
                self._explored = None
                self._serial_known = True
                return True
            self._serial_known = self._by_bounds == "dfs"
            if limit is not None and bound >= limit:
                self._is_cut_by_bound = True
                return False
            bound += 1
            if self._runner.total - begun >= self._most_enumerated(bound):
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
        limit = self._bound = self._options.preemptions
        bounded = None if limit is None else BoundedDpor(limit)
        scheduler = self._dpor = bounded or Dpor()
        while scheduler.begin():
            if bounded is None and self._is_time_to_share():
                return self._share(scheduler)
            execution = self._execute(scheduler)
            if scheduler.divergence is not None:
                self._divergence = scheduler.divergence
                return False
            if not scheduler.is_redundant:
                self._count(self.traces, execution, "dpor")
            for site in scheduler.learned:
                site.is_point = True
            if self._runner.learn() or scheduler.learned or self._walk_for_a_while():
                return None
            if self._is_time_for_early_timeouts():
                return False
        if bounded is not None and bounded.was_cut:
            self._explored, self._is_cut_by_bound = limit, True
            return False
        self._explored = None
        return True

    # --- several processes ------------------------------------------------------------------------

    def _is_time_to_share(self) -> bool:
        """Whether other processes can help, and there is enough to do for them."""
        return (
            self._options.jobs > 1
            and self._session.can_share
            and can_fork()
            and self._budget.elapsed >= SHARED_AFTER
        )

    def _share(self, scheduler: Dpor | None) -> bool | None:
        """Go on in several processes.

        Args:
            scheduler: The search by traces, which has just begun an execution; None to execute random
                schedules only.

        Returns:
            As :meth:`_search_traces`.

        Raises:
            SearchOverError: The search is over.
        """
        from treadle.explorer.parallel import Parallel, Seeds  # not needed to start

        seeds = None
        if scheduler is None or self._options.scheduler == PORTFOLIO:
            seeds = Seeds({name: walker.seed + 1 for name, walker in self._walkers.items()})
        if scheduler is not None:
            self._sharing = Sharing.of(scheduler)
        parallel = Parallel(
            self._session,
            self._options.jobs,
            self._sharing,
            seeds,
            self._take,
            self._notice,
            self._allow,
        )
        try:
            parallel.run()
        finally:
            self._take_over(parallel, seeds)
        if parallel.stuck is not None:
            self._say_where_it_stuck()
            raise SearchOverError
        if parallel.divergence is not None:
            self._divergence = parallel.divergence
            return False
        if self._sharing is not None:
            if parallel.has_learned:
                return None
            if self._sharing.is_done:
                return True
            if self._budget.left(self._runner.total) is not None:
                return False  # it is time for early timeouts
        raise SearchOverError

    def _take_over(self, parallel: Parallel, seeds: Seeds | None) -> None:
        """Know what other processes have found."""
        for race in parallel.races:
            self._runner.races.add(race)
        if parallel.stuck is not None:
            self._runner.stuck = parallel.stuck
        if seeds is not None:
            for name, walker in self._walkers.items():
                walker.seed = seeds.next(name) - 1

    def _take(self, told: Told, found_by: str) -> None:
        """Count what another process tells."""
        tally = self.traces if found_by in REDUCING else self.random
        new = tally.add(told.tally, self._runner.total)
        self._runner.total += told.executions
        self._runner.remarks.add(told.remarks)
        if told.explored is not None and self._dpor is not None:
            self._dpor.redundant += told.explored.redundant
        if lifeline.is_connected:
            for schedule in new:
                lifeline.tell(seen=schedule.token(), by=found_by)

    def _notice(self, told: Told) -> None:
        """Another process tells something, which may have to be done once more if that process ends."""
        if told.tally.failures:
            self._budget.note_failure()

    def _allow(self, uncounted: int) -> Allowance | None:
        """How much other processes may still do.

        Args:
            uncounted: How many executions were told and do not count yet.
        """
        if kernel.is_interrupted:
            self._runner.is_interrupted = True
            raise SearchOverError
        self._tell_progress()
        if self._sharing is not None and self._is_time_for_early_timeouts():
            return None
        return self._budget.left(self._runner.total + uncounted)

    def _walk_for_a_while(self) -> bool:
        """Once the systematic search takes long, run random walks for as long again.

        Returns:
            Whether they learned of new scheduling points.
        """
        if self._options.scheduler != PORTFOLIO or not (self._serial_known or self._dpor):
            return False
        now = time.perf_counter()
        if self._budget.elapsed < ALONE_SECONDS or now < self._slice_end + SLICE_SECONDS:
            return False
        has_learned = False
        while not has_learned and time.perf_counter() < now + SLICE_SECONDS:
            self._walk_once()
            has_learned = self._runner.learn()
        self._slice_end = time.perf_counter()
        return has_learned

    def _is_time_for_early_timeouts(self) -> bool:
        if not self._leaves_brief_waits or self._budget.has_failed:
            return False
        if self._budget.elapsed < self._budget.seconds * QUIESCENT_SHARE:
            return False
        self._budget.give_up()
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
            return self._runner.execute(scheduler)
        except SearchOverError as over:
            if over.execution is not None:
                self._count(self.random, over.execution, "random-walk")
            self._say_where_it_stuck()
            raise

    def _say_where_it_stuck(self) -> None:
        if self._runner.stuck is not None:
            self._stop_reason = f"{self._runner.stuck[0]}, so it was not controlled"

    def _count(self, tally: Tally, execution: Execution, found_by: str) -> None:
        """Count an execution; what is new is told to the supervisor, in case this process ends badly."""
        known = len(tally.outcomes) + len(tally.failures)
        if tally.count(execution, self._runner.total, found_by) and tally is not self.learning:
            self._budget.note_failure()
        if len(tally.outcomes) + len(tally.failures) > known and lifeline.is_connected:
            lifeline.tell(seen=execution.schedule().token(), by=found_by)

    def _check_budget(self) -> None:
        """Raises when nothing is left of the budget, or the person wants an end."""
        if kernel.is_interrupted:
            self._runner.is_interrupted = True
            raise SearchOverError
        total = self._runner.total
        if total & 15 and total > 16 and total != self._options.max_executions:
            return  # to look at the clock costs time
        if self._budget.left(total) is None:
            raise SearchOverError
        self._tell_progress()

    def _tell_progress(self) -> None:
        elapsed = self._budget.elapsed
        if elapsed - self._reported < PROGRESS_SECONDS:
            return
        self._reported = elapsed
        total = self._runner.total
        lifeline.tell(executions=total, serial=self._serial_known)
        if self._progress is None:
            return
        failures = [f for tally in self._tallies[1:] for f in tally.failures.values()]
        best = min((f.cost[0] for f in failures), default=None)
        count = len({f.key for f in failures})
        traces = None if self._dpor is None else self.traces.executions
        redundant = 0 if self._dpor is None else self._dpor.redundant
        self._progress(
            Progress(total, elapsed, self._bound, count, best, traces, redundant, self._remaining())
        )

    # --- the end ----------------------------------------------------------------------------------

    def _merged(self) -> Tally:
        """Everything seen by an incomplete search."""
        merged = self.systematic
        others = [self.traces, self.random]
        if not merged.executions:
            others.append(self.learning)
        for other in others:
            merged.add(other)
        return merged

    def _assumptions(self) -> tuple[str, ...]:
        if self._options.timeouts is Timeouts.EAGER or not self._runner.remarks.has_long_waits:
            return ()
        assumed = (
            "Timeouts and sleeps of over 0.1 s were taken to end only when no other thread can run; "
            "--timeouts eager tries what happens when they end early."
        )
        return (assumed,)

    def _reasons(self) -> list[str]:
        reasons = []
        if self._divergence is not None:
            reasons.append("The program does not repeat itself under the same schedule.")
        if self._runner.is_interrupted:
            reasons.append("The search was interrupted.")
        if self._is_cut_by_bound:
            most = _counted(self._options.preemptions or 0, self._cost)
            reasons.append(f"Only schedules with at most {most} were tried (--preemptions).")
        if self._budget.stop_reason:
            reasons.append(f"The search {self._budget.stop_reason}.")
        if self._stop_reason:
            reasons.append(f"{self._stop_reason[0].upper()}{self._stop_reason[1:]}.")
        if self._runner.remarks.has_exceeded_steps:
            reasons.append("Some executions reached the step bound (--max-steps).")
        if self._runner.remarks.has_stood_aside:
            reasons.append(
                "A thread that looked at the same things again and again, or ran for very long, had to let "
                "others run; schedules in which it goes on were not tried."
            )
        if self._leaves_brief_waits:
            reasons.append(
                "Waits of at most 0.1 s can also end while other threads still run; not every such "
                "schedule was tried."
            )
        if self._runner.remarks.has_withheld:
            reasons.append(f"At most {MAX_EARLY} timeouts of a schedule were let fire early.")
        if self._is_unjudged:
            reasons.append(
                f"Every trace was explored, but not every schedule without a preemption (there are over "
                f"{MOST_ENUMERATED:,}), so it is not known which outcomes are thread interference."
            )
        if self._by_bounds == "delay" and self._explored is not None:
            most = _counted(self._explored, self._cost)
            reasons.append(f"Every schedule with at most {most} was tried.")
        if self._options.scheduler in RANDOMISED:
            counts = [seen.executions for seen in self.random.outcomes.values()]
            reasons.append(unseen(counts if len(counts) < MAX_OUTCOMES else ()))
        return reasons


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
