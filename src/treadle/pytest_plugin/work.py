"""The part of the plugin that is registered only when there is a test to explore."""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import Any

import pytest

from treadle.errors import TreadleError
from treadle.pytest_plugin.exploring import Exploration
from treadle.pytest_plugin.findings import FOUND
from treadle.pytest_plugin.settings import Settings, settings_of

NAME = "treadle-work"


def register(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Explore some of the tests of this run.

    Args:
        config: The run.
        items: The tests that were collected and are to run.

    Raises:
        pytest.UsageError: A mark makes no sense, or a token is given for several tests.
    """
    chosen: dict[pytest.Item, Settings] = {}
    for item in items:
        try:
            settings = settings_of(item)
        except TreadleError as error:
            raise pytest.UsageError(f"{item.nodeid}: {error}") from None
        if settings is not None:
            chosen[item] = settings
    token = config.getoption("treadle_replay")
    if token is not None and len(items) != 1:
        raise pytest.UsageError(
            f"--treadle-replay is for one test, and {len(items)} are selected: name the test as well."
        )
    if not config.pluginmanager.has_plugin(NAME):
        config.pluginmanager.register(Work(chosen), NAME)


class Work:
    """The hooks that explore.

    Args:
        chosen: The tests to explore, and how.
    """

    def __init__(self, chosen: dict[pytest.Item, Settings]) -> None:
        self._chosen = chosen

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Have the test executed many times where it is executed once."""
        settings = self._chosen.get(item)
        if settings is not None:
            exploration = Exploration(item, settings)
            item.runtest = functools.partial(exploration.run, item.runtest)  # type: ignore[method-assign]
        try:
            return (yield)
        finally:
            item.__dict__.pop("runtest", None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Add the story to the report of a test."""
        report = yield
        found = item.stash.get(FOUND, None)
        if found is not None and report.when == "call":
            if found.properties()[0] not in report.user_properties:
                report.user_properties.extend(found.properties())
            report.treadle = found.data()
            if report.failed and found.story:
                report.sections.append((f"treadle: {found.summary}", found.story))
        return report
