"""Checking a class for linearizability: scenario after scenario, until one fails or time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from treadle.explorer.options import CheckOptions, Progress
from treadle.explorer.orders import learn_orders
from treadle.explorer.search import Search
from treadle.explorer.search_result import SearchResult
from treadle.explorer.session import Session
from treadle.instrument.scenario_program import ScenarioProgram
from treadle.model.scenario import Call, Scenario

DEFAULT_SECONDS = 30.0
"""Time for a class when nobody said how much."""

SCENARIO_SECONDS = 1.5
"""So much time goes into one scenario, at the most."""

_REFUSED = ("raises TypeError", "raises NotImplementedError")


@dataclass(slots=True)
class ClassResult:
    """How the check of a class ended.

    Args:
        result: The search of the failing scenario; of the last one when none failed.
        failing: The scenario that failed, None when none did.
        scenarios: How many were searched.
        unfinished: How many of these not completely.
        executions: Executions of all scenarios.
        elapsed: Seconds.
        is_exhausted: Whether there was no scenario left.
    """

    result: SearchResult | None = None
    failing: Scenario | None = None
    scenarios: int = 0
    unfinished: int = 0
    executions: int = 0
    elapsed: float = 0.0
    is_exhausted: bool = False


def usable_calls(
    session: Session, program: ScenarioProgram, calls: Iterable[Call]
) -> tuple[list[Call], list[Call]]:
    """Try each call alone on a fresh object.

    Args:
        session: Executes the program.
        program: The program; its scenario is exchanged.
        calls: The calls.

    Returns:
        Those that are not refused with a TypeError or NotImplementedError; and of these the ones that come
        back, which the main thread may make in the end without waiting for ever.
    """
    usable, coming_back = [], []
    kept = program.scenario
    for call in calls:
        program.scenario = Scenario(((call,),), (), kept.constructor)
        learn_orders(session, program)
        result = program.expected[0].results.get((0, 0))
        if result is None or not result.startswith(_REFUSED):
            usable.append(call)
            if result is not None:
                coming_back.append(call)
    program.scenario = kept
    program.expected = ()
    return usable, coming_back


def search_scenarios(
    session: Session,
    program: ScenarioProgram,
    scenarios: Iterable[Scenario],
    options: CheckOptions,
    make_reference: Callable[[], Any] | None,
    progress: Callable[[Progress], None] | None,
) -> ClassResult:
    """Search scenario after scenario.

    Args:
        session: Executes the program.
        program: Plays the scenarios.
        scenarios: The scenarios, the smallest first.
        options: Budgets and scheduler.
        make_reference: Makes the object that defines what is right; the program's own when None.
        progress: Called now and then.

    Returns:
        What came of it; ``program`` holds the failing scenario.
    """
    found = ClassResult()
    begun = time.perf_counter()
    limit = DEFAULT_SECONDS if options.max_seconds is None else options.max_seconds
    for scenario in scenarios:
        left = limit - (time.perf_counter() - begun)
        if left <= 0:
            break
        found.result = _search(
            session,
            program,
            scenario,
            replace(options, max_seconds=min(left, SCENARIO_SECONDS)),
            make_reference,
            _continued(progress, found.executions, limit - left),
        )
        found.scenarios += 1
        found.executions += found.result.total
        found.unfinished += not found.result.is_complete
        if found.result.tally.failures:
            _shorten(session, program, found, options, make_reference)
            break
        if found.result.is_interrupted:
            break
    else:
        found.is_exhausted = True
    found.elapsed = time.perf_counter() - begun
    return found


def _shorten(
    session: Session,
    program: ScenarioProgram,
    found: ClassResult,
    options: CheckOptions,
    make_reference: Callable[[], Any] | None,
) -> None:
    """Leave out calls of the main thread that the failure does not need."""
    assert found.result is not None
    kinds = {key[0] for key in found.result.tally.failures}
    first = min(failure.found_after for failure in found.result.tally.failures.values())
    small = replace(options, max_seconds=None, max_executions=max(100, 3 * first))
    found.failing = program.scenario
    for call in reversed(program.scenario.after):
        after = tuple(each for each in found.failing.after if each is not call)
        shorter = _search(
            session, program, replace(found.failing, after=after), small, make_reference
        )
        if kinds & {key[0] for key in shorter.tally.failures}:
            found.failing, found.result = program.scenario, shorter
    whole = replace(options, max_seconds=SCENARIO_SECONDS)
    found.result = _search(session, program, found.failing, whole, make_reference)


def _search(
    session: Session,
    program: ScenarioProgram,
    scenario: Scenario,
    options: CheckOptions,
    make_reference: Callable[[], Any] | None,
    progress: Callable[[Progress], None] | None = None,
) -> SearchResult:
    """Search one scenario."""
    program.scenario = scenario
    learn_orders(session, program, make_reference)
    return Search(session, options, progress).run()


def _continued(
    progress: Callable[[Progress], None] | None, executions: int, elapsed: float
) -> Callable[[Progress], None] | None:
    """Progress of one scenario as progress of all."""
    if progress is None:
        return None

    def tell(state: Progress) -> None:
        progress(
            replace(
                state, executions=state.executions + executions, elapsed=state.elapsed + elapsed
            )
        )

    return tell
