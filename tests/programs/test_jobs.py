"""A search in several processes finds what one process finds, whatever becomes of the processes."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from treadle.explorer import parallel, search
from treadle.explorer.slices import Slices
from treadle.model.result import Verdict

ROOT = Path(__file__).parents[2]
SCTBENCH = ROOT / "bench" / "sctbench"
BANK_ACCOUNT = str(ROOT / "examples" / "bank_account.py")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Other processes help from the beginning."""
    monkeypatch.setattr(search, "SHARED_AFTER", 0.0)


def facts(result):
    """All of a result that has to be the same."""
    return {
        "verdict": result.verdict,
        "complete": result.complete,
        "reasons": result.incomplete_because,
        "executions": result.executions,
        "redundant": result.redundant,
        "outcomes": Counter({each.observed: each.executions for each in result.outcomes}),
        "findings": {(each.kind, each.summary) for each in result.findings},
        "races": {each.summary for each in result.notes},
    }


@pytest.mark.parametrize(
    "target",
    [
        "lastzero.py::test_5",
        "producer_consumer.py::test_3",
        "wronglock.py::test_1",
        "lazy01.py::test",
        "deadlock01.py::test",
    ],
)
@pytest.mark.parametrize("at_once", [3, 100_000])
def test_traces_are_the_same_for_any_number_of_processes(
    check_in_child, monkeypatch, target, at_once
):
    monkeypatch.setattr(parallel, "MOST_AT_ONCE", at_once)  # few: parts are split all the time
    options = {"scheduler": "dpor", "max_seconds": 100.0}
    alone = facts(check_in_child(str(SCTBENCH / target), **options))
    assert alone["complete"]
    for jobs in (2, 3):
        assert facts(check_in_child(str(SCTBENCH / target), jobs=jobs, **options)) == alone


@pytest.mark.parametrize("scheduler", ["random-walk", "pos"])
def test_seeds_are_the_same_for_any_number_of_processes(check_in_child, scheduler):
    options = {"scheduler": scheduler, "max_executions": 2_345, "seed": 7}
    alone = facts(check_in_child(BANK_ACCOUNT, **options))
    assert sum(alone["outcomes"].values()) == alone["executions"] > 2_300
    for jobs in (2, 3):
        assert facts(check_in_child(BANK_ACCOUNT, jobs=jobs, **options)) == alone


def test_the_portfolio_proves_what_it_proves_alone(check_in_child, monkeypatch):
    monkeypatch.setattr(search, "MOST_ENUMERATED", 50)
    target = str(SCTBENCH / "producer_consumer.py::test_3")
    alone = check_in_child(target, max_seconds=100.0)
    shared = check_in_child(target, jobs=2, max_seconds=100.0)
    assert (shared.verdict, shared.complete) == (alone.verdict, alone.complete)
    assert shared.executions == alone.executions == 67


class Dying:
    """Makes workers end in the middle of what they are asked.

    Args:
        marks: A folder; each death leaves a file there.
        most: How many deaths there are.
    """

    def __init__(self, marks, most):
        self.marks = marks
        self.most = most
        self.do = Slices.do

    def __call__(self, slices, ask):
        told = self.do(slices, ask)
        count = len(list(self.marks.iterdir()))
        if count < self.most:
            (self.marks / str(count)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return told


def test_what_a_dead_process_was_asked_is_done_by_another(check_in_child, monkeypatch, tmp_path):
    options = {"scheduler": "dpor", "max_seconds": 100.0}
    target = str(SCTBENCH / "lastzero.py::test_5")
    alone = facts(check_in_child(target, **options))
    monkeypatch.setattr(parallel, "MOST_AT_ONCE", 5)
    dying = Dying(tmp_path, 1)
    monkeypatch.setattr(Slices, "do", lambda slices, ask: dying(slices, ask))
    assert facts(check_in_child(target, jobs=2, **options)) == alone
    assert len(list(tmp_path.iterdir())) == 1


def test_a_program_that_always_ends_its_process_is_not_controlled(
    check_in_child, monkeypatch, tmp_path
):
    dying = Dying(tmp_path, 1_000)
    monkeypatch.setattr(Slices, "do", lambda slices, ask: dying(slices, ask))
    result = check_in_child(str(SCTBENCH / "lastzero.py::test_5"), jobs=2, scheduler="dpor")
    assert (result.verdict, result.complete) == (Verdict.INCONCLUSIVE, False)
    assert any("was ended by SIGKILL" in reason for reason in result.incomplete_because)


ENDLESS = """
import os
import threading

counter = 0


def count():
    global counter
    for _ in range(50):
        counter += 1


os.write(1, f"{os.getpid()} ".encode())
threads = [threading.Thread(target=count) for _ in range(4)]
for thread in threads:
    thread.start()
"""


def test_an_interruption_ends_all_processes(tmp_path):
    (tmp_path / "endless.py").write_text(ENDLESS)
    command = [sys.executable, "-m", "treadle", "check", "endless.py", "--scheduler", "dpor"]
    with subprocess.Popen(
        [*command, "-j", "2", "--max-seconds", "600", "--ignore", "interference"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=tmp_path,
        start_new_session=True,
    ) as process:
        said = b""
        while len(set(said.split()[:-1])) < 3:
            said += os.read(process.stdout.fileno(), 1000) or pytest.fail("it ended too soon")
        os.killpg(process.pid, signal.SIGINT)
        said += process.stdout.read()
    assert b"interrupted" in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
