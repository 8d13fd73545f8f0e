"""The figures of the benchmarks at an earlier commit and now, side by side.

    python bench/before_and_after.py [COMMIT] [--scripts throughput overhead] [--passes 3]

The earlier commit is exported to a temporary folder and compiled there for the same interpreter. The
scripts of both trees run in turn, so that a drifting machine is fair to both; of the figures of all passes
the median is shown. A line that only one of the two prints is left out.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from common import ROOT, heading, median

FIGURE = re.compile(r" {2}(?P<name>\S.*?) {2,}(?P<value>[\d,.]+)(?P<unit> ?[^\d\s]\S*)?")
"""A line of a benchmark: what was measured, two spaces or more, the figure, its unit."""


def figures(tree: pathlib.Path, script: str) -> dict[str, tuple[float, str]]:
    """What a benchmark of a tree measures: value and unit by name."""
    done = subprocess.run(
        [sys.executable, str(tree / "bench" / f"{script}.py")],
        env={**os.environ, "PYTHONPATH": str(tree / "src")},
        check=True,
        stdout=subprocess.PIPE,  # what it says when it fails is for who reads this
        text=True,
    )
    return {
        found["name"]: (float(found["value"].replace(",", "")), (found["unit"] or "").strip())
        for found in map(FIGURE.match, done.stdout.splitlines())
        if found
    }


def export(commit: str, folder: pathlib.Path) -> None:
    """Put the files of a commit into a folder, and compile them."""
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    if archive.returncode:
        sys.exit(f"There is no commit {commit!r} to compare with: `git log --oneline` lists them.")
    subprocess.run(["tar", "x"], cwd=folder, input=archive.stdout, check=True)
    build = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"Commit {commit} cannot be compiled here:\n{done.stderr}")


def compare(script: str, before: pathlib.Path, passes: int) -> None:
    """Run a benchmark of both trees in turn, and print the figures that both have."""
    runs = [(figures(before, script), figures(ROOT, script)) for _ in range(passes)]
    heading(f"bench/{script}.py, before and after")
    for name, (_, unit) in runs[0][0].items():
        if all(name in figures for run in runs for figures in run):
            old, new = (median([run[side][name][0] for run in runs]) for side in (0, 1))
            print(f"  {name:<58} {old:>9,.6g} {new:>9,.6g} {unit:<4} {new / old:6.2f} x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("commit", nargs="?", default="HEAD", help="what to compare with")
    parser.add_argument("--scripts", nargs="+", default=["throughput", "overhead"])
    parser.add_argument("--passes", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        before = pathlib.Path(folder)
        export(arguments.commit, before)
        for script in arguments.scripts:
            compare(script, before, arguments.passes)


if __name__ == "__main__":
    main()
