"""From failures to findings: each is shrunk, recorded and explained."""

from __future__ import annotations

from dataclasses import replace

from treadle.analysis.deadlock import Diagnosis
from treadle.analysis.interference import Triple, unserializable
from treadle.engine.kernel import kernel
from treadle.explain.triples import pattern_name
from treadle.explain.why import deciding_steps, explain
from treadle.explorer.observe import Outcome
from treadle.explorer.orders import refuted
from treadle.explorer.races import race_findings
from treadle.explorer.search_result import SearchResult
from treadle.explorer.session import Execution, Session, require_control
from treadle.explorer.shrinking import Shrinking
from treadle.explorer.stuck import Stuck
from treadle.explorer.tally import Failure, Seen, Tally, failure_keys
from treadle.explorer.tracing import NamedRace
from treadle.instrument.scenario_program import ScenarioProgram
from treadle.model.finding import DeadlockKind, Finding, FindingKind, FindingLocation, identified
from treadle.model.schedule import Schedule
from treadle.model.trace import Action, Trace
from treadle.schedulers.replay import Replay

MAX_FINDINGS = 8
MAX_CANDIDATES = 30
"""So many outcomes that no serial order gives are looked at for interference."""

_EARLY = (
    "It happens only if the timeout fires early, while other threads could still run, as it may on a busy "
    "machine."
)
_ORDER = (
    FindingKind.LINEARIZABILITY,
    FindingKind.ASSERTION,
    FindingKind.EXCEPTION,
    FindingKind.DEADLOCK,
    FindingKind.LIVELOCK,
    FindingKind.INTERFERENCE,
)


class FindingBuilder:
    """Turns what a search saw into findings.

    Args:
        session: The loaded target.
        result: What the search saw.
    """

    def __init__(self, session: Session, result: SearchResult) -> None:
        self._session = session
        self._result = result
        self._replays = 0
        self._shrinking = Shrinking(
            session, len(result.tally.failures) + 1, session.options.max_seconds
        )
        # After Ctrl-C, or with a program that does not come back or not repeat itself, least is run.
        self._shrinking.is_stopped = (
            result.is_interrupted or result.stuck is not None or result.divergence is not None
        )
        self.divergence: str | None = result.divergence
        self.stuck = result.stuck

    @property
    def replays(self) -> int:
        """How many executions it took."""
        return self._replays + self._shrinking.executions

    def build(self) -> list[Finding]:
        """All findings, the most important first."""
        found = []
        failures = sorted(
            self._result.tally.failures.values(),
            key=lambda failure: (_ORDER.index(failure.kind), failure.cost),
        )
        for failure in failures[:MAX_FINDINGS]:
            finding = self._failure(failure)
            if finding is not None:
                found.append(finding)
        found += self._interference()
        if self.stuck is not None:
            found.append(self._uncontrolled(*self.stuck))
        return found

    def races(self) -> tuple[list[Finding], int]:
        """The data races that the search noticed.

        Where something held a task that Treadle does not control, a lock made by C code perhaps, that may
        well order accesses too; nothing is said of them then.

        Returns:
            A finding for each pair of places, and how many pairs of sites there was no time to look at.
        """
        if self.stuck is not None:
            return [], 0
        return race_findings(
            self._result.races,
            self._races_under,
            self._result.elapsed / max(self._result.total, 1),
            self._session.options.max_seconds,
        )

    def _races_under(self, schedule: Schedule) -> tuple[list[NamedRace], Trace] | None:
        recorded = self._replay(schedule)
        return None if recorded is None else (self._session.races, recorded[1])

    @classmethod
    def replay(
        cls, session: Session, schedule: Schedule
    ) -> tuple[Finding | None, Trace, str | None]:
        """Run a schedule once, recorded.

        Args:
            session: The loaded target.
            schedule: The schedule.

        Returns:
            What failed, the trace, and a sentence when the program left the schedule.
        """
        scheduler = Replay(schedule)
        scheduler.begin()
        session.timeouts = schedule.timeouts
        execution, trace = session.record(scheduler, schedule)
        require_control(execution)
        if scheduler.divergence is not None:
            return None, trace, scheduler.divergence
        return cls.seen(session, execution, trace), trace, None

    @classmethod
    def seen(cls, session: Session, execution: Execution, trace: Trace) -> Finding | None:
        """What failed in an execution that has just been recorded.

        Args:
            session: The loaded target.
            execution: The execution.
            trace: Its trace.

        Returns:
            The most important failure, None when nothing failed.
        """
        if not failure_keys(execution):
            return None
        tally = Tally()
        tally.count(execution, 1, "replay")
        builder = cls(session, SearchResult.of_one(tally))
        failure = min(tally.failures.values(), key=lambda each: _ORDER.index(each.kind))
        return builder.explained(failure, execution, trace)

    # --- failures -------------------------------------------------------------------------------

    def _failure(self, failure: Failure) -> Finding | None:
        shrunk = self._shrinking.shrunk(
            failure.schedule,
            lambda execution: failure.key in failure_keys(execution),
            self._fewest(failure.cost[0], failure.found_by, is_early=failure.is_early),
        )
        replayed = self._replay(shrunk.schedule)
        if replayed is None:
            return None
        execution, trace = replayed
        if failure.key not in failure_keys(execution):
            self.divergence = (
                self.divergence or "a failing schedule did not fail again when it was replayed"
            )
            return None
        return replace(self.explained(failure, execution, trace), is_fewest=shrunk.is_fewest)

    def explained(self, failure: Failure, execution: Execution, trace: Trace) -> Finding:
        """The finding for a failure that has been recorded.

        Args:
            failure: The failure.
            execution: The recorded execution.
            trace: Its trace.

        Returns:
            The finding.
        """
        if failure.kind is FindingKind.DEADLOCK:
            finding = self._deadlock(failure, trace)
        elif failure.kind is FindingKind.LIVELOCK:
            finding = self._livelock(failure, trace)
        else:
            finding = self._exception(failure, execution, trace)
        if execution.early:
            finding = replace(finding, why=f"{finding.why} {_EARLY}".strip())
        return finding

    def _fewest(self, preemptions: int, found_by: str, *, is_early: bool) -> int:
        """So many preemptions every schedule that shows the same is known to have, after the search.

        Args:
            preemptions: How many the simplest schedule has that the search knows.
            found_by: The scheduler that chose it.
            is_early: Whether it was seen only when timeouts fired early, which the bound says nothing of.
        """
        bound = self._result.bound
        if is_early:
            return 0
        if bound is not None:
            return min(preemptions, bound + 1)
        return preemptions if self._result.is_complete and found_by == "dfs" else 0

    def _replay(self, schedule: Schedule) -> tuple[Execution, Trace] | None:
        """Replay and record; None when the program left the schedule."""
        scheduler = Replay(schedule)
        scheduler.begin()
        self._session.timeouts = schedule.timeouts
        self._replays += 1
        execution, trace = self._session.record(scheduler, schedule)
        if execution.status == "interrupted":
            raise KeyboardInterrupt
        if execution.status == "uncontrolled":
            detail = kernel.status_detail
            if self.stuck is None and isinstance(detail, Stuck):
                self.stuck = detail, schedule
            return None
        if scheduler.divergence is not None:
            self.divergence = self.divergence or scheduler.divergence
            return None
        return execution, trace

    def _exception(self, failure: Failure, execution: Execution, trace: Trace) -> Finding:
        death = next(death for death in execution.deaths if death.type_name == failure.key[1])
        head = death.message.splitlines()[0] if death.message else ""
        raised = next(
            (
                step
                for step in reversed(trace.steps)
                if step.action is Action.RAISE and step.task == death.task
            ),
            None,
        )
        finding = Finding(
            kind=failure.kind,
            detail="",
            id="",
            summary=f"{death.type_name} in {death.label}" + (f": {head}" if head else ""),
            why=explain(failure.kind, trace),
            resource="",
            trace=trace,
            found_after=failure.found_after,
            found_by=failure.found_by,
            failing_executions=failure.executions,
            thread=death.label,
            exception_type=death.type_name,
            exception_message=death.message,
            exception_traceback=death.traceback,
        )
        program = self._session.program
        if failure.kind is FindingKind.LINEARIZABILITY and isinstance(program, ScenarioProgram):
            finding = replace(
                finding,
                summary="no order of the calls explains their results",
                why=refuted(program),
                exception_type="",
                exception_traceback="",
            )
        finding = replace(finding, deciding=deciding_steps(finding))
        places = (
            []
            if raised is None or raised.place is None
            else [FindingLocation(raised.place, death.label)]
        )
        return identified(
            replace(finding, locations=(*places, *_locations(trace, finding.deciding)))
        )

    def _deadlock(self, failure: Failure, trace: Trace) -> Finding:
        diagnosis: Diagnosis = self._session.diagnosis or Diagnosis(DeadlockKind.OTHER, "", ())
        main = trace.waiting[0] if trace.waiting else None
        places = tuple(
            FindingLocation(waiting.place, trace.tasks[waiting.task].label)
            for waiting in trace.waiting
            if waiting.place is not None
        )
        return identified(
            Finding(
                kind=FindingKind.DEADLOCK,
                detail=diagnosis.kind.value,
                id="",
                summary=_deadlock_summary(diagnosis, trace),
                why=explain(FindingKind.DEADLOCK, trace),
                resource=diagnosis.resource,
                trace=trace,
                found_after=failure.found_after,
                found_by=failure.found_by,
                failing_executions=failure.executions,
                thread=None if main is None else trace.tasks[main.task].label,
                locations=places,
            )
        )

    def _livelock(self, failure: Failure, trace: Trace) -> Finding:
        tail = trace.steps[-1] if trace.steps else None
        return identified(
            Finding(
                kind=FindingKind.LIVELOCK,
                detail="",
                id="",
                summary="no end within the step bound",
                why=explain(FindingKind.LIVELOCK, trace),
                resource="",
                trace=trace,
                found_after=failure.found_after,
                found_by=failure.found_by,
                failing_executions=failure.executions,
                thread=None if tail is None else trace.tasks[tail.task].label,
                locations=()
                if tail is None or tail.place is None
                else (FindingLocation(tail.place, trace.tasks[tail.task].label),),
            )
        )

    def _uncontrolled(self, stuck: Stuck, schedule: Schedule) -> Finding:
        place = stuck.place
        return identified(
            Finding(
                kind=FindingKind.UNCONTROLLED,
                detail="",
                id="",
                summary=f"not controlled: {stuck}",
                why="Treadle controls threads where they use threading, queue, time and shared data. What "
                "happens elsewhere is no failure of the program, but nothing can be explored past it.",
                resource="",
                trace=Trace((), (), schedule.token(), schedule.preemptions),
                found_after=self._result.total,
                failing_executions=1,
                thread=stuck.thread or None,
                locations=() if place is None else (FindingLocation(place, stuck.thread),),
            )
        )

    # --- interference ---------------------------------------------------------------------------

    def _interference(self) -> list[Finding]:
        """Outcomes that no serial order gives, made by an unserializable access."""
        if not self._result.serial_known:
            return []
        candidates = [
            (outcome, seen)
            for outcome, seen in self._result.tally.outcomes.items()
            if not seen.is_serial and not seen.is_failing
        ]
        candidates.sort(key=lambda pair: (pair[1].preemptions, len(pair[1].schedule.choices)))
        found: dict[tuple[str, str], Finding] = {}
        counts: dict[tuple[str, str], int] = {}
        for outcome, seen in candidates[:MAX_CANDIDATES]:
            replayed = self._replay(seen.schedule)
            if replayed is None or replayed[0].outcome != outcome:
                continue
            triple = self._guilty(outcome)
            if triple is None:
                continue
            key = _shown(triple)
            counts[key] = counts.get(key, 0) + seen.executions
            if key not in found and len(found) < MAX_FINDINGS:
                found[key] = self._simplest_interference(outcome, seen, replayed[1], triple)
        return [replace(finding, failing_executions=counts[key]) for key, finding in found.items()]

    def _simplest_interference(
        self, outcome: Outcome, seen: Seen, trace: Trace, triple: Triple
    ) -> Finding:
        """The finding for an outcome, under a simpler schedule if one shows the same.

        Args:
            outcome: The outcome.
            seen: How it was seen.
            trace: The recorded execution.
            triple: What is to be shown.
        """
        shrunk = self._shrinking.shrunk(
            seen.schedule,
            lambda execution: execution.outcome == outcome,
            self._fewest(seen.preemptions, seen.found_by, is_early=False),
        )
        is_fewest = shrunk.is_fewest
        if shrunk.schedule != seen.schedule:
            replayed = self._replay(shrunk.schedule)
            simpler = None if replayed is None else self._guilty(outcome)
            if replayed is not None and simpler is not None and _shown(simpler) == _shown(triple):
                trace, triple = replayed[1], simpler
            else:
                is_fewest = False
        finding = _interference_finding(trace, triple, self._result.total)
        return replace(finding, is_fewest=is_fewest)

    def _guilty(self, outcome: Outcome) -> Triple | None:
        """The triple that explains an outcome best: one on a location that is part of it."""
        triples = unserializable(self._session.accesses)
        observed = {label for label, _ in outcome}
        for triple in triples:
            if triple.last.label in observed or triple.first.label in observed:
                return triple
        return triples[0] if triples else None


def _shown(triple: Triple) -> tuple[str, str]:
    """What is interfered with, and how: the same in every schedule."""
    return triple.last.label, triple.pattern


def _interference_finding(trace: Trace, triple: Triple, total: int) -> Finding:
    deciding = (triple.first.step, triple.other.step, triple.last.step)
    steps = [trace.steps[number - 1] for number in deciding]
    name = pattern_name(*(step.action for step in steps)) or triple.pattern
    label = triple.last.label
    return identified(
        Finding(
            kind=FindingKind.INTERFERENCE,
            detail=name,
            id="",
            summary=f"{name} on {label}",
            why=explain(FindingKind.INTERFERENCE, trace, label, deciding),
            resource=label,
            trace=trace,
            deciding=deciding,
            found_after=total,
            failing_executions=1,
            thread=trace.tasks[triple.last.task].label,
            locations=_locations(trace, deciding),
        )
    )


def _locations(trace: Trace, numbers: tuple[int, ...]) -> tuple[FindingLocation, ...]:
    found = []
    for number in numbers:
        step = trace.steps[number - 1]
        if step.place is not None:
            found.append(FindingLocation(step.place, trace.tasks[step.task].label))
    return tuple(found)


def _deadlock_summary(diagnosis: Diagnosis, trace: Trace) -> str:
    names = [trace.tasks[number].label for number in diagnosis.tasks]
    match diagnosis.kind:
        case DeadlockKind.SELF_DEADLOCK:
            return f"{names[0]} waits for {diagnosis.resource}, which it holds itself"
        case DeadlockKind.LOCK_CYCLE:
            return f"lock cycle {' -> '.join(diagnosis.cycle)}"
        case DeadlockKind.LEAKED_LOCK:
            return f"{diagnosis.resource} was never released"
        case DeadlockKind.QUEUE:
            return f"{names[0]} waits for {diagnosis.resource} for ever"
        case DeadlockKind.LOST_WAKEUP:
            return f"{names[0]} waits on {diagnosis.resource} and nobody will wake it"
        case DeadlockKind.JOIN:
            return f"{names[0]} joins {diagnosis.resource}, which never ends"
        case _:
            return "every thread is waiting"
