"""The nearest passing schedule that is kept with a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from treadle.model.schedule import Schedule
from treadle.store.store import list_failures

ROOT = Path(__file__).resolve().parents[2]


def checked(lesson, where):
    command = [sys.executable, "-m", "treadle", "check", str(ROOT / "examples" / lesson)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(command, cwd=where, env=environment, capture_output=True, timeout=120)
    (saved,) = list_failures(Path(where) / ".treadle")
    return saved.finding


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lesson", "end"),
    [("bank_account.py", {"b.bal": "50"}), ("philosophers.py", {})],
)
def test_it_parts_from_the_failing_one_at_its_last_preemption(lesson, end, tmp_path):
    finding = checked(lesson, tmp_path)
    failing, passing = finding.trace, finding.passing
    assert (
        Schedule.from_token(passing.token).choices
        == Schedule.from_token(failing.token).choices[:-1]
    )
    assert passing.preemptions == failing.preemptions - 1
    assert not passing.waiting
    assert all(step.action != "raise" for step in passing.steps)
    assert {label: dict(passing.observed)[label] for label in end} == end
    parting = next(step.number for step in failing.steps if step.action == "suspend")
    assert passing.steps[: parting - 1] == failing.steps[: parting - 1]
    assert passing.steps[parting - 1] != failing.steps[parting - 1]


@pytest.mark.slow
def test_there_is_none_where_every_schedule_fails(tmp_path):
    assert checked("queue_endless_consumer.py", tmp_path).passing is None
