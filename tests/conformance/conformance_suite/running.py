"""Runs a suite in child processes: a test that does not come back costs itself, not the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

IDLE = 99
"""Exit status of a worker whose test is blocked in the operating system."""

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Outcome:
    """How a test ended.

    Attributes:
        test: Its name, ``Class.method``.
        status: "passed", "skipped", "out of scope", or what went wrong: "failed", "deadlock", "hung", ...
        details: The kind of what is out of scope, why it was skipped, or what went wrong.
        steps: How many operations it announced, at the most under any scheduler.
        scheduler: The one under which it did not pass.
        seconds: What it took, under all schedulers.
    """

    test: str
    status: str
    details: str
    steps: int
    scheduler: str
    seconds: float


def run_suite(
    suite: str, wanted: tuple[str, ...] = (), python: str = sys.executable
) -> list[Outcome]:
    """Run a suite, or some of its tests.

    Args:
        suite: Its name.
        wanted: The names of the tests; all when empty.
        python: The interpreter, with Treadle installed.

    Returns:
        What became of each test, in order; nothing when the interpreter came without the suite.

    Raises:
        RuntimeError: The suite could not be loaded.
    """
    outcomes: list[Outcome] = []
    left = list(wanted)
    while True:
        names, ended, begun, how, errors = _run_worker(python, suite, left)
        if names is None:
            raise RuntimeError(f"{suite} could not be loaded:\n{errors}")
        outcomes += ended
        if begun is None:
            return outcomes
        outcomes.append(Outcome(begun, how, errors, 0, "", 0.0))
        order = [name for name in names if not left or name in left]
        left = order[order.index(begun) + 1 :]
        if not left:
            return outcomes


def _run_worker(python: str, suite: str, wanted: list[str]):
    """Run tests until the end, or until one of them does not come back.

    Returns:
        The names of all tests, None when they could not be loaded; what became of those that ended; the name
        of the one that did not, and whether it hung or crashed; what was written to the standard error output.
    """
    names, ended, begun = None, [], None
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    command = [str(Path(python).absolute()), "-m", "conformance_suite.worker", suite, *wanted]
    with (
        tempfile.TemporaryFile("w+") as errors,
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, cwd=folder
        ) as worker,
    ):
        for line in worker.stdout:
            event = json.loads(line)
            if "tests" in event:
                names = event["tests"]
            elif "begin" in event:
                begun = event["begin"]
            else:
                begun = None
                ended.append(Outcome(event.pop("end"), **event))
        failed = worker.wait()
        errors.seek(0)
        text = errors.read()
    if failed and begun is None:
        names = None
    how = "hung" if failed in {IDLE, -signal.SIGVTALRM} else "crashed"
    return names, ended, begun, how, text
