"""How much of its time a function holds the GIL, by what a second thread gets done meanwhile.

The second thread does nothing but look at its own processor time, so at every moment it runs, or waits for a
processor, or waits for the GIL. The last is the time for which the function had the GIL. Linux tells how
long a thread waited for a processor; elsewhere that counts as nothing, so there the machine should be idle.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time

from .target import Work

SWITCH_INTERVAL = 0.05
ROUNDS = 3
MOST_CALLS = 1_000_000


class Times:
    """What a thread did from the making of this object until :meth:`end`.

    Args:
        thread: Its number in the operating system; the calling thread's unless given.

    Attributes:
        elapsed: Seconds that passed.
        cpu: Seconds for which it ran.
        starved: Seconds for which it could have run, but had no processor.
    """

    def __init__(self, thread: int | None = None) -> None:
        self._thread = threading.get_native_id() if thread is None else thread
        self._begun = time.perf_counter()
        self._cpu, self._starved = _scheduled(self._thread)
        self.elapsed = self.cpu = self.starved = 0.0

    def end(self) -> Times:
        """Look again.

        Returns:
            Itself.
        """
        cpu, starved = _scheduled(self._thread)
        self.elapsed = time.perf_counter() - self._begun
        self.cpu, self.starved = cpu - self._cpu, starved - self._starved
        return self

    @property
    def active(self) -> float:
        """Seconds without those for which it had no processor."""
        return max(self.elapsed - self.starved, 0.0)


def _scheduled(thread: int) -> tuple[float, float]:
    """Seconds for which a thread ran, and for which it waited for a processor."""
    try:
        with open(f"/proc/self/task/{thread}/schedstat", encoding="ascii") as file:
            ran, waited = file.read().split()[:2]
        return int(ran) / 1e9, int(waited) / 1e9
    except (OSError, ValueError):
        return time.thread_time(), 0.0


class Rival:
    """A thread that always wants to run Python code."""

    def __init__(self) -> None:
        self.cpu = 0.0
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        while not self.cpu:
            time.sleep(0)
        self.native_id = self._thread.native_id

    def _run(self) -> None:
        while not self._is_over:
            self.cpu = time.thread_time()

    def end(self) -> None:
        """Let it end."""
        self._is_over = True
        self._thread.join()


def gil_share(work: Work, seconds: float) -> float:
    """Measure it.

    Args:
        work: The function.
        seconds: So long one measurement should take.

    Returns:
        From 0 (it never holds it) to 1 (always).
    """
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        return statistics.median(_share(work, seconds) for _ in range(ROUNDS))
    finally:
        sys.setswitchinterval(interval)


def _share(work: Work, seconds: float) -> float:
    calls, alone = calibrate(work, seconds)
    rival = Rival()
    try:
        own, others, cpu = Times(), Times(rival.native_id), rival.cpu
        work.timed(calls)
        own.end(), others.end()
        blocked = own.elapsed - (rival.cpu - cpu) - others.starved
    finally:
        rival.end()
    return share_of(blocked, own.cpu, own.starved, alone.active)


def share_of(blocked: float, cpu: float, starved: float, alone: float) -> float:
    """The share, from what was measured.

    Args:
        blocked: Seconds for which the rival waited for the GIL.
        cpu: Seconds for which the function ran beside it.
        starved: Seconds for which the function had no processor, perhaps with the GIL in its hand.
        alone: Seconds that it takes alone, on a processor of its own.

    Returns:
        From 0 to 1.
    """
    if alone <= 0:
        return 0.0
    running = cpu / (cpu + starved) if cpu + starved > 0 else 1.0
    return min(max(blocked * running / alone, 0.0), 1.0)


def calibrate(work: Work, seconds: float) -> tuple[int, Times]:
    """How many calls take about so long.

    Args:
        work: The function.
        seconds: How long.

    Returns:
        The number of calls, and what the thread did in them.
    """
    calls = 1
    while True:
        times = Times()
        work.timed(calls)
        elapsed = times.end().elapsed
        if elapsed >= seconds or calls >= MOST_CALLS:
            return calls, times
        factor = min(seconds / elapsed, 10.0) if elapsed > 0 else 10.0
        calls = min(max(calls + 1, int(calls * factor + 0.999)), MOST_CALLS)
