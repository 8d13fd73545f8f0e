"""``check --confirm`` and ``replay --real-threads`` on whole programs, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import jsonschema
import pytest

from treadle.report.json import schema

ROOT = Path(__file__).resolve().parents[2]
BANK = ROOT / "examples" / "bank_account.py"
PHILOSOPHERS = ROOT / "examples" / "philosophers.py"

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
HASTY = ("--stuck-after", "0.3")
TWO_THREADS = """
import os
import sys
import threading
import time

state = type("State", (), {"n": 0, "threads": 0})()

def add():
    WHAT
    n = state.n
    state.n = n + 1

for _ in range(2):
    threading.Thread(target=add).start()
"""

ON_REAL_THREADS = "len(sys._current_frames()) > 1"


def treadle(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "treadle", *arguments],
        cwd=cwd,
        env={**ENVIRONMENT, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def program(folder: Path, what: str) -> str:
    (folder / "program.py").write_text(TWO_THREADS.replace("WHAT", what))
    return "program.py"


def confirmation(folder: Path, what: str, *options: str) -> dict:
    """What becomes of the lost update of two threads that also do something else."""
    name = program(folder, what)
    done = treadle("check", name, "--confirm", "--json", *options, cwd=folder)
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema())
    (found,) = document["findings"]
    return found["confirmation"]


def test_a_finding_is_confirmed_and_replayed_on_real_threads(tmp_path):
    checked = treadle("check", str(BANK), "--confirm", cwd=tmp_path)
    assert checked.returncode == 1
    assert "Confirmed on real threads: all 13 steps are the same there." in checked.stdout
    identifier = next(path.stem for path in (tmp_path / ".treadle" / "failures").glob("*.json"))
    plain = treadle("replay", identifier, cwd=tmp_path)
    real = treadle("replay", identifier, "--real-threads", cwd=tmp_path)
    assert real.returncode == plain.returncode == 1
    lines = real.stdout.splitlines()
    lines.remove("Confirmed on real threads: all 13 steps are the same there.")
    assert [line for line in lines if line] == [line for line in plain.stdout.splitlines() if line]
    assert "Confirmed on real threads" in treadle("show", identifier, cwd=tmp_path).stdout


def test_a_token_is_replayed_on_real_threads(tmp_path):
    found = json.loads(treadle("check", str(PHILOSOPHERS), "--json", cwd=tmp_path).stdout)
    assert "confirmation" not in found["findings"][0]
    token = found["findings"][0]["schedule"]
    done = treadle("replay", token, "--target", str(PHILOSOPHERS), "--real-threads", cwd=tmp_path)
    assert done.returncode == 1
    assert "Confirmed on real threads" in done.stdout


no_gil = pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"),
    reason="this Python always has a GIL: a free-threaded one as PYTHON runs this",
)


@no_gil
@pytest.mark.parametrize("target", [BANK, PHILOSOPHERS], ids=["bank", "philosophers"])
def test_findings_are_confirmed_on_a_free_threaded_build(tmp_path, target):
    checked = treadle("check", str(target), "--confirm", cwd=tmp_path)
    assert checked.returncode == 1, checked.stderr
    assert "Confirmed on real threads" in checked.stdout
    assert checked.stderr == ""  # no warning that the GIL was enabled for Treadle
    identifier = next(path.stem for path in (tmp_path / ".treadle" / "failures").glob("*.json"))
    done = treadle("replay", identifier, "--real-threads", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "Confirmed on real threads" in done.stdout


@no_gil
@pytest.mark.parametrize("arguments", [(), ("--real-threads",)])
@pytest.mark.parametrize("has_gil", [True, False])
def test_a_free_threaded_build_runs_without_the_gil(tmp_path, monkeypatch, arguments, has_gil):
    name = program(tmp_path, "state.threads = sys._is_gil_enabled()")
    if has_gil:
        monkeypatch.setitem(ENVIRONMENT, "PYTHON_GIL", "1")
    found = json.loads(treadle("check", name, "--json", cwd=tmp_path).stdout)["findings"][0]
    done = treadle("replay", found["schedule"], "--target", name, *arguments, cwd=tmp_path)
    assert f"threads = {has_gil}" in done.stdout
    assert f"threads = {not has_gil}" not in done.stdout


CALLED_BACK = """
import threading

class Key:
    def __init__(self, number):
        self.number = number
    def __lt__(self, other):
        state.n += 1
        return self.number < other.number

state = type("State", (), {"n": 0})()
numbers = [Key(2), Key(1)]

def work():
    numbers.sort()

threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert state.n == 2
"""


def test_a_task_left_inside_of_c_code_keeps_no_object_locked(tmp_path):
    # Without a GIL, C code locks the list that it sorts, also while it calls a comparison.
    (tmp_path / "program.py").write_text(CALLED_BACK)
    checked = treadle("check", "program.py", "--confirm", "--stuck-after", "5", cwd=tmp_path)
    assert "the search is complete" in " ".join(checked.stdout.split())
    assert "Confirmed on real threads" in checked.stdout


def test_the_console_script_is_no_part_of_the_program(tmp_path):
    (tmp_path / "treadle_script.py").write_text(
        "import sys\nfrom treadle.cli.main import main\nsys.exit(main())\n"
    )
    pool = ROOT / "examples" / "thread_pool_counter.py"
    done = subprocess.run(
        [sys.executable, "treadle_script.py", "check", str(pool), "--confirm"],
        cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Confirmed on real threads" in done.stdout


def test_a_program_that_looks_at_its_real_threads_parts_at_that_step(tmp_path):
    told = confirmation(tmp_path, "state.threads = len(sys._current_frames())")
    assert told["confirmed"] is False
    assert "real threads it parts" in told["reason"]
    assert f"step {told['steps'] + 1}." in told["reason"]
    assert "threads = 1 " in told["recorded"]
    assert "(program.py:10)" in told["recorded"] and "(program.py:10)" in told["real"]
    assert "threads = 1 " not in told["real"]
    assert "T1 writes threads = " in told["real"]


def test_a_failure_of_greenlets_only_is_unconfirmed(tmp_path):
    what = f"assert {ON_REAL_THREADS} or state.n == 0"
    name = program(tmp_path, what)
    checked = treadle("check", name, "--confirm", cwd=tmp_path)
    assert checked.returncode == 1
    assert "AssertionError" in checked.stdout
    assert "Unconfirmed on real threads. On real threads it parts" in checked.stdout
    identifier = next(
        path.stem
        for path in (tmp_path / ".treadle" / "failures").glob("*.json")
        if json.loads(path.read_text())["finding"]["kind"] == "assertion"
    )
    assert treadle("replay", identifier, cwd=tmp_path).returncode == 1
    done = treadle("replay", identifier, "--real-threads", cwd=tmp_path)
    assert done.returncode == 0
    assert "recorded" in done.stdout
    assert "did not happen on real threads" in done.stderr


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (f"if {ON_REAL_THREADS}: os.kill(os.getpid(), 9)", "it ended the process (signal 9)"),
        (
            f"if {ON_REAL_THREADS}: exec('while True: pass')",
            "T1 stayed at <string>:1 (<module>)",
        ),
        (
            f"if {ON_REAL_THREADS}: os.read(os.pipe()[0], 1)",
            "T1 stayed in os.read(os.pipe()[0], 1) at program.py:10 (add)",
        ),
    ],
    ids=["killed", "endless loop", "blocking call"],
)
def test_what_happens_only_on_real_threads_hangs_nothing(tmp_path, what, reason):
    told = confirmation(tmp_path, what, *HASTY)
    assert told["confirmed"] is False
    assert reason in told["reason"]


def test_a_main_thread_that_never_comes_back_hangs_nothing(tmp_path):
    name = program(tmp_path, "pass")
    with (tmp_path / name).open("a") as file:
        file.write(f"if {ON_REAL_THREADS}: os.read(os.pipe()[0], 1)\n")
    done = treadle("check", name, "--confirm", "--json", *HASTY, cwd=tmp_path)
    told = json.loads(done.stdout)["findings"][0]["confirmation"]
    assert "main stayed in os.read(os.pipe()[0], 1) at program.py:16 (<module>)" in told["reason"]
