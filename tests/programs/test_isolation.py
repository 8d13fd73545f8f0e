"""``--isolate``: each execution in a process of its own, and everything else as without."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")

COUNTS = """
import ctypes, os, threading, time
class A: n = 0
def bump():
    v = A.n
    A.n = v + 1
def test():
    threads = [threading.Thread(target=bump) for _ in range(2)]
    for t in threads: t.start()
    for t in threads: t.join()
    assert A.n == 2, A.n
"""

CACHE = """
import threading
made = []
cache = {}
def get():
    if "key" not in cache:
        made.append(1)
        cache["key"] = len(made)
    return cache["key"]
def test():
    threads = [threading.Thread(target=get) for _ in range(2)]
    for t in threads: t.start()
    for t in threads: t.join()
    assert len(made) == 1, "made twice"
"""


def command(*arguments):
    return [sys.executable, "-m", "treadle", *arguments]


@pytest.fixture
def treadle(tmp_path):
    """Writes a program and runs a command in its folder."""

    def run(text, *arguments):
        if text:
            (tmp_path / "p.py").write_text(text)
        done = subprocess.run(
            command(*arguments),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.mark.parametrize(
    "scheduler", ["portfolio", "dfs", "delay", "random-walk", "pct", "pos", "surw"]
)
def test_the_search_finds_what_it_should(treadle, scheduler):
    budget = ("--max-executions", "80", "--scheduler", scheduler)
    done = treadle(COUNTS, "check", "p.py::test", "--isolate", "--json", *budget)
    result = json.loads(done.stdout)
    (finding,) = result["findings"]
    assert (done.returncode, finding["kind"]) == (1, "assertion")
    assert finding["exception"]["message"].startswith("1")
    assert {outcome["observed"]["A.n"] for outcome in result["outcomes"]} == {"1", "2"}


def test_a_complete_search_is_that_of_a_program_that_sets_its_state_anew(treadle):
    isolated = json.loads(treadle(COUNTS, "check", "p.py::test", "--isolate", "--json").stdout)
    anew = COUNTS.replace("def test():\n", "def test():\n    A.n = 0\n")
    together = json.loads(treadle(anew, "check", "p.py::test", "--json").stdout)
    for result in (isolated, together):
        assert result["complete"]
    assert isolated["executions"] == together["executions"]
    assert isolated["findings"][0]["preemptions"] == together["findings"][0]["preemptions"] == 1


def test_what_happens_only_the_first_time_is_found(treadle):
    without = json.loads(treadle(CACHE, "check", "p.py::test", "--json").stdout)
    assert not without["complete"]
    done = treadle(CACHE, "check", "p.py::test", "--isolate")
    assert done.returncode == 1
    assert "made twice" in done.stdout


def test_the_printed_commands_replay_it(treadle):
    text = treadle(CACHE, "check", "p.py::test", "--isolate").stdout
    here = next(line for line in text.splitlines() if "Replay here:" in line)
    anywhere = text.splitlines()[-1]
    assert "--isolate" in anywhere
    for line in (here.partition(":")[2], anywhere):
        done = treadle("", *shlex.split(line)[1:])
        assert done.returncode == 1
        assert "made twice" in done.stdout


def test_modules_of_the_project_are_isolated_too(treadle, tmp_path):
    (tmp_path / "helper.py").write_text("calls = []\n")
    text = (
        "import helper, threading\n"
        "t = threading.Thread(target=helper.calls.append, args=(1,))\n"
        "t.start()\nt.join()\nassert len(helper.calls) == 1\n"
    )
    assert treadle(text, "check", "p.py").returncode == 5
    done = treadle(text, "check", "p.py", "--isolate")
    assert done.returncode == 0
    assert "complete" in done.stdout


def test_a_finding_is_confirmed_on_real_threads(treadle):
    done = treadle(COUNTS, "check", "p.py::test", "--isolate", "--confirm")
    assert "Confirmed on real threads" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("while True: pass", "T1 stayed at p.py"),
        ("sum(range(10**14))", "in a call that cannot be interrupted"),
        ("ctypes.CDLL(None)._exit(0)", "ended its process with exit code 0"),
        ("ctypes.string_at(0)", "was ended by SIGSEGV"),
        ("os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
    ],
)
def test_bad_ends(treadle, body, words):
    text = COUNTS.replace("    v = A.n\n", f"    {body}\n    v = A.n\n", 1)
    done = treadle(text, "check", "p.py::test", "--isolate", "--stuck-after", "0.2")
    said = " ".join((done.stdout + done.stderr).split())
    assert words in said
    assert "so it was not controlled" in said
    assert "deadlock" not in said
    assert done.returncode == 5


def test_budgets(treadle):
    done = treadle(COUNTS, "check", "p.py::test", "--isolate", "--json", "--max-executions", "4")
    result = json.loads(done.stdout)
    assert result["executions"] <= 4
    assert not result["complete"]


def test_ctrl_c_ends_it_at_once(tmp_path):
    (tmp_path / "p.py").write_text(
        COUNTS.replace("assert A.n", "os.write(1, b'go ')\n    assert A.n")
    )
    arguments = ("check", "p.py::test", "--isolate", "--scheduler", "random-walk")
    with subprocess.Popen(
        command(*arguments, "--max-seconds", "600"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        said = b""
        while said.count(b"go ") < 5:
            said += os.read(process.stdout.fileno(), 100) or pytest.fail("it ended too soon")
        process.send_signal(signal.SIGINT)
        said += process.stdout.read()
    assert process.returncode == 1
    assert b"AssertionError" in said
    assert b"Traceback" not in said


def test_a_search_by_traces_is_refused_in_one_sentence(treadle):
    done = treadle(COUNTS, "check", "p.py::test", "--isolate", "--scheduler", "dpor")
    assert done.returncode == 2
    assert done.stderr.startswith("treadle: --isolate does not work with --scheduler dpor")


def test_a_scenario_is_refused_in_one_sentence(treadle):
    done = treadle("class Box: pass\n", "check-class", "p.py::Box", "--isolate")
    assert done.returncode == 2
    assert done.stderr.startswith("treadle: --isolate is for scripts and functions")
