"""The ``time`` module on virtual time: inside an execution no time passes but what the kernel lets pass.

``monotonic`` and all other clocks that only go on count from a constant, ``time`` and ``CLOCK_REALTIME`` from
a fixed date, so every execution sees the same.

``sleep(0)`` lets the others run until one of them makes progress; any other sleep ends when nothing else
can go on and its moment is the earliest (the quiescent clock, see ``engine.kernel``).
"""

from __future__ import annotations

import time as _time
from collections.abc import Callable
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.interpose.builtin import bound, builtin
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives.base import Primitive, check_timeout

EPOCH = 1_700_000_000
"""What ``time.time()`` starts from: 14 November 2023, 22:13:20 UTC."""

START = 1_000
"""What ``time.monotonic()`` and its like start from."""

_NANOSECONDS = 1_000_000_000
_SLEEP = int(Kind.SLEEP)

_real_sleep = _time.sleep


class Clock(Primitive):
    """What sleeping tasks wait for."""

    __slots__ = ()

    kind_name: ClassVar[str] = "clock"


clock = Clock()


def sleep(seconds: float, /) -> None:
    """Sleep in virtual time.

    Args:
        seconds: How long; 0 only lets others run.

    Raises:
        ValueError: It is negative.

    Scheduling:
        One point before; blocks until the time has come.

    CPython:
        As ``time.sleep``; deviations: never returns early.
    """
    if kernel.here is None:
        _real_sleep(seconds)
        return
    if isinstance(seconds, float | int) and seconds < 0:
        raise ValueError("sleep length must be non-negative")
    check_timeout(seconds)
    if seconds == 0:
        _stand_aside()
        return
    kernel.operation(_SLEEP, clock)
    if kernel.recorder is not None:
        kernel.recorder.sync(Action.SLEEP, None, f"{seconds:g}")
    kernel.block(None, "sleeps", kernel.now + seconds)


def _stand_aside() -> None:
    """Let the others run. Not an operation: those count as progress, and a loop of these is none."""
    if kernel.is_tearing_down:
        kernel.check_killed()
    kernel.operations += 1
    if kernel.operations > kernel.max_operations:
        kernel.exit("step-limit")
    kernel.pause()


def _seconds(start: int, original: Callable[[], float]) -> Callable[[], float]:
    """A clock that gives seconds."""

    def read(original: Callable[[], float], /) -> float:
        return original() if kernel.here is None else start + kernel.read_clock()

    return bound(read, original)


def _nanoseconds(start: int, original: Callable[[], int]) -> Callable[[], int]:
    """A clock that gives nanoseconds."""

    def read(original: Callable[[], int], /) -> int:
        if kernel.here is None:
            return original()
        return start * _NANOSECONDS + round(kernel.read_clock() * _NANOSECONDS)

    return bound(read, original)


def _converter(original: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes the present moment where it is given none."""

    def convert(seconds: float | None = None, /) -> Any:
        if seconds is None and kernel.here is not None:
            seconds = EPOCH + kernel.read_clock()
        return original(seconds)

    return builtin(convert, original)


def _formatter(original: Callable[..., str]) -> Callable[..., str]:
    """A function that takes the present moment where it is given no time tuple."""

    def form(*args: Any) -> str:
        wanted = 2 if original.__name__ == "strftime" else 1
        if len(args) == wanted - 1 and kernel.here is not None:
            args = (*args, _localtime(EPOCH + kernel.read_clock()))
        return original(*args)

    return builtin(form, original)


def _clock_reader(original: Callable[[int], Any], unit: int) -> Callable[[int], Any]:
    """``clock_gettime``, in units of a second divided by so much."""

    def read(clk_id: int, /) -> Any:
        moment = original(clk_id)  # knows which clocks there are
        if kernel.here is None:
            return moment
        start = EPOCH if clk_id in _REAL_CLOCKS else START
        if unit == 1:
            return start + kernel.read_clock()
        return start * unit + round(kernel.read_clock() * unit)

    return builtin(read, original)


_REAL_CLOCKS = {
    getattr(_time, name) for name in ("CLOCK_REALTIME", "CLOCK_TAI") if hasattr(_time, name)
}
_localtime = _time.localtime

REPLACEMENTS: dict[str, Any] = {
    "sleep": builtin(sleep, _time.sleep),
    "time": _seconds(EPOCH, _time.time),
    "time_ns": _nanoseconds(EPOCH, _time.time_ns),
    "monotonic": _seconds(START, _time.monotonic),
    "monotonic_ns": _nanoseconds(START, _time.monotonic_ns),
    "perf_counter": _seconds(START, _time.perf_counter),
    "perf_counter_ns": _nanoseconds(START, _time.perf_counter_ns),
    "process_time": _seconds(START, _time.process_time),
    "process_time_ns": _nanoseconds(START, _time.process_time_ns),
    "thread_time": _seconds(START, _time.thread_time),
    "thread_time_ns": _nanoseconds(START, _time.thread_time_ns),
    "localtime": _converter(_time.localtime),
    "gmtime": _converter(_time.gmtime),
    "ctime": _converter(_time.ctime),
    "asctime": _formatter(_time.asctime),
    "strftime": _formatter(_time.strftime),
}
if hasattr(_time, "clock_gettime"):
    REPLACEMENTS["clock_gettime"] = _clock_reader(_time.clock_gettime, 1)
    REPLACEMENTS["clock_gettime_ns"] = _clock_reader(_time.clock_gettime_ns, _NANOSECONDS)
"""What stands for what in the ``time`` module while a program is interposed."""
