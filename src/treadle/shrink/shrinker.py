"""The shrinker: makes a failing schedule simpler as long as it fails in the same way.

Simpler means: fewer brief timeouts that fire early, then fewer preemptions, then fewer switches, then fewer
operations, then fewer departures from the default, then tasks that were created earlier. This is the order
of :class:`Cost`, and everything below rests on one *invariant*: ``best`` is an execution that was seen to
fail in the wanted way, and it is replaced only by another such execution of strictly lower cost. So a pass
may try whatever it likes, sensible or not: at worst it wastes executions. It need not know whether an edited
schedule fits the program either, since what is kept is never the edited list but what the execution that it
led to really did.

What is edited is the list of stints of ``best``: who runs, and how far. The passes are

- ``_drop``: leave out stints, long ranges first. What a task did not do in a stint that is gone, it does at
  the beginning of its next one, or at the end.
- ``_merge``: let a task go on where it was suspended, by joining a stint with the task's next one.
- ``_move``: let a stint come earlier, so that others can be left out or joined.
- ``_shorten``: suspend a task earlier, which leaves out rounds of a loop.
- ``_exchange``: let two tasks change places, so that of several that do the same the first one does it.

They are repeated until none of them helps, and each is deterministic, so shrinking the result again changes
nothing. That the result cannot be improved by a pass does not make it the simplest. Where the schedules are
few, therefore, all that could be simpler are tried in the end: every schedule with fewer preemptions, then
every one with as many and no more switches. If that comes to its end the result *is* the simplest, and
:class:`Shrunk` says what is known.

Prior art: Hypothesis's shrinker (passes, a fixed point, an order on results); Tinertia's operations on
context switches (Jalbert, Sen: A trace simplification technique for effective debugging of concurrent
programs, FSE 2010); delta debugging (Zeller, Hildebrandt, TSE 2002) in ``_drop``; iterative context bounding
(Musuvathi, Qadeer, PLDI 2007) for the proof.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from treadle.model.schedule import Schedule
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import NO_LIMIT, DepthFirst
from treadle.schedulers.replay import Replay
from treadle.schedulers.steered import Steered
from treadle.schedulers.watched import Stint, Watched

MOST_RESTARTS = 20
"""So often a search of all simpler schedules begins again because it learned of new scheduling points."""


class Cost(NamedTuple):
    """How complicated a failing execution is; the first difference decides.

    Args:
        early: Brief timeouts that fired early.
        preemptions: Switches away from a task that could have gone on.
        switches: All switches, also those where a task waited or ended.
        operations: Visible operations.
        choices: Departures from the default, which is what a token consists of.
        indices: What was chosen there; tasks that were created earlier come first.
    """

    early: int
    preemptions: int
    switches: int
    operations: int
    choices: int
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of an execution.

    Args:
        is_failing: Whether it failed in the wanted way.
        early: Brief timeouts that fired early.
        preemptions: Its preemptions.
        operations: Its visible operations.
        schedule: Its schedule.
        has_learned: Whether it showed that further operations can conflict.
    """

    is_failing: bool
    early: int
    preemptions: int
    operations: int
    schedule: Schedule
    has_learned: bool = False


Run = Callable[[Scheduler, bool], Attempt]
"""Executes the program under a scheduler whose ``begin`` was called; the flag says whether every operation is
a scheduling point, or only those that can conflict as far as is known. Raises :class:`StopShrinkingError`
when there shall be no more executions."""


class StopShrinkingError(Exception):
    """The budget is used up, or somebody wants an end."""


class Budget:
    """What may be spent. Operations are the measure, so that the result does not depend on the machine.

    Args:
        passes: Visible operations of all executions by which passes try something.
        proof: Visible operations of all executions that try everything simpler.
        seconds: However slow the program is, no longer than this from now on.
    """

    def __init__(self, passes: int, proof: int, seconds: float) -> None:
        self.passes = passes
        self.proof = proof
        self._end = time.perf_counter() + seconds
        self._whole: Budget | None = None

    def share(self, count: int) -> Budget:
        """A part of what is left.

        Args:
            count: So many such parts would be all of it.

        Returns:
            The part; what is spent of it is spent of the whole.
        """
        left = max(self._end - time.perf_counter(), 0.0)
        part = Budget(self.passes // count, self.proof // count, left / count)
        part._whole = self
        return part

    def spend(self, passes: int = 0, proof: int = 0) -> None:
        """Take something from it.

        Args:
            passes: Operations of a pass.
            proof: Operations of the proof.
        """
        self.passes -= passes
        self.proof -= proof
        if self._whole is not None:
            self._whole.spend(passes, proof)

    def require(self, left: int) -> None:
        """Stop when there is nothing left.

        Args:
            left: What is left for the purpose.

        Raises:
            StopShrinkingError: There is nothing left, or the time is over.
        """
        if left <= 0 or time.perf_counter() > self._end:
            raise StopShrinkingError


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The result.

    Args:
        schedule: The simplest schedule found.
        cost: Its cost; None when the schedule given did not fail in the wanted way when it was replayed.
        is_fewest: Whether it is known that no failing schedule has fewer preemptions.
        is_simplest: Whether it is known that no failing schedule is simpler, up to the last part of the cost.
        executions: How many executions it took.
    """

    schedule: Schedule
    cost: Cost | None
    is_fewest: bool
    is_simplest: bool
    executions: int


class _Best(NamedTuple):
    cost: Cost
    schedule: Schedule
    stints: tuple[Stint, ...]
    draws: tuple[int, ...]


class Shrinker:
    """Shrinks one failing schedule.

    Args:
        run: Executes the program.
        schedule: The schedule.
        budget: What may be spent.
        fewest: So many preemptions every failing schedule is known to have.
    """

    def __init__(self, run: Run, schedule: Schedule, budget: Budget, fewest: int = 0) -> None:
        self._run = run
        self._schedule = schedule
        self._budget = budget
        self._fewest = fewest
        self._is_simplest = False
        self._executions = 0
        self._best: _Best | None = None
        self._tried: set[tuple[Stint, ...]] = set()

    def shrink(self) -> Shrunk:
        """Shrink it.

        Returns:
            The simplest schedule found, and what is known of it.
        """
        with contextlib.suppress(StopShrinkingError):
            if self._attempt(Replay(self._schedule)):
                self._repeat_passes()
        with contextlib.suppress(StopShrinkingError):
            if self._best is not None:
                self._try_all_simpler()
        best = self._best
        if best is None:
            is_fewest = self._schedule.preemptions <= self._fewest
            return Shrunk(self._schedule, None, is_fewest, False, self._executions)
        is_fewest = best.cost.preemptions <= self._fewest
        return Shrunk(best.schedule, best.cost, is_fewest, self._is_simplest, self._executions)

    # --- one execution --------------------------------------------------------------------------

    def _attempt(self, scheduler: Scheduler) -> bool:
        """Execute at the finest grain; True when the result is the new best."""
        watched = Watched(scheduler)
        watched.begin()
        self._budget.require(self._budget.passes)
        self._executions += 1
        attempt = self._run(watched, True)
        self._budget.spend(passes=attempt.operations)
        return self._consider(watched, attempt)

    def _consider(self, watched: Watched, attempt: Attempt) -> bool:
        if not attempt.is_failing:
            return False
        cost = Cost(
            attempt.early,
            attempt.preemptions,
            watched.switches,
            attempt.operations,
            len(attempt.schedule.choices),
            tuple(choice.index for choice in attempt.schedule.choices),
        )
        if self._best is not None and cost >= self._best.cost:
            return False
        self._best = _Best(cost, attempt.schedule, tuple(watched.stints), tuple(watched.draws))
        return True

    # --- passes ---------------------------------------------------------------------------------

    def _repeat_passes(self) -> None:
        has_improved = True
        while has_improved:
            has_improved = False
            for apply in (self._drop, self._merge, self._move, self._shorten, self._exchange):
                has_improved = apply() or has_improved

    def _stints(self) -> tuple[Stint, ...]:
        assert self._best is not None
        return self._best.stints

    def _try(self, stints: tuple[Stint, ...]) -> bool:
        """Execute an edited list of stints, unless that was done before."""
        assert self._best is not None
        if stints in self._tried:
            return False
        self._tried.add(stints)
        return self._attempt(Steered(stints, self._best.draws))

    def _drop(self) -> bool:
        """Leave out ranges of stints, long ones first, the last first."""
        has_improved = False
        size = len(self._stints())
        while size:
            start = len(self._stints()) - size
            while start >= 0:
                stints = self._stints()
                if self._try(stints[:start] + stints[start + size :]):
                    has_improved = True
                    start = min(start, len(self._stints()) - size)
                else:
                    start -= size
            size //= 2
        return has_improved

    def _merge(self) -> bool:
        """Let a task go on to the end of its next stint."""
        has_improved = False
        index = 0
        while index < len(self._stints()):
            stints = self._stints()
            path = stints[index].path
            later = next((i for i in range(index + 1, len(stints)) if stints[i].path == path), None)
            index += 1
            if later is not None:
                joined = (*stints[: index - 1], stints[later], *stints[index:later])
                has_improved = self._try(joined + stints[later + 1 :]) or has_improved
        return has_improved

    def _move(self) -> bool:
        """Let a stint come before others, near ones first."""
        has_improved = False
        source = 1
        while source < len(self._stints()):
            for target in range(source - 1, -1, -1):
                stints = self._stints()
                if source >= len(stints):
                    break
                moved = (*stints[:target], stints[source], *stints[target:source])
                has_improved = self._try(moved + stints[source + 1 :]) or has_improved
            source += 1
        return has_improved

    def _shorten(self) -> bool:
        """Suspend a task earlier: by half of what it does in the stint, by a quarter, and so on."""
        has_improved = False
        index = 0
        while index < len(self._stints()):
            path, until = self._stints()[index]
            begun = max((s.until for s in self._stints()[:index] if s.path == path), default=0)
            less = max(until - begun, 0) // 2
            while less and index < len(self._stints()):
                stints = self._stints()
                shorter = Stint(path, stints[index].until - less)
                if stints[index].path != path or not self._try(
                    (*stints[:index], shorter, *stints[index + 1 :])
                ):
                    less //= 2
                else:
                    has_improved = True
            index += 1
        return has_improved

    def _exchange(self) -> bool:
        """Exchange every two tasks."""
        has_improved = False
        paths = sorted({stint.path for stint in self._stints()})
        for one, other in itertools.combinations(paths, 2):
            names = {one: other, other: one}
            exchanged = (Stint(names.get(path, path), until) for path, until in self._stints())
            has_improved = self._try(tuple(exchanged)) or has_improved
        return has_improved

    # --- proof ----------------------------------------------------------------------------------

    def _try_all_simpler(self) -> None:
        """Try every schedule that could be simpler; what is not better changes nothing."""
        for _ in range(MOST_RESTARTS):
            if self._try_by_bounds():
                return

    def _try_by_bounds(self) -> bool:
        """False when an execution showed that there are more scheduling points."""
        assert self._best is not None
        bound = self._fewest
        while bound <= self._best.cost.preemptions:
            scheduler = DepthFirst(bound)
            watched = Watched(scheduler)
            while watched.begin():
                cost = self._best.cost
                scheduler.most_switches = cost.switches if bound == cost.preemptions else NO_LIMIT
                self._budget.require(self._budget.proof)
                self._executions += 1
                attempt = self._run(watched, False)
                self._budget.spend(proof=attempt.operations)
                if scheduler.divergence is not None:
                    raise StopShrinkingError
                self._consider(watched, attempt)
                if attempt.has_learned:
                    self._fewest = 0
                    return False
            self._is_simplest = bound == self._best.cost.preemptions
            bound += 1
            self._fewest = max(self._fewest, min(bound, self._best.cost.preemptions))
        return True
