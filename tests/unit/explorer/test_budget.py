"""The budget of a search."""

import pytest

from treadle.explorer import budget as budgets
from treadle.explorer.budget import AFTER_FAILURE_SECONDS, DEFAULT_SECONDS, Allowance, Budget
from treadle.explorer.options import CheckOptions


@pytest.fixture
def clock(monkeypatch):
    """What time it is; to be changed by the test."""

    class Clock:
        now = 100.0

        def perf_counter(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(budgets, "time", clock)
    return clock


def test_time_alone(clock):
    budget = Budget(CheckOptions())
    assert budget.left(10) == Allowance(float("inf"), DEFAULT_SECONDS)
    clock.now += DEFAULT_SECONDS - 1
    assert budget.left(10) == Allowance(float("inf"), 1.0)
    clock.now += 1
    assert budget.left(0) is not None  # one execution there must be
    assert budget.left(1) is None
    assert budget.stop_reason == "stopped after 10 seconds (--max-seconds)"


def test_executions_alone(clock):
    budget = Budget(CheckOptions(max_executions=5))
    clock.now += 1e9
    assert budget.left(2).executions == 3
    assert budget.left(5) is None
    assert budget.stop_reason == "stopped after 5 executions (--max-executions)"


def test_after_a_failure_there_is_little_time(clock):
    budget = Budget(CheckOptions(max_seconds=50))
    clock.now += 10
    budget.note_failure()
    clock.now += 1
    budget.note_failure()
    assert budget.has_failed
    assert budget.left(1).seconds == AFTER_FAILURE_SECONDS - 1
    clock.now += 1
    assert budget.left(1) is None
    assert budget.stop_reason == "stopped soon after the first failure"


def test_a_failure_near_the_end_gives_no_more_time(clock):
    budget = Budget(CheckOptions(max_seconds=50))
    clock.now += 49.5
    budget.note_failure()
    assert budget.left(1).seconds == 0.5
