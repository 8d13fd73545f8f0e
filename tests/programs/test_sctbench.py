"""Every program of bench/sctbench has the bug that its index says, or none."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "bench" / "sctbench"
PROGRAMS = tomllib.loads((FOLDER / "programs.toml").read_text(encoding="utf-8"))["program"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program["name"])
def test_program_has_the_bug_that_the_index_says(program, tmp_path):
    target = f"{FOLDER}/{program['target']}"
    scheduler = "surw" if program["finding"] else "portfolio"
    command = [sys.executable, "-m", "treadle", "check", target, "--json"]
    done = subprocess.run(
        [*command, "--scheduler", scheduler, "--max-executions", "1000"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, f"no document on stdout; stderr was:\n{done.stderr}"
    kinds = {finding["kind"] for finding in json.loads(done.stdout)["findings"]}
    if program["finding"]:
        assert program["finding"] in kinds
    else:
        assert kinds == set()


def test_the_index_names_every_program():
    indexed = {program["target"].partition("::")[0] for program in PROGRAMS}
    programs = {
        path.name for path in FOLDER.glob("*.py") if "def test" in path.read_text(encoding="utf-8")
    }
    assert programs == indexed
    assert len({program["name"] for program in PROGRAMS}) == len(PROGRAMS)


SHRINKING = """
import os, sys

from treadle.explorer.options import CheckOptions
from treadle.explorer.search import Search
from treadle.explorer.session import Session
from treadle.explorer.shrinking import Shrinking
from treadle.explorer.tally import failure_keys
from treadle.schedulers.catalogue import RANDOMISED
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.watched import Watched
from treadle.shrink import shrinker

os.chdir(sys.argv[1])
session = Session(sys.argv[2], CheckOptions(scheduler="dfs", max_seconds=60))
assert Search(session, session.options, None).run().is_complete

costs = {}
watched = Watched(DepthFirst())
while watched.begin():
    execution = session.execute(watched)
    indices = tuple(choice[1] for choice in execution.tape)
    measured = execution.preemptions, watched.switches, execution.operations, len(indices), indices
    for key in failure_keys(execution):
        costs[key] = min(costs.get(key, measured), measured)
assert costs

for seed, name in enumerate(RANDOMISED):
    walk = RANDOMISED[name](1000 * seed)
    for key in costs:
        execution = None
        while execution is None or key not in failure_keys(execution):
            walk.begin()
            execution = session.execute(walk)
        schedule = execution.schedule()
        for proof in (0, shrinker.Budget(10**9, 10**9, 3600).proof):
            shrinks = Shrinking(session, 1)
            shrinks._budget = shrinker.Budget(10**9, proof, 3600)
            shrunk = shrinks.shrunk(schedule, lambda each: key in failure_keys(each), 0)
            assert shrunk.cost[0] == 0
            # Without the proof, the passes alone need not get the last detail right.
            parts = 5 if proof else 3
            assert shrunk.cost[1 : 1 + parts] == costs[key][:parts], (name, proof, shrunk.cost, costs)
            assert shrunk.is_simplest == bool(proof)
print("the simplest:", *(cost[0] for cost in costs.values()))
"""
SMALL = ("account", "deadlock01", "lazy01", "reorder_3", "sync01", "sync02", "token_ring")


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [p for p in PROGRAMS if p["name"] in (*SMALL, "twostage", "wronglock_1")],
    ids=lambda program: program["name"],
)
def test_shrinking_reaches_the_minimum_of_all_schedules(program):
    done = subprocess.run(
        [sys.executable, "-c", SHRINKING, str(FOLDER), program["target"]],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.startswith("the simplest:"), done.stderr
