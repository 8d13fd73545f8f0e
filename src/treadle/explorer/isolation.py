"""Isolation: every execution in a forked child, so that nothing of one is left for the next.

This process loads the target and never runs it; each execution happens in a copy. What comes back is plain
data: what happened, and what was learned from it about the program (scheduling points, names, choices), which
the next child knows from the start. Packages that an execution imported are imported here too, so that only
the first child pays for it; the project's own modules are not, since what their bodies do belongs to the
execution.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from treadle.analysis.deadlock import Diagnosis
from treadle.engine.conflicts import seen_races
from treadle.engine.kernel import kernel
from treadle.errors import UsageError
from treadle.explorer.child import Child, Ended, call_in_child, can_fork, if_picklable
from treadle.explorer.options import CheckOptions
from treadle.explorer.session import Execution, Session
from treadle.explorer.sites import Described, described
from treadle.explorer.stuck import Stuck, place_of
from treadle.explorer.survey import Survey
from treadle.explorer.tracing import NamedRace
from treadle.explorer.watchdog import watching
from treadle.instrument.rewrite import is_instrumented
from treadle.instrument.scope import Category
from treadle.instrument.targets import Target
from treadle.interpose.processes import forks
from treadle.model.access import Access
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import PORTFOLIO, REDUCING


def open_session(target: str | Target, options: CheckOptions) -> Session:
    """Load a target.

    Args:
        target: As for a session.
        options: ``isolate`` decides where executions happen.

    Returns:
        The session.
    """
    if not options.isolate:
        return Session(target, options)
    if options.scheduler == PORTFOLIO:
        # What the search by traces knows is not moved from process to process.
        options = dataclasses.replace(options, scheduler="dfs")
    if options.scheduler in REDUCING:
        raise UsageError(
            f"--isolate does not work with --scheduler {options.scheduler}: choose dfs or a randomised one."
        )
    return IsolatedSession(target, options)


@dataclass(slots=True)
class _Told:
    """What a child tells of an execution."""

    execution: Execution
    trace: Trace | None
    accesses: list[Access]
    diagnosis: Diagnosis | None
    named_races: list[NamedRace] | None
    races: list[tuple[Described, Described]]
    status_detail: object
    learned: list[Described]
    naming: tuple[Any, ...]
    observer: tuple[Any, ...] | None
    scheduler: Any
    shared: dict[str, set[int]]
    forked_at: set[tuple[str, int]]
    imported: list[str]


class IsolatedSession(Session):
    """A session whose executions happen in children of this process.

    Args:
        target: As for a session.
        options: As for a session.

    Raises:
        UsageError: The system has no ``fork``, or the target is a scenario.
    """

    def __init__(self, target: str | Target, options: CheckOptions) -> None:
        if not can_fork():
            raise UsageError(
                "--isolate needs a system that can fork processes, which this one cannot."
            )
        self._is_child = False
        self._races_told: set[tuple[Described, Described]] = set()
        super().__init__(target, options)
        self.can_share = False
        if self.parsed.kind == "scenario":
            raise UsageError(
                "--isolate is for scripts and functions: a scenario makes its object anew each time."
            )

    def stay_in_this_process(self) -> None:
        """From now on, execute in this process, which has a child's part already."""
        self._is_child = True

    def execute(self, scheduler: Scheduler) -> Execution:
        """As a session does, in a child."""
        if self._is_child:
            return super().execute(scheduler)
        execution, _ = self._in_child(lambda: (self.execute(scheduler), None), scheduler)
        return execution

    def execute_finely(self, scheduler: Scheduler) -> Execution:
        """As a session does, in a child."""
        finely = super().execute_finely
        execution, _ = self._in_child(lambda: (finely(scheduler), None), scheduler)
        return execution

    def record(self, scheduler: Scheduler, schedule: Schedule) -> tuple[Execution, Trace]:
        """As a session does, in a child."""
        record = super().record
        execution, trace = self._in_child(lambda: record(scheduler, schedule), scheduler)
        return execution, trace or Trace((), (), schedule.token(), schedule.preemptions)

    def _in_child(
        self, run: Callable[[], tuple[Execution, Trace | None]], scheduler: Scheduler
    ) -> tuple[Execution, Trace | None]:
        """Run something in a child, and know here what came of it."""
        limit = self.options.stuck_after

        def job(child: Child) -> _Told:
            self.stay_in_this_process()
            modules = set(sys.modules)
            known = len(seen_races())
            with watching(self.where, limit, child.is_well):
                execution, trace = run()
            new = [(described(one), described(other)) for one, other in seen_races()[known:]]
            return self._told(execution, trace, scheduler, new, sys.modules.keys() - modules)

        kernel.progress += 1  # something moves, although not here
        answer = call_in_child(job, limit)
        if isinstance(answer, Ended):
            place = None if answer.place is None else place_of(*answer.place)
            kernel.status = "uncontrolled"
            kernel.status_detail = Stuck(answer.sentence, place)
            return _nothing(self), None
        self._take(answer, scheduler)
        return answer.execution, answer.trace

    # --- in the child ----------------------------------------------------------------------------

    def _told(
        self,
        execution: Execution,
        trace: Trace | None,
        scheduler: Scheduler,
        races: list[tuple[Described, Described]],
        imported: Iterable[str],
    ) -> _Told:
        survey = self._survey
        return _Told(
            execution,
            trace,
            self.accesses,
            self.diagnosis,
            if_picklable(self.races),
            races,
            kernel.status_detail,
            [described(site) for site in kernel.learned],
            self.naming.memory(),
            if_picklable(self.observer.memory()),
            if_picklable(_state_of(scheduler)),
            {} if survey is None else survey.tasks,
            forks.places,
            [name for name in imported if self._is_foreign(name)],
        )

    def _is_foreign(self, name: str) -> bool:
        """Whether a module belongs to the library or another package, not to the project."""
        filename = getattr(sys.modules.get(name), "__file__", None)
        return self.scope.category(name, filename) is not Category.PROJECT

    # --- in the parent ---------------------------------------------------------------------------

    def _take(self, told: _Told, scheduler: Scheduler) -> None:
        if told.scheduler is not None:
            _set_state(scheduler, told.scheduler)
        elif not hasattr(scheduler, "seed"):
            raise UsageError(
                "--isolate does not work with this scheduler, whose state cannot be moved from process to "
                "process: choose another with --scheduler dfs."
            )
        self.known_sites.learn(told.learned)
        kernel.learned = [self.known_sites.find(each) for each in told.learned]
        for pair in told.races:
            if pair not in self._races_told:
                self._races_told.add(pair)
                seen_races().append(
                    (self.known_sites.find(pair[0]), self.known_sites.find(pair[1]))
                )
        self.races = told.named_races or []
        kernel.status = told.execution.status
        kernel.status_detail = told.status_detail
        self.naming.remember(told.naming)
        if told.observer is not None:
            self.observer.remember(told.observer)
        self.accesses = told.accesses
        self.diagnosis = told.diagnosis
        self.outcome = told.execution.outcome
        self._deaths = told.execution.deaths
        if self._survey is None:
            self._survey = Survey(is_instrumented, told.shared)
        forks.places |= told.forked_at
        for name in told.imported:
            if name not in sys.modules:
                with contextlib.suppress(Exception):  # then each child imports it for itself
                    importlib.import_module(name)


def _nothing(session: Session) -> Execution:
    """The execution of a child that gave no answer."""
    return Execution("uncontrolled", (), [], 0, [], 0, 1, session.timeouts)


def _state_of(scheduler: Scheduler) -> Any:
    """What a scheduler knows."""
    reduced: Any = scheduler.__reduce_ex__(2)
    return reduced[2] if len(reduced) > 2 else reduced[1][2]  # Cython has two forms


def _set_state(scheduler: Any, state: Any) -> None:
    """Let a scheduler know what another knows."""
    if hasattr(scheduler, "__setstate__"):
        scheduler.__setstate__(state)
    elif state:
        vars(scheduler).update(state)
