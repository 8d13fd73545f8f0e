"""From a target to figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from treadle.errors import EXIT_TARGET_FAILS, TargetError
from treadle.gil.figures import MODES, Alone, Figures, Interpreter, Measured, Mode, Point
from treadle.gil.runner import Runner, WorkerError
from treadle.instrument.targets import parse_target
from treadle.model.scenario import Call

SECONDS = 0.2
"""So long each worker works in a measurement."""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_counts(cpus: int) -> list[int]:
    """The numbers of workers that are tried: 1, 2, 4, ... and twice the processors.

    Args:
        cpus: How many processors there are.

    Returns:
        The numbers, growing.
    """
    most = 2 * cpus
    counts = [1]
    while counts[-1] * 2 < most:
        counts.append(counts[-1] * 2)
    return [*counts, most]


def measure(
    target: str,
    interpreters: Iterable[Interpreter],
    runner: Runner,
    *,
    call: Call | None = None,
    cpus: int = 0,
    seconds: float = SECONDS,
    progress: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Measure a function.

    Args:
        target: ``file.py::function`` or ``package.module:function``.
        interpreters: On which interpreters, Treadle's own first.
        runner: Runs the workers.
        call: Its arguments.
        cpus: How many processors there are; as many as this process may use unless given.
        seconds: So long each worker works in a measurement.
        progress: Told what is being measured.

    Returns:
        The figures.

    Raises:
        TargetError: The target is no function, or fails on the first interpreter.
    """
    request = _request(target, call, seconds)
    cpus = cpus or processors()
    request["workers"] = worker_counts(cpus)
    measured: list[Measured] = []
    for interpreter in interpreters:
        progress(f"{interpreter.name}: the function alone")
        found = _on(interpreter, request, runner, progress)
        if found.error and not measured:
            raise TargetError(
                f"{target} cannot be measured: {found.error}. Give the arguments it needs with --args.",
                EXIT_TARGET_FAILS,
            )
        measured.append(found)
    return Figures(target, cpus, tuple(measured))


def _request(target: str, call: Call | None, seconds: float) -> dict[str, Any]:
    parsed = parse_target(target)
    if parsed.kind != "function" or parsed.function is None:
        raise TargetError(
            f"{target!r} names no function; write file.py::function or package.module:function."
        )
    call = call or Call("call")
    return {
        "path": None if parsed.path is None else str(Path(parsed.path).absolute()),
        "module": parsed.module or Path(parsed.path or "").stem,
        "function": parsed.function,
        "args": repr(call.args),
        "kwargs": repr(dict(call.kwargs)),
        "seconds": seconds,
    }


def _on(
    interpreter: Interpreter,
    request: dict[str, Any],
    runner: Runner,
    progress: Callable[[str], None],
) -> Measured:
    """Measure on one interpreter."""
    try:
        told = runner.ask(interpreter, {**request, "what": "probe"})
    except WorkerError as error:
        told = {"error": str(error)}
    if "error" in told:
        return Measured(interpreter, None, error=told["error"])
    told["changed"] = tuple(told["changed"])
    modes = []
    for name in MODES:
        progress(f"{interpreter.name}: {name}")
        modes.append(_mode(name, interpreter, request, runner))
    return Measured(interpreter, Alone(**told), tuple(modes))


def _mode(name: str, interpreter: Interpreter, request: dict[str, Any], runner: Runner) -> Mode:
    try:
        told = runner.ask(interpreter, {**request, "what": name})
    except WorkerError as error:
        return Mode(name, refusal=str(error))
    if "error" in told:
        return Mode(name, refusal=told["error"])
    points = tuple(Point(**point) for point in told.pop("points"))
    lost = tuple(told.pop("lost"))
    return Mode(name, points=points, lost=lost, **told)
