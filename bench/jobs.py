"""A long search in one process and in several: the same traces, in how much less time.

    python bench/jobs.py [--jobs 2] [--threads 14] [--rounds 1]

The program is ``lastzero`` (bench/sctbench/lastzero.py) with more threads. All its traces are explored by
``treadle check --scheduler dpor``, start-up and the first second, which is always alone, included.
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

PROGRAM = """
import sys

sys.path.insert(0, {folder!r})
from lastzero import lastzero


def test():
    lastzero({threads})
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--threads", type=int, default=14)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    times: dict[int, list[float]] = {1: [], arguments.jobs: []}
    reports: dict[int, dict] = {}
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "program.py"
        sctbench = str(ROOT / "bench" / "sctbench")
        program.write_text(PROGRAM.format(folder=sctbench, threads=arguments.threads))
        for _ in range(arguments.rounds):
            for jobs, values in times.items():
                seconds, reports[jobs] = search("program.py::test", folder, jobs)
                values.append(seconds)
    heading(f"All traces of lastzero with {arguments.threads} writers")
    alone = median(times[1])
    for jobs, values in times.items():
        seconds, report = median(values), reports[jobs]
        print(
            f"  -j {jobs}  {seconds:7.1f} s   {alone / seconds:5.2f} x as fast   "
            f"{report['executions']:,} traces, {report['redundant']:,} redundant, "
            f"{len(report['outcomes']):,} outcomes"
        )


if __name__ == "__main__":
    main()
