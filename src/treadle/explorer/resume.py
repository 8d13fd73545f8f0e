"""What a search had found before its process came to a bad end is found again, without searching."""

from __future__ import annotations

import time

from treadle.engine.kernel import kernel
from treadle.explorer.options import Resumed
from treadle.explorer.search_result import SearchResult
from treadle.explorer.session import Session, require_control
from treadle.explorer.stuck import Stuck, place_of
from treadle.explorer.tally import Tally
from treadle.model.schedule import Schedule
from treadle.schedulers.replay import Replay

MOST_SCHEDULES = 200
"""So many schedules are replayed, at the most."""


def resume(session: Session, resumed: Resumed) -> SearchResult:
    """Replay the schedules that showed something new.

    Args:
        session: The loaded target.
        resumed: What is known of the search.

    Returns:
        As if the search had just ended, incomplete.
    """
    begun = time.perf_counter()
    tally = Tally()
    if resumed.seen:
        session.warm_up()
    for number, (token, found_by) in enumerate(resumed.seen[:MOST_SCHEDULES], 1):
        schedule = Schedule.from_token(token)
        scheduler = Replay(schedule)
        scheduler.begin()
        session.timeouts = schedule.timeouts
        execution = session.execute_finely(scheduler)
        require_control(execution)
        if scheduler.divergence is None:
            tally.count(execution, number, found_by)
    session.timeouts = session.options.timeouts
    kernel.is_interrupted = False
    place = None if resumed.place is None else place_of(*resumed.place)
    sentence = f"{resumed.sentence[0].upper()}{resumed.sentence[1:]}"
    return SearchResult(
        tally=tally,
        is_complete=False,
        reasons=[f"{sentence}, so it was not controlled."],
        bound=None,
        serial_known=resumed.serial_known,
        total=max(resumed.executions, tally.executions),
        elapsed=time.perf_counter() - begun,
        divergence=None,
        is_interrupted=False,
        stuck=(Stuck(resumed.sentence, place), Schedule()),
    )
