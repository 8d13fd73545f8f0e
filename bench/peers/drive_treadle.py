"""Treadle on one program: prints a JSON line, as the drivers of the peers do."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs.py"


def count_executions(scheduler, seconds):
    """Executions a second, under one scheduler, searches repeated until the time is up."""
    from treadle.explorer.options import CheckOptions
    from treadle.explorer.search import Search
    from treadle.explorer.session import Session

    options = CheckOptions(scheduler=scheduler, max_executions=2000)
    session = Session(f"{PROGRAMS}::rate", options)
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        count += Search(session, options, None).run().total
    return count / (time.perf_counter() - begun)


def check(name, scheduler):
    """What a user runs, as the report proposes where it was a matter of timeouts that end early."""
    import programs

    timeouts = programs.PROGS[name].timeouts
    command = [sys.executable, "-m", "treadle", "check", f"{PROGRAMS}::{name}", "--json"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [*command, "--scheduler", scheduler, *(["--timeouts", timeouts] if timeouts else [])],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    document = json.loads(done.stdout)
    if document["findings"]:
        return "found", document["findings"][0]["found_after"]
    if document["verdict"] == "pass":
        return "holds", document["executions"]
    return "not found", document["executions"]


def main(name, scheduler, seconds):
    """Search once, or for a number of seconds to count executions."""
    if name == "rate":
        print(json.dumps({"rate": count_executions(scheduler, seconds)}))
        return
    verdict, executions = check(name, scheduler)
    print(json.dumps({"verdict": verdict, "executions": executions}))


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
