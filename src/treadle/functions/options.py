"""The options of a check, as keyword arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal, TypedDict

from treadle.api import checked_options
from treadle.errors import UsageError
from treadle.explorer.options import CheckOptions
from treadle.model.schedule import Timeouts


class Options(TypedDict, total=False):
    """How to check a function; everything may be left out.

    Attributes:
        max_executions: At most so many executions.
        max_seconds: At most so many seconds; 10 when neither this nor ``max_executions`` is given.
        preemptions: At most so many preemptions in one schedule.
        seed: Seed of the randomised schedulers; 0 by default.
        scheduler: How schedules are chosen: "portfolio" (the default), "dfs", "random-walk", "pct", "pos",
            "surw" or "delay".
        include: Globs of further modules to instrument, also of the standard library.
        exclude: Globs of modules not to instrument.
        fail_on: Kinds of finding that count beside the usual ones, such as "data-race".
        ignore: Kinds of finding that do not count, such as "interference".
        max_steps: Most operations of one execution.
        stuck_after: Seconds of real time after which a thread that does not come back is given up.
        timeouts: Which timeouts may fire while other threads can run: "quiescent" (the default: none),
            "brief" or "eager" (all).

    Examples:
        >>> import treadle
        >>> thorough: treadle.Options = {"max_executions": 5000, "fail_on": ["data-race"]}
        >>> treadle.check(lambda: None, **thorough).verdict.value
        'pass'
    """

    max_executions: int | None
    max_seconds: float | None
    preemptions: int | None
    seed: int
    scheduler: str
    include: tuple[str, ...] | list[str]
    exclude: tuple[str, ...] | list[str]
    fail_on: tuple[str, ...] | list[str]
    ignore: tuple[str, ...] | list[str]
    max_steps: int | None
    stuck_after: float
    timeouts: Literal["quiescent", "brief", "eager"]


LISTS = ("include", "exclude", "fail_on", "ignore")
NAMES = tuple(Options.__annotations__)


def check_options(arguments: Mapping[str, Any]) -> CheckOptions:
    """Options as the explorer takes them.

    Args:
        arguments: Keyword arguments.

    Returns:
        The options.

    Raises:
        UsageError: One of them does not exist or makes no sense.
    """
    unknown = sorted(set(arguments) - set(NAMES))
    if unknown:
        raise UsageError(f"There is no option {', '.join(unknown)}; there are {', '.join(NAMES)}.")
    chosen = dict(arguments)
    for name in LISTS:
        if name in chosen:
            value = chosen[name]
            chosen[name] = (value,) if isinstance(value, str) else tuple(value)
    for name, kinds in _KINDS.items():
        value = chosen.get(name)
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            raise UsageError(f"{name} is a number; {value!r} is not.")
        if value is not None and value < 0:
            raise UsageError(f"{name} cannot be negative, as {value!r} is.")
    if "timeouts" in chosen:
        chosen["timeouts"] = _timeouts(chosen["timeouts"])
    return checked_options(CheckOptions(**chosen))


def _timeouts(value: object) -> Timeouts:
    names = {each.name.lower(): each for each in Timeouts}
    if isinstance(value, Timeouts):
        return value
    if not isinstance(value, str) or value not in names:
        raise UsageError(f"timeouts is one of {', '.join(names)}; {value!r} is not.")
    return names[value]


_KINDS: dict[str, Any] = {
    field.name: int if "int" in str(field.type) else int | float
    for field in fields(CheckOptions)
    if any(kind in str(field.type) for kind in ("int", "float"))
}
