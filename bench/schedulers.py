"""Schedules until the first bug, for every program of bench/sctbench under every scheduler.

    python bench/schedulers.py [--programs account ...] [--schedulers surw ...] [--seeds 20] [--cap 10000]

A randomised scheduler begins with each of the seeds, and the mean and standard deviation are quoted; a seed
under which nothing is found counts as the cap, and then the number of those that found it follows. The
published figure is in brackets (see bench/sctbench/programs.toml), "never" meaning not within 10,000. What
the schedulers know of a program before the first seed is which operations can conflict, and nothing else;
that takes a few executions, which are not counted. Depth-first search and delay bounding have no seed.

For dpor: executions of the whole search, each another trace (in brackets how many there are, where that is
known), plus those that were broken off since they would have repeated one; seconds; the first that failed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from common import ROOT, heading

FOLDER = ROOT / "bench" / "sctbench"
COLUMNS = {"surw": 0, "pct": 1, "pos": 2, "random-walk": 3}
"""Where the published figures of a scheduler are, in the index."""

LEARNING = 200
"""So many executions find out which operations can conflict."""

WIDTH = 27

MOST_SECONDS = 60.0
"""A whole search is given up after that."""


def main() -> None:
    """Measure and print."""
    from treadle.schedulers.catalogue import BOUNDED, REDUCING

    programs = tomllib.loads((FOLDER / "programs.toml").read_text())["program"]
    names = [*COLUMNS, *BOUNDED, *REDUCING]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", nargs="+", default=[each["name"] for each in programs])
    parser.add_argument("--schedulers", nargs="+", choices=names, default=names)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--cap", type=int, default=10_000)
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="programs at the same time")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    is_counted = bool({*REDUCING} & {*arguments.schedulers})  # which have work without a bug, too
    chosen = [
        each
        for each in programs
        if each["name"] in arguments.programs and (each["finding"] or is_counted)
    ]
    if arguments.child:
        program = next(each for each in chosen if each["name"] == arguments.child)
        print(json.dumps(measured(program, arguments)))
        return
    heading(f"Schedules to the first bug; {arguments.seeds} seeds, cap {arguments.cap:,}")
    print("  " + f"{'program':<26}" + "".join(f"{name:>{WIDTH}}" for name in arguments.schedulers))
    with ThreadPoolExecutor(arguments.j) as pool:
        for program, row in zip(chosen, pool.map(in_a_process, chosen), strict=True):
            cells = [cell(program, name, row[name], arguments) for name in arguments.schedulers]
            print(
                f"  {program['name']:<26}" + "".join(f"{text:>{WIDTH}}" for text in cells),
                flush=True,
            )


def in_a_process(program: dict) -> dict:
    """Measure one program in a process of its own."""
    done = subprocess.run(
        [sys.executable, *sys.argv, "--child", program["name"]],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)


def measured(program: dict, arguments: argparse.Namespace) -> dict:
    """What each scheduler needs: a list of numbers for the seeds, or how a whole search ended."""
    from treadle.explorer.options import CheckOptions
    from treadle.explorer.search import Search
    from treadle.explorer.session import Session
    from treadle.schedulers.catalogue import BOUNDED, RANDOMISED, REDUCING

    os.chdir(FOLDER)
    session = Session(program["target"], CheckOptions(max_executions=LEARNING))
    Search(session, session.options, None).run()
    row = {}
    for name in arguments.schedulers:
        if name in REDUCING:
            row[name] = whole_search(session, REDUCING[name])
        elif not program["finding"]:
            row[name] = []
        elif name in RANDOMISED:
            row[name] = [
                until_failure(session, each_time(RANDOMISED[name](seed)), arguments.cap)
                for seed in range(0, arguments.seeds * arguments.cap, arguments.cap)
            ]
        else:
            row[name] = [until_failure(session, by_bounds(BOUNDED[name]), arguments.cap)]
    return row


def whole_search(session, kind) -> list:
    """Traces, redundant executions, seconds and first failing execution of a search, if it ends in time."""
    from treadle.explorer.tally import failure_keys

    while True:
        scheduler = kind()
        begun = time.perf_counter()
        executions, first, has_learned = 0, None, False
        while not has_learned and scheduler.begin():
            execution = session.execute(scheduler)
            executions += 1
            if first is None and failure_keys(execution):
                first = executions
            elapsed = time.perf_counter() - begun
            if elapsed > MOST_SECONDS:
                return [None, None, elapsed, first]
            has_learned = learn(scheduler.learned)
        if not has_learned:  # or else it begins again, with all that it learned
            redundant = scheduler.redundant
            return [executions - redundant, redundant, elapsed, first]


def learn(sites: list) -> bool:
    """Make scheduling points of sites, and of those that the last execution showed; True for new ones."""
    from treadle.engine.kernel import kernel

    has_learned = bool(sites or kernel.learned)
    for site in (*sites, *kernel.learned):
        site.is_point = True
    return has_learned


def each_time(scheduler) -> Iterator:
    """A randomised scheduler, ready for execution after execution."""
    while scheduler.begin():
        yield scheduler


def by_bounds(kind) -> Iterator:
    """A systematic scheduler, under growing bounds; every schedule once."""
    for bound in itertools.count():
        scheduler = kind(bound)
        while scheduler.begin():
            yield scheduler
        if not scheduler.was_cut:
            return


def until_failure(session, schedulers: Iterator, cap: int) -> int | None:
    """The number of the first execution that fails; None when none does, up to the cap."""
    from treadle.explorer.tally import failure_keys

    number = 0
    for scheduler in schedulers:
        execution = session.execute(scheduler)
        if getattr(scheduler, "spent", 0) == getattr(scheduler, "bound", 0):
            number += 1  # with fewer preemptions or delays than the bound, it was counted before
        if failure_keys(execution):
            return number
        if number >= cap:
            break
        learn([])
    return None


def cell(program: dict, name: str, values: list, arguments: argparse.Namespace) -> str:
    """What is printed of one measurement."""
    if name not in {*COLUMNS, "dfs", "delay"}:
        traces, redundant, seconds, first = values
        known = f" [{program['traces'][0]:,}]" if "traces" in program else ""
        found = "" if first is None else f", {first:,}"
        if traces is None:
            return f"not over after {seconds:.0f} s{found}"
        return f"{traces:,}{known} + {redundant:,}, {seconds:.1f} s{found}"
    if not values:
        return "no bug"
    found = [value for value in values if value is not None]
    text = "never"
    if found:
        numbers = [arguments.cap if value is None else value for value in values]
        text = f"{statistics.mean(numbers):,.1f}"
        if len(values) > 1:
            text += f" ± {statistics.stdev(numbers):,.1f}"
        if len(found) < len(values):
            text += f" ({len(found)}/{len(values)})"
    if name in COLUMNS and "bugs" in program:
        published = program["bugs"][COLUMNS[name]]
        text += f" [{published or 'never'}]"
    return text


if __name__ == "__main__":
    main()
