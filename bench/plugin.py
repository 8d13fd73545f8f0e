"""What the pytest plugin costs a suite that does not use it: a whole run with it and without it.

Runs an empty suite of 100 tests in new processes, in turn, and compares the fastest runs: what the machine
does beside it only ever adds time. The goal is less than 20 ms.

    python bench/plugin.py [ROUNDS]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

GOAL_MS = 20.0
TESTS = 100
_NOT_USUAL = {"PYTHONDONTWRITEBYTECODE"}  # pytest keeps what it has compiled, as everybody's does


def run_once(folder: Path, *arguments: str) -> float:
    """Seconds of processor time that one pytest run takes."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_USUAL}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tests = "\n".join(f"def test_{number}():\n    pass\n" for number in range(TESTS))
        (folder / "test_empty.py").write_text(tests)
        with_it, without = [], []
        for _ in range(rounds + 1):  # the first round only warms the caches
            with_it.append(run_once(folder))
            without.append(run_once(folder, "-p", "no:treadle"))
    costs = [a - b for a, b in zip(with_it[1:], without[1:], strict=True)]
    best = min(with_it[1:]) - min(without[1:])
    print(f"a suite of {TESTS} empty tests, {rounds} runs each, processor time")
    print(f"  without the plugin  {min(without[1:]) * 1000:7.1f} ms (fastest)")
    print(f"  with the plugin     {min(with_it[1:]) * 1000:7.1f} ms (fastest)")
    print(f"  difference          {best * 1000:7.1f} ms (goal: under {GOAL_MS:g} ms)")
    print(f"  median difference   {statistics.median(costs) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
