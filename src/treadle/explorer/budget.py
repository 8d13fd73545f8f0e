"""The budget of a search: how many executions, how much time, and when it has been used up."""

from __future__ import annotations

import time
from dataclasses import dataclass

from treadle.explorer.options import CheckOptions

DEFAULT_SECONDS = 10.0
"""Time for a search when nobody said how much."""

AFTER_FAILURE_SECONDS = 2.0
"""So long an incomplete search goes on after the first failure, to count and to find simpler ones."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may still be done.

    Args:
        executions: So many executions; infinite without a limit.
        seconds: For so long.
    """

    executions: float
    seconds: float


class Budget:
    """The budget of one search, which begins now.

    Args:
        options: What the person said.

    Attributes:
        seconds: How much time there is.
        stop_reason: Why nothing is left, as the end of "The search ..."; empty before.
    """

    def __init__(self, options: CheckOptions) -> None:
        self._begun = time.perf_counter()
        self._executions = options.max_executions
        self.seconds = DEFAULT_SECONDS if options.max_seconds is None else options.max_seconds
        if options.max_seconds is None and options.max_executions is not None:
            self.seconds = float("inf")
        self._failed: float | None = None
        self.stop_reason = ""

    @property
    def elapsed(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._begun

    @property
    def has_failed(self) -> bool:
        """Whether something has failed."""
        return self._failed is not None

    def note_failure(self) -> None:
        """Something has failed: from now on there is little time."""
        if self._failed is None:
            self._failed = self.elapsed

    def left(self, executions: int) -> Allowance | None:
        """What is left.

        Args:
            executions: How many there were.

        Returns:
            That; None when nothing is left, and ``stop_reason`` says why.
        """
        more = float("inf") if self._executions is None else self._executions - executions
        if more <= 0:
            self.stop_reason = f"stopped after {self._executions} executions (--max-executions)"
            return None
        elapsed = self.elapsed
        seconds = self.seconds - elapsed
        if seconds <= 0 and executions:
            self.stop_reason = f"stopped after {self.seconds:g} seconds (--max-seconds)"
            return None
        if self._failed is not None:
            seconds = min(seconds, self._failed + AFTER_FAILURE_SECONDS - elapsed)
            if seconds <= 0:
                self.stop_reason = "stopped soon after the first failure"
                return None
        return Allowance(more, seconds)

    def give_up(self) -> None:
        """Say that the time is not enough for all that there is to do."""
        self.stop_reason = f"stopped after {self.seconds:g} seconds (--max-seconds)"
