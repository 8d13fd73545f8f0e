"""The failures saved earlier: each is replayed before anything new is explored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from treadle.explorer.races import race_finding
from treadle.explorer.session import Execution, Session
from treadle.explorer.tally import failure_keys
from treadle.model.finding import FindingKind
from treadle.model.result import Recheck, RecheckState
from treadle.model.schedule import Schedule
from treadle.schedulers.replay import Replay
from treadle.store.store import SavedFailure


@dataclass(frozen=True, slots=True)
class Reused:
    """A saved failure, replayed.

    Args:
        recheck: What became of it.
        execution: The replay; its schedule still fails when ``recheck`` says so.
    """

    recheck: Recheck
    execution: Execution


def replay_saved(session: Session, failures: Iterable[SavedFailure]) -> list[Reused]:
    """Replay saved failures.

    Args:
        session: The loaded target, to which they belong.
        failures: Those found with the same options and not fixed.

    Returns:
        What became of each, in the same order.
    """
    reused: list[Reused] = []
    for saved in failures:
        if not reused:
            session.warm_up()
        reused.append(_replayed(session, saved))
    session.timeouts = session.options.timeouts
    return reused


def _replayed(session: Session, saved: SavedFailure) -> Reused:
    """Replay one of them."""
    schedule = Schedule.from_token(saved.finding.trace.token)
    scheduler = Replay(schedule)
    scheduler.begin()
    session.timeouts = schedule.timeouts
    execution, trace = session.record(scheduler, schedule)
    kinds = {key[0] for key in failure_keys(execution)}
    if scheduler.divergence is not None:
        state = RecheckState.MISFIT
    elif saved.finding.kind in kinds:
        state = RecheckState.FAILS
    elif saved.finding.kind is FindingKind.INTERFERENCE and not kinds:
        # Interference shows only beside what serial orders give; the saved finding knows them.
        is_same = trace.observed == saved.finding.trace.observed
        state = RecheckState.FAILS if is_same else RecheckState.PASSES
    elif saved.finding.kind is FindingKind.DATA_RACE:
        summaries = {race_finding(race, trace).summary for race in session.races}
        is_same = saved.finding.summary in summaries
        state = RecheckState.FAILS if is_same else RecheckState.PASSES
    else:
        state = RecheckState.PASSES
    return Reused(Recheck(saved.finding.id, saved.finding.summary, state), execution)
