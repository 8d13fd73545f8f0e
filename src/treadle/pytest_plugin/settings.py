"""How a test is to be explored: the mark before the command line, that before the ini-file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from treadle.errors import UsageError
from treadle.explorer.options import STUCK_AFTER, CheckOptions
from treadle.functions.options import LISTS, check_options

MARKED_SECONDS = 5.0
"""Time for a test that was marked, when nobody said how much."""

UNMARKED_SECONDS = 2.0
"""Time for a test that nobody chose."""

_NUMBERS = {
    "max_seconds": float,
    "max_executions": int,
    "preemptions": int,
    "seed": int,
    "scheduler": str,
    "max_steps": int,
    "stuck_after": float,
    "timeouts": str,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """How one test is explored.

    Args:
        options: Budgets, scheduler, scope.
        is_marked: Whether the test itself asks for it.
    """

    options: CheckOptions
    is_marked: bool


def settings_of(item: pytest.Item) -> Settings | None:
    """How a test is to be explored.

    Args:
        item: The test.

    Returns:
        The settings; None for a test that is not to be explored.

    Raises:
        UsageError: The mark has an argument that makes no sense.
    """
    arguments = _marked(item)
    is_marked = arguments is not None
    config = item.config
    wants_all = config.getoption("treadle") or config.getoption("treadle_replay") is not None
    if not (is_marked or (wants_all and isinstance(item, pytest.Function))):
        return None
    arguments = dict(arguments or {})
    if not arguments.pop("enabled", True):
        return None
    return Settings(options_of(config, arguments, is_marked=is_marked), is_marked)


def options_of(
    config: pytest.Config, arguments: Mapping[str, Any], *, is_marked: bool = True
) -> CheckOptions:
    """Options for a check.

    Args:
        config: Command line and ini-file.
        arguments: What the test itself says.
        is_marked: Whether the test itself asks to be explored.

    Returns:
        The options.

    Raises:
        UsageError: One of them makes no sense.
    """
    chosen = {**_from_file(config), **_from_command_line(config), **arguments}
    if "max_seconds" not in chosen and chosen.get("max_executions") is None:
        chosen["max_seconds"] = MARKED_SECONDS if is_marked else UNMARKED_SECONDS
    if not is_marked and "max_seconds" in chosen:
        # Nobody said that this test can be controlled; to wait for it longer than to explore it is a waste.
        chosen.setdefault("stuck_after", min(STUCK_AFTER, max(1.0, chosen["max_seconds"])))
    return check_options(chosen)


def _marked(item: pytest.Item) -> dict[str, Any] | None:
    """The arguments of the mark nearest to a test, or of ``treadle.test``; None without either."""
    mark = item.get_closest_marker("treadle")
    decorated: dict[str, Any] | None = getattr(getattr(item, "obj", None), "treadle_options", None)
    if mark is None:
        return decorated
    if mark.args:
        raise UsageError(
            "The treadle mark takes no positional arguments; "
            "write @pytest.mark.treadle(max_executions=200)."
        )
    return {**(decorated or {}), **mark.kwargs}


def _from_command_line(config: pytest.Config) -> dict[str, Any]:
    """What the command line says."""
    values = {name: config.getoption(f"treadle_{name}", None) for name in _NUMBERS}
    return {name: value for name, value in values.items() if value is not None}


def _from_file(config: pytest.Config) -> dict[str, Any]:
    """What the ini-file says."""
    found: dict[str, Any] = {}
    for name, kind in _NUMBERS.items():
        text = config.getini(f"treadle_{name}")
        if text not in {"", None}:
            try:
                found[name] = kind(text)
            except ValueError:
                raise UsageError(f"treadle_{name} = {text} is not {_ARTICLE[kind]}.") from None
    for name in LISTS:
        words = config.getini(f"treadle_{name}")
        if words:
            found[name] = tuple(words)
    return found


_ARTICLE: dict[type, str] = {float: "a number", int: "a whole number", str: "a word"}
