"""The measurements: one call after the other, then side by side in a pool."""

from __future__ import annotations

import operator
import pickle
import statistics
import time
from typing import Any

from .pools import POOLS, RefusedError
from .share import calibrate
from .target import Work, changed, in_words

CHUNKS = 4
"""So many portions of work each worker gets."""

ROUNDS = 3
"""So often every number of workers is measured; what counts is the round with the middle speed-up."""

ECHOES = 20
HOLD = 0.02
"""Seconds for which each worker is kept while the others start."""

MOST_RESULT_BYTES = 64_000_000
ECHO = operator.itemgetter(0)


def chunk(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], calls: int) -> list[Any]:
    """A portion of work: so many calls, with all their results.

    Args:
        function: The function.
        args: Its arguments.
        kwargs: Its keyword arguments.
        calls: How many calls.

    Returns:
        The results.
    """
    return [function(*args, **kwargs) for _ in range(calls)]


def measure_pool(work: Work, mode: str, workers: list[Any], seconds: float) -> dict[str, Any]:
    """Run the function in a pool of each size.

    Args:
        work: The function.
        mode: "threads", "processes" or "subinterpreters".
        workers: The numbers of workers.
        seconds: So long each worker should work.

    Returns:
        ``points`` (for each number of workers: ``workers``, ``seconds`` of a call, ``serial`` seconds of one
        that runs alone, ``start`` seconds until all are ready), ``transfer`` (seconds to send arguments and
        result there and back), ``bytes`` of these, ``refusal`` (why it cannot be done, "" where it can),
        ``lost`` (names that a call changes here, and did not change when it was made there).
    """
    told: dict[str, Any] = {"points": [], "transfer": 0.0, "bytes": 0, "refusal": "", "lost": []}
    calls, _ = calibrate(work, seconds)
    try:
        result = work.call()
        if mode != "threads":
            _refuse_unsendable(work, result)
            told["bytes"] = len(pickle.dumps((work.args, work.kwargs, result)))
            calls = max(min(calls, MOST_RESULT_BYTES // max(told["bytes"], 1)), 1)
        told["lost"] = _tried(work, mode)
        for size in workers:
            with POOLS[mode](size) as pool:
                told["points"].append(_point(work, pool, size, calls))
                if size == workers[-1]:
                    told["transfer"] = _transfer(pool, (work.args, work.kwargs, result))
    except RefusedError as error:
        told["refusal"] = str(error)
    except Exception as error:
        told["refusal"] = in_words(error)
    return told


def _refuse_unsendable(work: Work, result: Any) -> None:
    """Try to send the function, what it is given, and what it gives back."""
    for what, value in (
        ("the function", work.function),
        ("its arguments", (work.args, work.kwargs)),
        ("its result", result),
    ):
        try:
            pickle.loads(pickle.dumps(value))
        except Exception as error:
            raise RefusedError(f"{what} cannot be sent there ({in_words(error)})") from None


def _tried(work: Work, mode: str) -> list[Any]:
    """Make one call there; the names that it changes here, but not there."""
    before = work.state()
    work.call()
    own = changed(before, work.state())
    before = work.state()
    with POOLS[mode](1) as pool:
        pool.submit(chunk, work.function, work.args, work.kwargs, 1).result()
    there = changed(before, work.state())
    return [name for name in own if name not in there]


def _point(work: Work, pool: Any, size: int, calls: int) -> dict[str, Any]:
    """One number of workers: how long they take to start, then how long a call takes."""
    begun = time.perf_counter()
    for started in [pool.submit(_start, work.function, HOLD) for _ in range(size)]:
        started.result()
    start = max(time.perf_counter() - begun - HOLD, 0.0)
    rounds = [_round(work, pool, size, calls) for _ in range(ROUNDS)]
    serial, seconds = sorted(rounds, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return {"workers": size, "seconds": seconds, "serial": serial, "start": start}


def _round(work: Work, pool: Any, size: int, calls: int) -> tuple[float, float]:
    """Seconds of a call alone, just before and after, and of one among many."""
    portion = max(calls // CHUNKS, 1)
    portions = size * (min(CHUNKS, calls))
    alone = work.timed(calls)
    begun = time.perf_counter()
    given = [
        pool.submit(chunk, work.function, work.args, work.kwargs, portion) for _ in range(portions)
    ]
    for each in given:
        each.result()
    elapsed = time.perf_counter() - begun
    alone += work.timed(calls)
    return alone / (2 * calls), elapsed / (portion * portions)


def _start(_: Any, hold: float) -> None:
    """What a worker does first: it gets the function, which imports its module."""
    time.sleep(hold)


def _transfer(pool: Any, payload: tuple[Any, ...]) -> float:
    """Seconds to send something there and back."""
    taken = []
    for _ in range(ECHOES):
        begun = time.perf_counter()
        pool.submit(ECHO, [payload]).result()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
