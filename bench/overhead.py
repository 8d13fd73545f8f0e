"""What instrumentation and start-up cost, and whether memory grows.

    python bench/overhead.py

1. A single-threaded loop heavy with attributes, instrumented against plain, in turn in one process.
2. The time from the command line to the first execution of a one-file program.
3. Peak memory after 10,000 and after 100,000 executions of the bank account (more in bench/memory.py).
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import memory
from common import BANK_ACCOUNT, alternate, heading, median

LOOP = """
class Particle:
    def __init__(self):
        self.x = 0.0
        self.v = 1.0
        self.steps = 0

    def advance(self, n):
        for _ in range(n):
            self.x = self.x + self.v * 0.01
            self.v = self.v - self.x * 0.01
            self.steps += 1


def loop():
    Particle().advance({steps})
"""


def measure_loop(steps: int, rounds: int) -> None:
    """The same loop, plain, and executed as ``treadle check`` does it."""
    from treadle.explorer.options import CheckOptions
    from treadle.explorer.session import Session
    from treadle.schedulers.base import Scheduler

    source = LOOP.format(steps=steps)
    plain: dict = {}
    exec(compile(source, "loop.py", "exec"), plain)
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "loop.py"
        program.write_text(source)
        session = Session(f"{program}::loop", CheckOptions())

        def timed(run: Callable[[], object]) -> float:
            begun = time.perf_counter()
            run()
            return time.perf_counter() - begun

        runs = (plain["loop"], lambda: session.execute(Scheduler()))
        session.warm_up()
        for run in runs:
            timed(run)
        one, other = alternate([lambda run=run: timed(run) for run in runs], rounds)
        session.close()
    ratio = median([b / a for a, b in zip(one, other, strict=True)])
    accesses = 8 * steps
    heading("Attribute-heavy loop in one thread, eight accesses a step")
    print(f"  plain         {median(one) / accesses * 1e9:6.1f} ns an access")
    print(
        f"  instrumented  {median(other) / accesses * 1e9:6.1f} ns an access   {ratio:.2f} x plain"
    )


def measure_start(rounds: int) -> None:
    """From the command line to the first execution: the program ends the process when it is run."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "program.py"
        program.write_text("import os\nos._exit(0)\n")

        def timed(command: list[str]) -> float:
            begun = time.perf_counter()
            subprocess.run(command, check=True, cwd=folder, capture_output=True)
            return time.perf_counter() - begun

        commands = [
            [sys.executable, str(program)],
            [sys.executable, "-m", "treadle", "check", str(program)],
        ]
        for command in commands:
            timed(command)
        python, treadle = alternate([lambda c=c: timed(c) for c in commands], rounds)
    heading("From the command line to the first execution")
    print(f"  python program.py         {median(python):.3f} s")
    print(f"  treadle check program.py  {median(treadle):.3f} s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--steps", type=int, default=200_000)
    arguments = parser.parse_args()
    measure_loop(arguments.steps, arguments.rounds)
    measure_start(arguments.rounds)
    heading(memory.TITLE)
    for executions in (10_000, 100_000):
        memory.measure("bank account", str(BANK_ACCOUNT), "random-walk", executions)


if __name__ == "__main__":
    main()
