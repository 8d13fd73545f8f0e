"""Known concurrency bugs in real, unmodified packages: is each found, of what kind, how soon?

    python bench/real_bugs.py [NAME ...] [--keep FOLDER] [--max-seconds 60]

Installs each package of bench/real_bugs/cases.toml from the index, at the version with the bug and at one
without it, into folders of their own, and runs ``treadle check bench/real_bugs/NAME.py::test`` against both;
then executes the schedule of each finding on real threads. Ends with 0 when every bug was found, of the right
kind, and confirmed so, and no corrected version was blamed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from common import heading, treadle

FOLDER = Path(__file__).resolve().parent / "real_bugs"


@dataclasses.dataclass(frozen=True)
class Case:
    """A program around a package with a known bug; cases.toml says what the fields mean."""

    name: str
    package: list[str]
    fixed: list[str]
    finding: str
    what: str
    link: str
    include: list[str] = dataclasses.field(default_factory=list)
    still_fails: str = ""


@dataclasses.dataclass(frozen=True)
class Checked:
    """What a check of one version showed.

    Args:
        verdict: "fail", "pass", "inconclusive", or why there was none.
        kinds: The kinds of the findings, most important first.
        found_after: In which execution the first was found.
        executions: How many schedules were tried.
        seconds: How long it took, start included.
        tokens: The schedules of the findings.
    """

    verdict: str
    kinds: tuple[str, ...]
    found_after: int
    executions: int
    seconds: float
    tokens: tuple[str, ...] = ()


def main() -> int:
    """Check every case and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these cases")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="install here, and use it again"
    )
    parser.add_argument("--max-seconds", type=float, default=60.0, help="time for each check")
    arguments = parser.parse_args()
    cases = [Case(**case) for case in tomllib.loads((FOLDER / "cases.toml").read_text())["case"]]
    unknown = set(arguments.names) - {case.name for case in cases}
    if unknown:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    heading("Real bugs in real packages, by plain `treadle check`")
    print(
        f"  {'case':36} {'found':22} {'after':>6} {'of':>7} {'seconds':>8}"
        f"  {'real threads':12}  corrected version"
    )
    with tempfile.TemporaryDirectory(prefix="treadle-bugs-") as temporary:
        folder = arguments.keep or Path(temporary)
        wrong = [
            case.name
            for case in cases
            if case.name in (arguments.names or [case.name])
            and not is_right(case, folder, arguments.max_seconds)
        ]
    print(f"  not as it should be: {', '.join(wrong)}" if wrong else "  all as they should be")
    return 1 if wrong else 0


def is_right(case: Case, folder: Path, max_seconds: float) -> bool:
    """Check both versions of a case and print its line."""
    packages = install(case.package, folder / case.name)
    found = check(case, packages, max_seconds)
    confirmed = [is_same_on_real_threads(case, packages, token) for token in found.tokens]
    on_real_threads = "confirmed" if all(confirmed) else "UNCONFIRMED"
    corrected = None
    if case.fixed:
        corrected = check(case, install(case.fixed, folder / f"{case.name}_fixed"), max_seconds)
    shown = found.kinds[0] if found.kinds else found.verdict
    print(
        f"  {case.name:36} {shown:22} {found.found_after:>6,} {found.executions:>7,}"
        f" {found.seconds:>8.1f}  {on_real_threads if confirmed else '-':12}"
        f"  {_of_corrected(case, corrected)}",
        flush=True,
    )
    is_blamed = corrected is not None and bool(corrected.kinds) and not case.still_fails
    return case.finding in found.kinds and all(confirmed) and not is_blamed


def _of_corrected(case: Case, corrected: Checked | None) -> str:
    """What is said of the corrected version."""
    if corrected is None:
        return "there is none" if case.package else "the running interpreter's library"
    if corrected.kinds and case.still_fails:
        return f"{corrected.kinds[0]}, rightly: {case.still_fails}"
    if corrected.kinds:
        return f"blamed for {corrected.kinds[0]}"
    return f"{corrected.verdict}, {corrected.executions:,} schedules"


def install(requirements: list[str], folder: Path) -> Path:
    """Install packages into a folder of their own, unless they are there already."""
    if requirements and not folder.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*pip, "--target", str(folder), *requirements],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"pip could not install {' '.join(requirements)}:\n{done.stderr}")
    return folder


def check(case: Case, packages: Path, max_seconds: float) -> Checked:
    """Run the command line on a case, in a process and a folder of its own."""
    begun = time.perf_counter()
    limit = ("--json", "--max-seconds", str(max_seconds))
    done = treadle("check", target_of(case), *limit, *scope_of(case), packages=packages)
    seconds = time.perf_counter() - begun
    try:
        document = json.loads(done.stdout)
    except ValueError:
        return Checked((done.stderr.strip() or "no report").splitlines()[-1], (), 0, 0, seconds)
    findings = document["findings"]
    return Checked(
        document["verdict"],
        tuple(finding["kind"] for finding in findings),
        findings[0]["found_after"] if findings else 0,
        document["executions"],
        seconds,
        tuple(finding["schedule"] for finding in findings),
    )


def is_same_on_real_threads(case: Case, packages: Path, token: str) -> bool:
    """Whether the schedule of a finding leads to the same there, step by step."""
    where = ("--target", target_of(case), "--real-threads")
    done = treadle("replay", token, *where, *scope_of(case), packages=packages)
    return "Confirmed on real threads" in done.stdout


def target_of(case: Case) -> str:
    """What is checked."""
    return f"{FOLDER / case.name}.py::test"


def scope_of(case: Case) -> list[str]:
    """The options that say what is instrumented too."""
    return [word for module in case.include for word in ("--include", module)]


if __name__ == "__main__":
    sys.exit(main())
