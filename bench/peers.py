"""Treadle beside the Python tools that explore thread schedules too, on the same programs, in one run.

    python bench/peers.py [--seconds 5] [--keep FOLDER] [PROGRAM ...]

Installs frontrun, interleave-test and ploom from the index, each into an environment of its own (the latter
two need Python 3.13: run this with 3.13, so that all run on the same). Then every program of
bench/peers/programs.py is given to every tool, in a process of its own, with at most 20 seconds. A cell says
what the tool said and after how many executions, with a mark where that is wrong:

    found 2       a failure, in the second execution      holds 6    no failure in any schedule it knows
    not found 9   none in the schedules it tried          -          the program cannot be put to it

    MISS          it says that a failing program holds    FALSE      it blames a correct program

Executions a second are counted on the bank account with nothing asserted, searches repeated or prolonged.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from common import heading

FOLDER = Path(__file__).resolve().parent / "peers"
LIMIT = 20.0
"""Seconds for one tool and one program."""


@dataclass(frozen=True)
class Tool:
    """A tool and the way in which it searches.

    Args:
        package: What is installed; "treadle" is this one.
        strategy: What its driver is told.
        is_wrapped: Whether its own command must start Python.
    """

    package: str
    strategy: str
    is_wrapped: bool = False

    @property
    def title(self) -> str:
        """How the table calls it."""
        return f"{self.package} {self.strategy}".strip()


TOOLS = (
    Tool("treadle", "portfolio"),
    Tool("frontrun", "dpor", is_wrapped=True),
    Tool("frontrun", "random", is_wrapped=True),
    Tool("interleave-test", "random"),
    Tool("interleave-test", "pct"),
    Tool("interleave-test", "dfs"),
    Tool("ploom", ""),
)
OUR_SCHEDULERS = ("dfs", "random-walk")


def main() -> int:
    """Install, run everything, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="only these programs")
    parser.add_argument("--seconds", type=float, default=5.0, help="time to count executions in")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="install here, and use it again"
    )
    arguments = parser.parse_args()
    sys.path.insert(0, str(FOLDER))
    import programs

    chosen = [p for p in programs.PROGS.values() if p.name in (arguments.programs or [p.name])]
    with tempfile.TemporaryDirectory(prefix="treadle-peers-") as temporary:
        folder = arguments.keep or Path(temporary)
        pythons = {tool.package: environment(tool.package, folder) for tool in TOOLS}
        heading("What each tool says of the same programs")
        print("| program | in truth | " + " | ".join(tool.title for tool in TOOLS) + " |")
        print("|---|---|" + "---|" * len(TOOLS))
        wrong = []
        for program in chosen:
            cells = [said(tool, pythons[tool.package], program) for tool in TOOLS]
            is_missed = cells[0].startswith("not found") and program.expect != "ok"
            if is_missed or "**" in cells[0]:
                wrong.append(program.name)
            truth = "correct" if program.expect == "ok" else program.expect
            note = f" ({program.note})" if program.note else ""
            if program.timeouts:
                note += f" (ours with `--timeouts {program.timeouts}`)"
            print(f"| {program.name}{note} | {truth} | {' | '.join(cells)} |", flush=True)
        print_rates(pythons, arguments.seconds)
    print(f"wrong of treadle: {', '.join(wrong)}" if wrong else "treadle is right on all of them")
    return 1 if wrong else 0


def environment(package: str, folder: Path) -> Path | None:
    """The interpreter of an environment with a peer in it; None when it cannot be installed here."""
    if package == "treadle":
        return Path(sys.executable)
    place = folder / package
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, package], capture_output=True, text=True, check=False)
        if done.returncode:
            python.unlink()
            print(f"{package} cannot be installed on this Python: its column says n/a")
            return None
    return python


def said(tool: Tool, python: Path | None, program: object) -> str:
    """The cell of a tool and a program."""
    if python is None:
        return "n/a"
    answer = drive(tool, python, program.name, 0.0)
    verdict = answer.get("verdict", "error")
    if verdict in {"-", "error", "time-out"}:
        return verdict
    text = f"{verdict} {answer['executions']:,}"
    if program.expect == "ok":
        return f"**FALSE** {text}" if verdict == "found" else text
    return f"**MISS** {text}" if verdict == "holds" else text


def print_rates(pythons: dict[str, Path | None], seconds: float) -> None:
    """The second table."""
    ours = [Tool("treadle", name) for name in OUR_SCHEDULERS]
    rates: dict[Tool, float] = {}
    for tool in (*ours, *TOOLS[1:]):
        python = pythons[tool.package]
        if python is not None:
            rates[tool] = drive(tool, python, "rate", seconds).get("rate", 0.0)
    best = max((rate for tool, rate in rates.items() if tool.package != "treadle"), default=0.0)
    heading("Executions per second of the bank account")
    for tool, rate in rates.items():
        ratio = f"   {rate / best:6.1f} x the fastest peer" if best and tool in ours else ""
        print(f"  {tool.title:28} {rate:>9,.0f}{ratio}")


def drive(tool: Tool, python: Path, program: str, seconds: float) -> dict[str, object]:
    """Run a tool's driver; what it printed."""
    driver = FOLDER / f"drive_{tool.package.replace('-', '_')}.py"
    command = [str(python), str(driver), program, tool.strategy, str(seconds)]
    if tool.is_wrapped:
        command.insert(0, str(python.parent / tool.package))
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(FOLDER), "PYTHONHASHSEED": "0"},
                capture_output=True,
                text=True,
                timeout=LIMIT + 70.0 if program == "rate" else LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"verdict": "time-out"}
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return {"verdict": "error"}


if __name__ == "__main__":
    sys.exit(main())
