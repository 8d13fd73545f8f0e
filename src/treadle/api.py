"""What ``import treadle`` offers: check, run and replay a target.

A thin layer over the explorer. Only one target is loaded in a process at a time, because the program shares
the interpreter with Treadle.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from treadle.engine.kernel import kernel
from treadle.errors import EXIT_TARGET_FAILS, DivergenceError, TargetError, UsageError
from treadle.explorer.isolation import open_session
from treadle.explorer.lifeline import lifeline
from treadle.explorer.linearizability import search_scenarios, usable_calls
from treadle.explorer.models import merged, next_model
from treadle.explorer.options import CheckOptions, Progress
from treadle.explorer.races import race_finding
from treadle.explorer.resume import resume
from treadle.explorer.reuse import replay_saved
from treadle.explorer.scenarios import guessed_calls, scenarios
from treadle.explorer.search import Search
from treadle.explorer.search_result import SearchResult
from treadle.explorer.session import Session
from treadle.explorer.tally import Tally
from treadle.explorer.tracing import shown_file
from treadle.explorer.watchdog import watching
from treadle.instrument.scenario_program import ScenarioProgram
from treadle.instrument.targets import Target, parse_target
from treadle.interpose.processes import forks
from treadle.model.finding import Confirmation, Finding, FindingKind
from treadle.model.interpreter import ALL, MODELS
from treadle.model.result import CheckResult, OutcomeCount, Recheck, RecheckState, Verdict
from treadle.model.scenario import Call, Scenario
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import NAMES as SCHEDULER_NAMES
from treadle.schedulers.catalogue import REDUCING
from treadle.schedulers.replay import Replay
from treadle.store.store import SavedFailure

if TYPE_CHECKING:
    from treadle.explorer.findings import FindingBuilder

__all__ = [
    "CheckOptions",
    "Progress",
    "ReplayResult",
    "check_class",
    "check_linearizable",
    "check_target",
    "replay_target",
    "run_target",
]

_FAILING = frozenset(
    {
        FindingKind.ASSERTION,
        FindingKind.EXCEPTION,
        FindingKind.DEADLOCK,
        FindingKind.LIVELOCK,
        FindingKind.INTERFERENCE,
        FindingKind.LINEARIZABILITY,
        FindingKind.NONDETERMINISM,
        FindingKind.UNCONTROLLED,
    }
)


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """One execution under a given schedule.

    Args:
        trace: What happened.
        finding: What failed, None when nothing did.
        confirmation: How it compares with the execution on greenlets, where it was executed on real threads.
        races: The data races of the execution on greenlets.
    """

    trace: Trace
    finding: Finding | None
    confirmation: Confirmation | None = None
    races: tuple[Finding, ...] = ()


def check_target(
    target: str,
    options: CheckOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    saved: Sequence[SavedFailure] = (),
) -> CheckResult:
    """Explore the schedules of a target.

    Args:
        target: ``script.py``, ``file.py::function`` or ``package.module:function``.
        options: Budgets, scheduler, scope.
        progress: Called now and then with how far the search has got.
        saved: Failures found earlier, which are replayed first; those of another target, found with other
            options, or fixed are left out.

    Returns:
        Verdict, findings, outcomes.

    Raises:
        TargetError: The target cannot be found, loaded, or fails with no concurrency at all.
        UsageError: An option makes no sense.
    """
    with open_session(target, checked_options(options)) as session:
        lifeline.tell(loaded=1)
        return check_session(session, target, progress, saved)


def check_session(
    session: Session,
    target: str,
    progress: Callable[[Progress], None] | None = None,
    saved: Sequence[SavedFailure] = (),
    *,
    is_guest: bool = False,
) -> CheckResult:
    """Explore the schedules of what a session has loaded.

    Args:
        session: The session.
        target: What reports call the target.
        progress: As for :func:`check_target`.
        saved: As for :func:`check_target`.
        is_guest: Whether the program was given by its caller, who gets even a failure without threads.

    Returns:
        Verdict, findings, outcomes.

    Raises:
        TargetError: The target fails with no concurrency at all.
    """
    if session.options.model != ALL:
        return _check_model(session, target, progress, saved, is_guest=is_guest)
    options = session.options
    results: list[CheckResult] = []
    while (model := next_model(results)) is not None:
        session.options = replace(options, model=model)
        session.use_model(model)
        results.append(_check_model(session, target, progress, saved, is_guest=is_guest))
        if options.resumed is not None or results[-1].is_interrupted:
            break
    session.options = options
    return merged(results)


def _check_model(
    session: Session,
    target: str,
    progress: Callable[[Progress], None] | None,
    saved: Sequence[SavedFailure],
    *,
    is_guest: bool,
) -> CheckResult:
    """Explore under the one model that the session's options name."""
    from treadle.explorer.determinism import Examiner  # explaining is not needed to start
    from treadle.explorer.findings import FindingBuilder

    options = session.options
    examiner = Examiner(session, is_guest=is_guest)
    wanted = [each for each in saved if each.belongs_to(target, options.as_arguments())]
    guarded = watching(session.where, options.stuck_after, is_guest=is_guest)
    with contextlib.closing(examiner), guarded:
        if options.resumed is not None:
            reused = []
            result = resume(session, options.resumed)
        else:
            reused = replay_saved(session, wanted)
            failing = [
                each.execution for each in reused if each.recheck.state is RecheckState.FAILS
            ]
            result = Search(session, options, progress, failing).run()
            kernel.is_interrupted = False  # from now on, Ctrl-C interrupts the explaining
        if not is_guest:
            _refuse_failing_without_threads(session, result)
        from treadle.explorer.passing import beside_passing

        builder = FindingBuilder(session, result)
        examined = examiner.examine(result, builder, builder.build())
        result.total += examined.replays
        if examined.reason and examined.reason not in result.reasons:
            result.reasons.insert(0, examined.reason)
        result.is_complete = result.is_complete and not examined.reason
        findings = [f for f in examined.findings if _counts(f.kind, options)]
        findings = beside_passing(session, findings, result.tally)
        notes, untold = _races(builder, options)
        if FindingKind.DATA_RACE in options.fail_on:
            findings, notes = findings + notes, []
    if options.confirm:
        from treadle.explorer.confirm import confirmed

        findings = confirmed(session, findings)
    rechecks = tuple(each.recheck for each in reused)
    checked = _check_result(target, options, session, result, builder, findings, rechecks)
    return replace(checked, notes=tuple(notes), untold_races=untold)


def check_class(
    target: str,
    calls: Sequence[Call] = (),
    *,
    threads: int = 2,
    most_calls: int = 3,
    init: Call | None = None,
    options: CheckOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> CheckResult:
    """Check a class for linearizability (Herlihy, Wing, TOPLAS 1990).

    Threads make calls on one fresh object, in every small scenario, the smallest first; what the calls
    return must be what they return in some sequential order that respects real time. What that is, is
    learned from the class itself, or from ``options.reference``.

    Args:
        target: ``file.py::Class`` or ``package.module:Class``; a function that makes an object will do.
        calls: The calls to choose from; guessed from the public methods when empty.
        threads: How many threads there are.
        most_calls: Most calls of one thread.
        init: The arguments of the constructor, as a call of any name.
        options: Budgets, scheduler, scope; the time is for all scenarios together.
        progress: Called now and then.

    Returns:
        Verdict and, where it fails, the smallest failing scenario with its shortest schedule; its target is
        the scenario, ready to be checked or replayed.

    Raises:
        TargetError: The class cannot be found, made, or called in any way that is known.
    """
    parsed = parse_target(target)
    name = parsed.function
    if name is None or parsed.kind != "function":
        raise TargetError(
            f"{target!r} names no class; write file.py::Class or package.module:Class."
        )
    prefix = target[: -len(name)]
    constructor = Call(name, *((init.args, init.kwargs) if init is not None else ()))
    return _check_scenarios(
        parsed, prefix, constructor, calls, threads, most_calls, _for_one_model(options), progress
    )


def check_linearizable(
    make_object: Callable[[], object],
    operations: Sequence[Call | tuple[Any, ...] | str],
    *,
    threads: int = 2,
    calls: int = 3,
    options: CheckOptions | None = None,
) -> CheckResult:
    """Check the objects that a function makes for linearizability; see :func:`check_class`.

    Args:
        make_object: A class or function that makes a fresh object, without arguments.
        operations: The calls to choose from: "get" or ("put", 1).
        threads: How many threads there are.
        calls: Most calls of one thread.
        options: Budgets, scheduler, scope.

    Returns:
        As :func:`check_class`.

    Raises:
        TargetError: The object cannot be made, or no call works.

    Examples:
        >>> import treadle
        >>> class Counter:
        ...     def __init__(self):
        ...         self.value = 0
        ...     def increment(self):
        ...         self.value += 1
        ...         return self.value
        >>> result = treadle.check_linearizable(Counter, ["increment"])
        >>> result.verdict.value, result.findings[0].summary
        ('fail', 'no order of the calls explains their results')
        >>> result.target
        '__main__:Counter[[increment()], [increment()]]'
    """
    wanted = [_as_call(each) for each in operations]
    name = getattr(make_object, "__qualname__", type(make_object).__name__)
    prefix = f"{make_object.__module__}:"
    parsed = Target(
        "function", None, make_object.__module__, name, f"{prefix}{name}", make=make_object
    )
    return _check_scenarios(
        parsed, prefix, Call(name), wanted, threads, calls, _for_one_model(options), None
    )


def _as_call(operation: Call | tuple[Any, ...] | str) -> Call:
    if isinstance(operation, Call):
        return operation
    if isinstance(operation, str):
        return Call(operation)
    return Call(operation[0], tuple(operation[1:]))


def _check_scenarios(
    parsed: Target,
    prefix: str,
    constructor: Call,
    calls: Sequence[Call],
    threads: int,
    most_calls: int,
    options: CheckOptions,
    progress: Callable[[Progress], None] | None,
) -> CheckResult:
    first = Scenario(((),), (), constructor)
    with open_session(replace(parsed, kind="scenario", scenario=first), options) as session:
        return _check_class(session, prefix, constructor, calls, threads, most_calls, progress)


def _check_class(
    session: Session,
    prefix: str,
    constructor: Call,
    calls: Sequence[Call],
    threads: int,
    most_calls: int,
    progress: Callable[[Progress], None] | None,
) -> CheckResult:
    """Explore the scenarios of the class that a session has loaded."""
    from treadle.explorer.findings import FindingBuilder

    options, program = session.options, session.program
    assert isinstance(program, ScenarioProgram)
    _refuse_unusable(session, program, constructor)
    made = program.made
    unknown = [each.name for each in calls if not hasattr(made, each.name)]
    if unknown:
        raise TargetError(f"{made.__name__} has no method {', '.join(unknown)}.")
    wanted, finally_made = usable_calls(session, program, calls or guessed_calls(made))
    if not wanted:
        raise TargetError(
            f"No call of {made.__name__} could be made: name some with --call, as in --call \"put('a', 1)\"."
        )
    if FindingKind.DATA_RACE in options.fail_on:
        raise UsageError(
            "check-class judges what calls return and says nothing of data races: check a program that "
            "makes the calls, with treadle check and --fail-on data-race."
        )
    options = replace(options, ignore=(*options.ignore, "interference"))
    with watching(session.where, options.stuck_after):
        found = search_scenarios(
            session,
            program,
            scenarios(wanted, threads, most_calls, finally_made, constructor),
            options,
            session.make_reference(),
            progress,
        )
    shown = found.failing or Scenario((tuple(wanted),), (), constructor)
    target = f"{prefix}{shown}" if found.failing else session.parsed.text
    result = found.result or SearchResult.of_one(Tally())
    builder = FindingBuilder(session, result)
    findings = builder.build() if found.failing else []
    findings = [each for each in findings if _counts(each.kind, options)]
    checked = _check_result(target, options, session, result, builder, findings, ())
    if findings:
        return checked
    reasons = list(checked.incomplete_because) if not found.scenarios else []
    if not found.is_exhausted:
        reasons.append(f"Time was up after {found.scenarios} scenarios (--max-seconds).")
    if found.unfinished:
        reasons.append(f"{found.unfinished} of the scenarios were not explored completely.")
    is_complete = not reasons
    return replace(
        checked,
        verdict=Verdict.PASS if is_complete else Verdict.INCONCLUSIVE,
        complete=is_complete,
        incomplete_because=tuple(reasons),
        bound=None,
        executions=found.executions,
        redundant=0,
        elapsed=found.elapsed,
        outcomes=(),
        scenarios=found.scenarios,
    )


def _refuse_unusable(session: Session, program: ScenarioProgram, constructor: Call) -> None:
    """Say why no object can be made, or why there is nothing to see."""
    session.execute(Scheduler())
    if session.last_failure is not None:
        raise TargetError(
            f"{constructor} fails: {session.last_failure}. Give the arguments it needs with --init.",
            EXIT_TARGET_FAILS,
        )
    made = program.made
    if not any(inspect.isfunction(value) for cls in made.__mro__ for value in vars(cls).values()):
        raise TargetError(
            f"{made.__name__} is written in C: what happens inside cannot be seen. "
            "Check a class written in Python."
        )


def run_target(
    target: str, options: CheckOptions | None = None, schedule: Schedule | None = None
) -> ReplayResult:
    """Run a target once, under a seed or a given schedule, and record what happens.

    Args:
        target: The target.
        options: ``seed`` chooses the schedule when none is given.
        schedule: The schedule.

    Returns:
        The trace, and what failed.

    Raises:
        TargetError: The target cannot be found or loaded.
        UncontrolledError: A thread did not come back to Treadle.
        DivergenceError: The program left the given schedule.
    """
    options = _for_one_model(options)
    if schedule is not None:
        return replay_target(target, options, schedule)
    with (
        open_session(target, options) as session,
        watching(session.where, options.stuck_after),
    ):
        schedule = Search(session, options, None).one_walk(options.seed)
        return replay_session(session, schedule)


def replay_target(target: str, options: CheckOptions, schedule: Schedule) -> ReplayResult:
    """Run a target once under a recorded schedule.

    Args:
        target: The target.
        options: Scope and step bound must be those of the check; ``confirm`` replays it on real threads.
        schedule: The schedule.

    Returns:
        The trace, and what failed.

    Raises:
        TargetError: The target cannot be found or loaded.
        UncontrolledError: A thread did not come back to Treadle.
        DivergenceError: The program left the schedule; the message says where and why.
    """
    with open_session(target, _for_one_model(options)) as session:
        with watching(session.where, session.options.stuck_after):
            result = replay_session(session, schedule)
        if not options.confirm:
            return result
        from treadle.explorer.confirm import confirm

        confirmation, real = confirm(session, result.trace)
    if real.trace is None:
        return replace(result, finding=None, confirmation=confirmation)
    return replace(result, trace=real.trace, finding=real.finding, confirmation=confirmation)


def replay_session(session: Session, schedule: Schedule) -> ReplayResult:
    """Run what a session has loaded once under a recorded schedule.

    Args:
        session: The session.
        schedule: The schedule.

    Returns:
        The trace, and what failed.

    Raises:
        UncontrolledError: A thread did not come back to Treadle.
        DivergenceError: The program left the schedule.
    """
    from treadle.explorer.findings import FindingBuilder

    session.warm_up()
    finding, trace, divergence = FindingBuilder.replay(session, schedule)
    races = tuple(race_finding(race, trace) for race in session.races)
    if divergence is not None:
        raise DivergenceError(
            f"The schedule does not fit the program: {divergence}. Either the program, its packages or its "
            "options (--include, --exclude) are not those of the check, or it depends on something that is "
            "not controlled. Check it again to get a new schedule."
        )
    if finding is None and races and FindingKind.DATA_RACE in session.options.fail_on:
        finding = races[0]
    return ReplayResult(trace, finding, races=races)


def recheck_session(session: Session, target: str, schedule: Schedule) -> CheckResult:
    """Run what a session has loaded once under a recorded schedule, and judge it as a check would.

    Most failures show in the execution itself. Interference shows only beside what serial schedules give, so
    where nothing fails these are explored too.

    Args:
        session: The session.
        target: What reports call the target.
        schedule: The schedule.

    Returns:
        Verdict and findings of this one schedule; not complete.

    Raises:
        UncontrolledError: A thread did not come back to Treadle.
        DivergenceError: The program left the schedule.
    """
    from treadle.explorer.findings import FindingBuilder

    options = session.options
    tally = Tally()
    result = SearchResult.of_one(tally)
    result.reasons.append("Only one schedule was executed.")
    with watching(session.where, options.stuck_after):
        found = replay_session(session, schedule)
        if found.finding is not None:
            findings = [found.finding]
            tally.executions, tally.threads = 1, len(found.trace.tasks)
            builder = FindingBuilder(session, result)
        else:
            result = Search(session, replace(options, preemptions=0), None).run()
            scheduler = Replay(schedule)
            scheduler.begin()
            session.timeouts = schedule.timeouts
            execution = session.execute_finely(scheduler)
            result.tally.count(execution, result.total + 1, "replay")
            builder = FindingBuilder(session, result)
            findings = [
                each
                for each in builder.build()
                if each.kind is FindingKind.INTERFERENCE and _counts(each.kind, options)
            ]
    return _check_result(target, options, session, result, builder, findings, ())


def _for_one_model(options: CheckOptions | None) -> CheckOptions:
    """Options that make sense where there is only one model.

    Raises:
        UsageError: They do not, or ask for all models.
    """
    options = checked_options(options)
    if options.model == ALL:
        raise UsageError(
            "Only `check` explores all models: say which one, with --model free-threaded or --model gil."
        )
    return options


def checked_options(options: CheckOptions | None) -> CheckOptions:
    """Options that make sense.

    Args:
        options: The options; None for the defaults.

    Returns:
        The options.

    Raises:
        UsageError: There is no such scheduler, model or kind of finding, or two options exclude each other.
    """
    options = options or CheckOptions()
    if options.model not in MODELS:
        raise UsageError(f"There is no model {options.model!r}; there are {', '.join(MODELS)}.")
    if options.scheduler not in SCHEDULER_NAMES:
        raise UsageError(
            f"There is no scheduler {options.scheduler!r}; there are {', '.join(SCHEDULER_NAMES)}."
        )
    if options.scheduler in REDUCING and not options.can_reduce:
        raise UsageError(
            f"The scheduler {options.scheduler} explores neither early timeouts (--timeouts eager) nor "
            "another model (--model): use --scheduler dfs for these."
        )
    for name in (*options.fail_on, *options.ignore):
        if name not in set(FindingKind):
            raise UsageError(
                f"There is no kind of finding {name!r}; there are {', '.join(FindingKind)}."
            )
    return options


def _counts(kind: FindingKind, options: CheckOptions) -> bool:
    return kind.value not in options.ignore and (kind in _FAILING or kind.value in options.fail_on)


def _races(builder: FindingBuilder, options: CheckOptions) -> tuple[list[Finding], int]:
    """The data races, unless nobody wants to know, and how many could not be looked at."""
    return ([], 0) if FindingKind.DATA_RACE in options.ignore else builder.races()


def _refuse_failing_without_threads(session: Session, result: SearchResult) -> None:
    """A target that fails before it starts a thread has another problem than concurrency."""
    if result.tally.threads > 1 or not result.tally.failures:
        return
    failure = session.last_failure
    if failure is None:
        return
    raise TargetError(
        f"{session.parsed.text} fails with no concurrency at all, before it starts a thread: {failure}. "
        "Make it pass when run alone, then check its threads.",
        EXIT_TARGET_FAILS,
    )


def _check_result(
    target: str,
    options: CheckOptions,
    session: Session,
    result: SearchResult,
    builder: FindingBuilder,
    findings: list[Finding],
    rechecks: tuple[Recheck, ...],
) -> CheckResult:
    tally = result.tally
    uninstrumented = session.uninstrumented()
    unknown = [name for name in uninstrumented if not session.is_stdlib(name)]
    places = sorted(f"{shown_file(name)}:{line}" for name, line in forks.places)
    is_complete = result.is_complete and builder.divergence is None and not unknown and not places
    reasons = list(result.reasons)
    if places:
        reasons.append(f"The program forks ({', '.join(places)}); its children are not controlled.")
    if unknown:
        reasons.append(
            f"Code that is not instrumented ran in several threads: {', '.join(unknown)}."
        )
    verdict = Verdict.PASS if is_complete else Verdict.INCONCLUSIVE
    if any(finding.kind is not FindingKind.UNCONTROLLED for finding in findings):
        verdict = Verdict.FAIL
    labels = {finding.resource for finding in findings if finding.kind is FindingKind.INTERFERENCE}
    outcomes = [
        OutcomeCount(
            observed=observed,
            executions=seen.executions,
            serial=seen.is_serial,
            token=seen.schedule.token(),
            preemptions=seen.preemptions,
            failing=seen.is_failing
            or (not seen.is_serial and any(label in labels for label, _ in observed)),
        )
        for observed, seen in tally.outcomes.items()
    ]
    outcomes.sort(key=lambda outcome: (not outcome.serial, -outcome.executions))
    return CheckResult(
        target=target,
        model=options.model,
        scheduler=options.scheduler,
        verdict=verdict,
        complete=is_complete,
        incomplete_because=tuple(reasons),
        bound=None if is_complete else result.bound,
        executions=tally.executions,
        redundant=result.redundant + (0 if result.by_traces else builder.replays),
        elapsed=result.elapsed,
        threads=tally.threads,
        steps_max=tally.steps_max,
        findings=tuple(findings),
        outcomes=tuple(outcomes),
        uninstrumented=uninstrumented,
        seed=options.seed,
        options=options.as_arguments(),
        rechecks=rechecks,
        is_interrupted=result.is_interrupted,
        unit="trace" if result.by_traces else "schedule",
        estimate=result.estimate,
        assumptions=result.assumptions,
    )
