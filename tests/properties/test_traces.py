"""Partial order reduction explores each trace, and each once.

The naive search over the same steps gives the set of traces to compare with. Of the counted programs the
number of traces is known from the literature; no execution may be broken off there.
"""

import functools
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.schedulers.dpor import Dpor

SEEDS = 20
MOST_ORDERS = 3_000
SCTBENCH = Path(__file__).parents[2] / "bench" / "sctbench"
COUNTED = [
    program
    for program in tomllib.loads((SCTBENCH / "programs.toml").read_text())["program"]
    if program.get("traces", [0])[0]
]


def all_traces(scheduler, execute, trace_of, most=None):
    traces = []
    while scheduler.begin():
        execute(scheduler)
        assert scheduler.divergence is None, scheduler.divergence
        if not scheduler.is_redundant:
            traces.append(trace_of(scheduler))
        if most is not None and len(traces) > most:
            return None
    return traces


@pytest.mark.parametrize("first", range(40_000, 40_000 + 4 * SEEDS, SEEDS))
def test_every_trace_of_a_random_program_is_explored_once(programs, first):
    compared = 0
    kernel.all_points = True
    for seed in range(first, first + SEEDS):
        program = programs.random_program(seed, total=6)
        run = programs.Run(program)
        naive = all_traces(programs.Enumeration(), run.execute, programs.trace_of, MOST_ORDERS)
        if naive is None:
            continue
        reduced = Dpor()
        traces = all_traces(reduced, run.execute, programs.trace_of)
        assert set(traces) == set(naive), programs.text_of(program)
        assert len(traces) == len(set(traces)), programs.text_of(program)
        compared += 1
    assert compared > SEEDS // 2


def test_independent_tasks_have_one_trace(programs):
    """Without reduction, four tasks of three steps have 369,600 orders."""
    sites = [Site("op", f"{n}", "m", "f", "f", n, n, 0, 0) for n in range(12)]

    def body(number, location):
        for step in range(3):
            kernel.access(location, Kind.WRITE, sites[3 * number + step])

    def main():
        for number in range(4):
            location = Location(None, f"x{number}", "attribute")
            kernel.spawn(functools.partial(body, number, location), "T", False)

    kernel.all_points = True
    traces = all_traces(Dpor(), lambda scheduler: kernel.run(main, scheduler), programs.trace_of)
    assert len(traces) == 1


@pytest.mark.parametrize("program", COUNTED, ids=lambda program: program["name"])
def test_the_counted_programs_have_as_many_traces_as_are_known(program, tmp_path):
    command = [sys.executable, "-m", "treadle", "check", str(SCTBENCH / program["target"])]
    command += ["--scheduler", "dpor", "--max-seconds", "250", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    told = json.loads(done.stdout)
    assert told["complete"]
    assert (told["executions"], told["redundant"]) == (program["traces"][0], 0)
    failing = sum(
        outcome["executions"]
        for outcome in told["outcomes"]
        if any(key.startswith(("exception", "ends in")) for key in outcome["observed"])
    )
    assert failing == program["traces"][1]
