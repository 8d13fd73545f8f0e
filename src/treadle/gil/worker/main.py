"""The worker's entry: a request in, an answer out, both JSON."""

from __future__ import annotations

import ast
import json
import os
import sys
import sysconfig
from typing import Any

from .measure import measure_pool
from .pools import start_method
from .share import calibrate, gil_share
from .target import LoadError, Work, changed, in_words


def main() -> None:
    """Read a request from standard input, and write the answer to standard output."""
    request = json.load(sys.stdin)
    # What the function prints, here or in a child process, must not come between.
    with os.fdopen(os.dup(1), "w") as out:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1):
            os.dup2(nowhere, number)
        try:
            told = answer(request)
        except LoadError as error:
            told = {"error": str(error)}
        json.dump(told, out)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Answer a request.

    Args:
        request: ``what`` ("probe" or a mode), ``path``, ``module``, ``function``, ``args`` and ``kwargs``
            (as Python literals), ``workers``, ``seconds``.

    Returns:
        As :func:`probe` or :func:`~.measure.measure_pool`; ``error`` where the function cannot be run.

    Raises:
        LoadError: It cannot be loaded.
    """
    literals = {name: ast.literal_eval(request[name]) for name in ("args", "kwargs")}
    work = Work({**request, **literals})
    if request["what"] == "probe":
        return probe(work, request["seconds"])
    return measure_pool(work, request["what"], request["workers"], request["seconds"])


def probe(work: Work, seconds: float) -> dict[str, Any]:
    """What the function does on its own.

    Args:
        work: The function.
        seconds: So long a measurement should take.

    Returns:
        ``serial`` (seconds of a call), ``busy`` (share of the time in which it computes), ``starved`` (share
        in which other programs had the processors), ``share`` (of the time with the GIL; None where there is
        none), ``changed`` (names that a call changes); or ``error`` (why it cannot be called).
    """
    before = work.state()
    try:
        work.call()
    except BaseException as error:
        return {"error": f"{work.function_name} fails when it is called: {in_words(error)}"}
    names = changed(before, work.state())
    calls, times = calibrate(work, seconds)
    share = gil_share(work, seconds) if has_gil() else None
    return {
        "serial": times.elapsed / calls,
        "busy": times.cpu / times.active if times.active > 0 else 1.0,
        "starved": times.starved / times.elapsed,
        "share": share,
        "changed": names,
    }


def describe() -> dict[str, Any]:
    """What this interpreter is."""
    return {
        "version": ".".join(map(str, sys.version_info[:3])),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "gil": has_gil(),
        "start_method": start_method(),
    }


def has_gil() -> bool:
    """Whether this process runs with a GIL."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    return True if enabled is None else bool(enabled())
