"""What type checkers must know of the public API; checked by mypy and pyright, never run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import assert_type

import treadle


def lose(amount: int = 1) -> None:
    """A function to check."""


class Bank:
    """Something with methods."""

    def lose(self, amount: int) -> int:
        """A method to check."""
        return amount


assert_type(treadle.check(lose), treadle.Report)
assert_type(treadle.check(lambda: Bank().lose(1), max_executions=10, seed=3), treadle.Report)
assert_type(treadle.check(functools.partial(Bank().lose, 1), include=["logging"]), treadle.Report)
assert_type(treadle.replay(lose, "AQA", timeouts="eager"), treadle.Report)
assert_type(treadle.__version__, str)

options: treadle.Options = {"max_seconds": 1.5, "ignore": ("interference",)}
report = treadle.check(lose, **options)

assert_type(report.verdict, treadle.Verdict)
assert_type(report.failed, bool)
assert_type(report.complete, bool)
assert_type(report.executions, int)
assert_type(report.findings, tuple[treadle.Finding, ...])
assert_type(report.outcomes, tuple[treadle.OutcomeCount, ...])
assert_type(report.traces, tuple[treadle.Trace, ...])
assert_type(report.error, BaseException | None)
assert_type(report.result, treadle.CheckResult)
assert_type(report.text(width=60, color=True, verbose=1), str)
report.raise_if_failed()

for finding in report.findings:
    assert_type(finding.kind, treadle.FindingKind)
    assert_type(finding.trace.steps, tuple[treadle.Step, ...])
    assert_type(finding.trace.tasks, tuple[treadle.TaskInfo, ...])
    assert_type(finding.locations, tuple[treadle.FindingLocation, ...])
    for step in finding.trace.steps:
        assert_type(step.place, treadle.Place | None)


@treadle.test
def test_plain(amount: int) -> int:
    """Its return value is dropped, its arguments stay."""
    return amount


@treadle.test(max_executions=100, scheduler="pct")
def test_with_options(amount: int, *, times: int = 1) -> None:
    """The same with options."""


plain: Callable[[int], None] = test_plain
assert_type(test_plain(1), None)
test_with_options(1, times=2)

try:
    treadle.check(lose)
except treadle.UsageError as error:
    assert_type(error.message, str)
    assert_type(error.exit_code, int)
except (treadle.TreadleError, treadle.FindingError):
    pass

# What must be refused: an unused "ignore" is an error too.
treadle.check("script.py")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
treadle.check(Bank().lose)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
treadle.check(lose, max_execution=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
treadle.check(lose, max_executions="3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
treadle.check(lose, timeouts="soon")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
test_plain("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
