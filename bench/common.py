"""What the benchmarks share: the bank account, run natively and under Treadle, in one process."""

from __future__ import annotations

import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent
BANK_ACCOUNT = ROOT / "examples" / "bank_account.py"


def native_runner(path: pathlib.Path) -> Callable[[], None]:
    """Run a script as Python does, in a fresh namespace, until its threads have ended."""
    code = compile(path.read_text(), str(path), "exec")

    def run() -> None:
        before = set(threading.enumerate())
        exec(code, {"__name__": "__main__"})
        for thread in set(threading.enumerate()) - before:
            thread.join()

    return run


def rate(run: Callable[[], object], seconds: float) -> float:
    """How many times a second a function can be called."""
    count = 0
    begun = time.perf_counter()
    while True:
        for _ in range(50):
            run()
        count += 50
        elapsed = time.perf_counter() - begun
        if elapsed >= seconds:
            return count / elapsed


def alternate(functions: list[Callable[[], float]], rounds: int) -> list[list[float]]:
    """Measure several things in turn, so that a drifting machine is fair to all."""
    return (
        [[function() for _ in range(1)] for function in functions]
        if rounds == 1
        else [
            list(column)
            for column in zip(*([f() for f in functions] for _ in range(rounds)), strict=True)
        ]
    )


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)


@contextlib.contextmanager
def bank_session(path: pathlib.Path = BANK_ACCOUNT):
    """A loaded target, as ``treadle check`` makes it."""
    from treadle.explorer.options import CheckOptions
    from treadle.explorer.session import Session

    yield Session(str(path), CheckOptions())


def heading(text: str) -> None:
    """Say what comes, and on which interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"\n{text} (CPython {version})")


def treadle(*words: str, packages: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process and an empty folder of its own.

    Args:
        words: What stands after ``treadle``.
        packages: A folder of packages that the target imports.
    """
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [sys.executable, "-m", "treadle", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(packages)},
            capture_output=True,
            text=True,
            check=False,
        )
