"""Slices of a search: what a worker process is asked to do for a while, and what it tells then."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from treadle.engine.conflicts import seen_races
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.explorer.child import Child, if_picklable
from treadle.explorer.races import RaceCollector
from treadle.explorer.runner import Remarks, Runner, SearchOverError
from treadle.explorer.session import Session
from treadle.explorer.sites import Described, described
from treadle.explorer.stuck import Stuck
from treadle.explorer.tally import Tally
from treadle.explorer.watchdog import watching
from treadle.model.schedule import Schedule
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import RANDOMISED
from treadle.schedulers.dpor import Dpor, Work
from treadle.schedulers.randomised import Randomised
from treadle.schedulers.sharing import Found

MOST_FOUND = 200
"""So many sequences for others to explore end a slice, so that what is found next is compared with them."""


class Connection(Protocol):
    """One end of a pipe for objects."""

    def recv(self) -> Any:
        """The next object."""

    def send(self, obj: Any, /) -> None:
        """Send an object."""


@dataclass(slots=True)
class Ask:
    """What to do.

    Args:
        seconds: For how long.
        most: So many executions at the most.
        work: A part of the tree of executions to explore by traces.
        goes_on: Whether to go on with the part that was explored last.
        gives_up: Whether to tell what is left to do there, to be gone on with by others.
        scheduler: Name of a randomised scheduler, where there is no part.
        seed: Of its first execution; the others have the numbers after it.
        points: Sites that other processes have learned to be scheduling points.
    """

    seconds: float
    most: int
    work: Work | None = None
    goes_on: bool = False
    gives_up: bool = False
    scheduler: str = ""
    seed: int = 0
    points: list[Described] = field(default_factory=list)


@dataclass(slots=True)
class Explored:
    """How far a part of the tree of executions is explored.

    Args:
        has_more: Whether something is left to do there.
        tasks: The path of each task, by its number in what follows.
        rest: What is left to do, where that was asked.
        found: What there is to do elsewhere.
        traces: How many traces were explored.
        redundant: How many executions led to nothing new.
    """

    has_more: bool
    tasks: list[tuple[int, ...]]
    rest: list[Any]
    found: Found
    traces: int
    redundant: int


@dataclass(slots=True)
class Told:
    """What came of it.

    Args:
        tally: Outcomes and failures.
        executions: How many executions there were.
        remarks: What they showed of the search.
        explored: How far the part is explored.
        points: Sites that were learned to be scheduling points.
        has_learned: Whether the search has to begin again, since it knows the program better now.
        naming: What was learned of names, where it has to.
        observer: What was learned of shared data then; None where it cannot be told.
        races: Data races: the two sites, the schedule and the number of the execution.
        divergence: A sentence when the program did not repeat itself, else None.
        stuck: Where a task did not come back, and the schedule that led there.
    """

    tally: Tally
    executions: int
    remarks: Remarks
    explored: Explored | None
    points: list[Described]
    has_learned: bool
    naming: tuple[Any, ...]
    observer: tuple[Any, ...] | None
    races: list[tuple[tuple[Described, Described], Schedule, int]]
    divergence: str | None
    stuck: tuple[Stuck, Schedule] | None


class Slices:
    """A worker process: does what it is asked, until nobody asks any more.

    Args:
        session: The loaded target, in this process.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._walks: dict[str, Randomised] = {}
        self._dpor: Dpor | None = None

    def serve(self, questions: Connection, answers: Connection, child: Child) -> None:
        """Answer questions.

        Args:
            questions: Where they come from, each an :class:`Ask`.
            answers: Where each :class:`Told` goes.
            child: This process.
        """
        session = self._session
        with watching(session.where, session.options.stuck_after, child.is_well):
            while True:
                try:
                    ask = questions.recv()
                except EOFError:
                    return
                answers.send(self.do(ask))

    def do(self, ask: Ask) -> Told:
        """Do what is asked.

        Args:
            ask: That.

        Returns:
            What came of it.
        """
        self._session.known_sites.learn(ask.points)
        one = _Slice(self._session, ask)
        if ask.work is not None:
            self._dpor = Dpor(ask.work)
            gc.freeze()  # none of it is garbage soon
        dpor = self._dpor
        if dpor is not None and (ask.work is not None or ask.goes_on or ask.gives_up):
            return one.told(lambda: one.explore(dpor))
        walk = self._walks.get(ask.scheduler)
        if walk is None:  # some learn from one execution for the next
            walk = self._walks[ask.scheduler] = RANDOMISED[ask.scheduler]()
        walk.seed = ask.seed - 1
        return one.told(lambda: one.walk(walk))


class _Slice:
    """One of the things asked."""

    def __init__(self, session: Session, ask: Ask) -> None:
        self._session = session
        self._ask = ask
        self._runner = Runner(session, RaceCollector(len(seen_races())))
        self._end = time.perf_counter() + ask.seconds
        self._tally = Tally()
        self._points: list[Described] = []
        self._has_learned = False
        self._divergence: str | None = None
        self._explored: Explored | None = None

    def told(self, do: Callable[[], None]) -> Told:
        """Do it, and say what came of it."""
        runner = self._runner
        try:
            do()
        except SearchOverError as over:
            if over.execution is not None:
                self._tally.count(over.execution, runner.total, "random-walk")
        learned = self._session if self._has_learned else None
        return Told(
            self._tally,
            runner.total,
            runner.remarks,
            self._explored,
            self._points,
            self._has_learned,
            () if learned is None else learned.naming.memory(),
            None if learned is None else if_picklable(learned.observer.memory()),
            [
                (
                    (described(race.sites[0]), described(race.sites[1])),
                    race.schedule,
                    race.found_after,
                )
                for race in runner.races.seen
            ],
            self._divergence,
            runner.stuck,
        )

    def explore(self, scheduler: Dpor) -> None:
        """Explore a part of the tree of executions."""
        traces, redundant = scheduler.traces, scheduler.redundant
        has_more = scheduler.has_more or scheduler.begin()
        while has_more and not self._ask.gives_up:
            execution = self._runner.execute(scheduler)
            self._divergence = scheduler.divergence
            if not scheduler.is_redundant:
                self._tally.count(execution, self._runner.total, "dpor")
            self._learn(scheduler.learned)
            if self._has_learned or self._divergence is not None:
                return
            has_more = scheduler.begin()
            if self._is_over or len(scheduler.found) >= MOST_FOUND:
                break
        found, scheduler.found = scheduler.found, []
        self._explored = Explored(
            has_more,
            scheduler.tasks(),
            scheduler.rest() if self._ask.gives_up else [],
            found,
            scheduler.traces - traces,
            scheduler.redundant - redundant,
        )

    def walk(self, walk: Scheduler) -> None:
        """Execute random schedules."""
        name = self._ask.scheduler
        while not self._is_over and not self._has_learned:
            walk.begin()
            self._tally.count(self._runner.execute(walk), self._runner.total, name)
            self._learn(())

    @property
    def _is_over(self) -> bool:
        total = self._runner.total
        return total >= self._ask.most or (total > 0 and time.perf_counter() >= self._end)

    def _learn(self, sites: Iterable[Site]) -> None:
        """Learn from the last execution."""
        for site in sites:
            site.is_point = True
        new = [*sites, *kernel.learned]
        if self._runner.learn() or new:
            self._has_learned = True
            self._points += [described(site) for site in new]
