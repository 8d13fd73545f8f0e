"""Shrinks the schedules of failures, by executing the program again and again."""

from __future__ import annotations

from collections.abc import Callable

from treadle.engine.kernel import kernel
from treadle.explorer.session import Execution, Session
from treadle.model.schedule import Schedule
from treadle.schedulers.base import Scheduler
from treadle.shrink.shrinker import Attempt, Budget, Shrinker, Shrunk, StopShrinkingError

PASSES = 400_000
PROOF = 400_000
"""So many visible operations are spent on making schedules simpler, and so many on trying whether there are
simpler ones, for all failures of a check together."""

SECONDS = 8.0
"""And no more than so many seconds, however slow the program is."""


class Shrinking:
    """Shrinks schedules within a common budget.

    Args:
        session: The loaded target.
        count: How many schedules there will be, about; they share the budget.
        seconds: No more time than this, nor more than :data:`SECONDS`.

    Attributes:
        executions: How many executions it took so far.
        is_stopped: Whether there will be no more, because the person or the program did not let go on.
    """

    def __init__(self, session: Session, count: int, seconds: float | None = None) -> None:
        self._session = session
        self._count = count
        self._budget = Budget(PASSES, PROOF, SECONDS if seconds is None else min(seconds, SECONDS))
        self.executions = 0
        self.is_stopped = False

    def shrunk(
        self, schedule: Schedule, is_wanted: Callable[[Execution], bool], fewest: int
    ) -> Shrunk:
        """Shrink a schedule.

        Args:
            schedule: The schedule.
            is_wanted: Whether an execution shows what is to be shown.
            fewest: So many preemptions every schedule that shows it is known to have.

        Returns:
            The simplest schedule found.
        """
        session = self._session
        session.timeouts = schedule.timeouts

        def run(scheduler: Scheduler, is_fine: bool) -> Attempt:
            if self.is_stopped:
                raise StopShrinkingError
            try:
                execution = (session.execute_finely if is_fine else session.execute)(scheduler)
            except KeyboardInterrupt:  # it came between two tasks
                self._stop()
                raise StopShrinkingError from None
            if execution.status in {"interrupted", "uncontrolled"} or kernel.is_interrupted:
                self._stop()
            for site in kernel.learned:
                site.is_point = True
            return Attempt(
                not self.is_stopped and is_wanted(execution),
                execution.early,
                execution.preemptions,
                execution.operations,
                execution.schedule(),
                bool(kernel.learned) and not is_fine,
            )

        share = self._budget.share(max(self._count, 1))
        self._count -= 1
        result = Shrinker(run, schedule, share, fewest).shrink()
        self.executions += result.executions
        return result

    def _stop(self) -> None:
        """Ctrl-C, or a task that does not come back: what was found is reported all the same."""
        self.is_stopped = True
        kernel.is_interrupted = False
