"""Prints a table of suites and versions: ``python -m conformance_suite.table PYTHON...``.

Each argument is an interpreter with Treadle installed. Ends with 1 when a result contradicts the lists.
"""

from __future__ import annotations

import subprocess
import sys

from conformance_suite.catalogue import SUITES
from conformance_suite.lists import Verdict, judge, listed
from conformance_suite.running import run_suite

_VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])'
_HEAD = ("suite", "Python", "tests", "passed", "not exercised", "deviations", "out of scope")


def main(pythons: list[str]) -> int:
    """Run every suite on every interpreter.

    Args:
        pythons: Paths of the interpreters.

    Returns:
        The exit status.
    """
    rows, problems = [], []
    for python in pythons:
        command = [python, "-c", _VERSION]
        version = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        for suite in SUITES:
            print(f"{suite} on {version} ...", end="\r", file=sys.stderr, flush=True)
            outcomes = run_suite(suite, python=python)
            verdict = judge(outcomes, listed(suite, version) if outcomes else {})
            rows.append(_row(suite, version, len(outcomes), verdict))
            problems += [f"{suite} on {version}: {problem}" for problem in verdict.problems]
    _print_table(rows)
    print("\nnot exercised: of the tests passed, those with one scheduling step at the most")
    for problem in problems:
        print(f"\nPROBLEM {problem}")
    return 1 if problems else 0


def _row(suite: str, version: str, count: int, verdict: Verdict) -> tuple[str, ...]:
    if not count:
        return (suite, version, "not installed", "", "", "", "")
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(verdict.out_of_scope.items()))
    out = f"{verdict.out_of_scope.total()} ({kinds})" if kinds else "0"
    return (
        suite,
        version,
        str(count),
        str(verdict.passed),
        str(verdict.not_exercised),
        str(verdict.deviations),
        out,
    )


def _print_table(rows: list[tuple[str, ...]]) -> None:
    order = {name: number for number, name in enumerate(SUITES)}
    rows.sort(key=lambda row: order[row[0]])
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD) - 1)]
    for row in [_HEAD, *rows]:
        texts = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
        print("  ".join([*texts, row[-1]]).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
