"""The part of the plugin that is registered only when there is a test to explore."""

from __future__ import annotations

import functools
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from treadle.errors import TreadleError, UsageError
from treadle.pytest_plugin.exploring import Exploration
from treadle.pytest_plugin.findings import FOUND, RESULT, Found
from treadle.pytest_plugin.pages import folder_of, write_page
from treadle.pytest_plugin.parts import PART_FAILED
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
        config.pluginmanager.register(Work(chosen, folder_of(config)), NAME)


class Work:
    """The hooks that explore.

    Args:
        chosen: The tests to explore, and how.
        folder: Where the page of each failing test goes; None where no pages are wanted.
    """

    def __init__(self, chosen: dict[pytest.Item, Settings], folder: Path | None) -> None:
        self._chosen = chosen
        self._folder = folder

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
        if report.failed and "runtest" in vars(item):
            item.stash[PART_FAILED] = True  # the test still runs, so this is a part of it
        found = item.stash.get(FOUND, None)
        if found is not None and report.when == "call":
            if report.failed and found.story:
                found = self._with_page(item, found)
            item.user_properties.extend(found.properties())  # JUnit takes the last report's
            report.user_properties.extend(found.properties())
            report.treadle = found.data()
            if report.failed and found.story:
                report.sections.append((f"treadle: {found.summary}", found.story))
        if report.when == "teardown" and RESULT in item.stash:
            del item.stash[RESULT]  # tests are kept to the end of the run, traces need not be
        return report

    def _with_page(self, item: pytest.Item, found: Found) -> Found:
        """Write the page of a test that has failed, if pages are wanted."""
        if self._folder is None or RESULT not in item.stash:
            return found
        from treadle.report.html import render

        try:
            path = write_page(item, self._folder, render(item.stash[RESULT]))
        except UsageError as error:  # not a warning: in the middle of a report it may be an error
            return replace(found, no_page=str(error))
        return replace(found, page=path)
