"""``threading.Timer``: a thread that waits, in virtual time, and then calls a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from treadle.primitives import real
from treadle.primitives.event import Event
from treadle.primitives.thread import Thread


class Timer(Thread, real.Timer):
    """Calls a function after a while, unless it is cancelled before.

    Args:
        interval: Seconds of virtual time.
        function: What is called.
        args: Its arguments.
        kwargs: Its keyword arguments.

    CPython:
        As ``threading.Timer``; deviations: none.
    """

    __module__ = "threading"

    def __init__(
        self,
        interval: float,
        function: Callable[..., object],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        Thread.__init__(self)
        self.interval = interval
        self.function = function
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.finished = Event()

    def _label(self) -> str:
        return self._given_name or str(getattr(self.function, "__name__", "Timer"))

    def cancel(self) -> None:
        """Stop the timer if it has not called its function yet."""
        self.finished.set()

    def run(self) -> None:
        """Wait, then call the function."""
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            self.function(*self.args, **self.kwargs)
        self.finished.set()
