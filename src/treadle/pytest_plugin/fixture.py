"""The fixture ``treadle``: functions checked inside a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Unpack, cast

import pytest

from treadle.functions.check import check, replay
from treadle.functions.options import Options
from treadle.functions.report import Report
from treadle.model.result import Runner
from treadle.pytest_plugin.findings import note
from treadle.pytest_plugin.settings import options_of


class TreadleFixture:
    """Checks functions inside a test.

    Args:
        item: The test.
    """

    def __init__(self, item: pytest.Item) -> None:
        self._item = item

    def check(self, function: Callable[[], object], **options: Unpack[Options]) -> Report:
        """Execute a function under every schedule of its threads that matters.

        With ``--treadle-replay`` only that schedule is executed.

        Args:
            function: What to execute; it takes no arguments.
            **options: How; what is left out is as the command line and the ini-file of pytest say.

        Returns:
            The report. It does not fail the test: ``report.raise_if_failed()`` does, and then the story
            is in the report of the test.
        """
        config = self._item.config
        chosen = options_of(config, cast("dict[str, Any]", options))
        told: dict[str, Any] = {name: getattr(chosen, name) for name in Options.__annotations__}
        token = config.getoption("treadle_replay")
        report = check(function, **told) if token is None else replay(function, token, **told)
        if report.failed:
            result = replace(report.result, runner=Runner.PYTEST)
            found = note(self._item, result)
            report = replace(report, result=replace(result, target=found.nodeid))
        return report
