"""A long search in one process and in several: the same traces, in how much less time.

    python bench/jobs.py [--jobs 2] [--sections 5 5 4] [--writers 12] [--rounds 1]

Two programs: threads that take one lock several times each, so that every order of their critical sections
is a trace; and ``lastzero`` (bench/sctbench/lastzero.py), whose wakeup trees are so large that to move a part
of them from one process to another costs as much as to explore it. All traces are explored by ``treadle
check --scheduler dpor``; start-up and the first second, which is always alone, are included.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from common import ROOT, heading, median

SECTIONS = """
import threading


def test():
    lock = threading.Lock()
    box = {{"count": 0}}

    def work(sections):
        for _ in range(sections):
            with lock:
                box["count"] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in {sections}]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""

LASTZERO = """
import sys

sys.path.insert(0, {folder!r})
from lastzero import lastzero


def test():
    lastzero({writers})
"""


def search(target: str, folder: str, jobs: int) -> tuple[float, dict]:
    """Seconds that a search took, and its report."""
    command = [sys.executable, "-m", "treadle", "check", target, "--scheduler", "dpor", "--json"]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, "--max-seconds", "3600", "-j", str(jobs)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return time.perf_counter() - begun, json.loads(done.stdout)


def measure(title: str, program: str, jobs: int, rounds: int) -> None:
    """Search a program in one process and in several, in turn, and print how long it took."""
    times: dict[int, list[float]] = {1: [], jobs: []}
    reports: dict[int, dict] = {}
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "program.py").write_text(program)
        for _ in range(rounds):
            for count, values in times.items():
                seconds, reports[count] = search("program.py::test", folder, count)
                values.append(seconds)
    heading(title)
    alone = median(times[1])
    for count, values in times.items():
        seconds, report = median(values), reports[count]
        print(
            f"  -j {count}  {seconds:7.1f} s   {alone / seconds:5.2f} x as fast   "
            f"{report['executions']:,} traces, {report['redundant']:,} redundant, "
            f"{len(report['outcomes']):,} outcomes"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sections", type=int, nargs="+", default=[5, 5, 4])
    parser.add_argument("--writers", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    measure(
        f"Threads with {arguments.sections} critical sections",
        SECTIONS.format(sections=arguments.sections),
        arguments.jobs,
        arguments.rounds,
    )
    measure(
        f"lastzero with {arguments.writers} writers",
        LASTZERO.format(folder=str(ROOT / "bench" / "sctbench"), writers=arguments.writers),
        arguments.jobs,
        arguments.rounds,
    )


if __name__ == "__main__":
    main()
