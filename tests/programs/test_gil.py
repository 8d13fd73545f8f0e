"""``treadle gil``, as a user runs it: its form; how fast anything is depends on the machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = "def work(n=10):\n    return sum(range(n))\n"


@pytest.fixture
def gil(tmp_path):
    (tmp_path / "work.py").write_text(PROGRAM)

    def run(*arguments):
        command = [sys.executable, "-m", "treadle", "gil", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


@pytest.mark.slow
def test_everything_is_measured(gil, tmp_path):
    done = gil("work.py::work", "--args", "100", "--seconds", "0.001", "--png", "a.png", "--html", "a.html")  # fmt: skip
    assert done.returncode == 0, done.stderr
    for word in ("threads", "processes", "ubinterpreters", "there and back", "|#"):
        assert word in done.stdout
    assert f"measuring {'.'.join(map(str, sys.version_info[:3]))}" in done.stderr
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "<img" in (tmp_path / "a.html").read_text()


@pytest.mark.slow
def test_the_figures_as_json(gil):
    done = gil("work.py::work", "--seconds", "0.001", "--json", "-q")
    told = json.loads(done.stdout)
    assert (told["target"], done.stderr) == ("work.py::work", "")
    assert [mode["name"] for mode in told["measured"][0]["modes"]] == [
        "threads",
        "processes",
        "subinterpreters",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["work.py"], 2, "names no function"),
        (["work.py::nothing"], 4, "work has no nothing"),
        (["work.py::work", "--args", "'x'"], 4, "fails when it is called: TypeError"),
        (["work.py::work", "--args", "x y"], 2, "is not a call with literal arguments"),
        (["none.py::work"], 2, "none.py"),
        (["work.py::work", "--python", "no-such-python"], 2, "there is no such program"),
        (["work.py::work", "--seconds", "0"], 2, "is not a number of seconds"),
    ],
)
def test_bad_input_is_one_sentence(gil, arguments, code, said):
    done = gil(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
