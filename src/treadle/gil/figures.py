"""The figures of a measurement: plain data, which table, plot and advice are made from."""

from __future__ import annotations

from dataclasses import dataclass

THREADS, PROCESSES, SUBINTERPRETERS = "threads", "processes", "subinterpreters"
MODES = (THREADS, PROCESSES, SUBINTERPRETERS)
"""The ways of running a function side by side."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter that a function is measured on.

    Args:
        path: Its executable.
        version: "3.13.0".
        free_threaded: Whether it was built without the GIL.
        gil: Whether it runs with the GIL.
        start_method: How it starts processes: "fork", "spawn" or "forkserver".
    """

    path: str
    version: str
    free_threaded: bool
    gil: bool
    start_method: str

    @property
    def name(self) -> str:
        """Its version, with a "t" where it is free-threaded."""
        return f"{self.version}t" if self.free_threaded else self.version


@dataclass(frozen=True, slots=True)
class Alone:
    """What the function does when it runs alone.

    Args:
        serial: Seconds of a call.
        busy: Share of its time in which it computes.
        starved: Share of the measurement in which other programs had the processors.
        share: Share of its time for which it holds the GIL; None where there is none.
        changed: Names that a call changes.
    """

    serial: float
    busy: float
    starved: float
    share: float | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One number of workers.

    Args:
        workers: How many.
        seconds: Seconds for each call, all calls being spread over the workers.
        serial: Seconds of a call that runs alone, measured just before and after.
        start: Seconds until all workers were ready.
    """

    workers: int
    seconds: float
    serial: float
    start: float

    @property
    def speedup(self) -> float:
        """How many times as many calls a second as one after the other."""
        return self.serial / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Mode:
    """One way of running the function side by side.

    Args:
        name: "threads", "processes" or "subinterpreters".
        points: For each number of workers.
        transfer: Seconds to send the arguments and the result there and back.
        bytes: How many bytes that is; 0 where nothing is sent.
        refusal: Why it cannot be done; "" where it can.
        lost: Names that a call changes, but not for its caller when it is made there.
    """

    name: str
    points: tuple[Point, ...] = ()
    transfer: float = 0.0
    bytes: int = 0
    refusal: str = ""
    lost: tuple[str, ...] = ()

    @property
    def best(self) -> Point | None:
        """The point with most calls a second; None where it cannot be done."""
        return max(self.points, key=lambda point: point.speedup, default=None)


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything about one interpreter.

    Args:
        interpreter: The interpreter.
        alone: The function on its own; None where it does not run there.
        modes: The ways of running it side by side.
        error: Why it does not run there; "" where it does.
    """

    interpreter: Interpreter
    alone: Alone | None
    modes: tuple[Mode, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured.

    Args:
        target: The function, as the user typed it.
        cpus: How many processors may be used.
        measured: For each interpreter, Treadle's own first.
    """

    target: str
    cpus: int
    measured: tuple[Measured, ...]
