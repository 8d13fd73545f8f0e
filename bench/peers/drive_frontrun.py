"""frontrun on one program: prints a JSON line. Run by bench/peers.py in frontrun's own environment."""

import json
import sys
import time

import frontrun
import programs


def explore(prog, strategy):
    """One search, by its own defaults but for the time."""
    return frontrun.explore(
        prog.setup,
        prog.workers,
        prog.check,
        strategy=strategy,
        total_timeout=15.0,
        reproduce_on_failure=0,
    )


def main(name, strategy, seconds):
    """Search once, or for a number of seconds to count executions."""
    if name == "rate":
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            count += explore(programs.rate_program(), strategy).num_explored
        print(json.dumps({"rate": count / (time.perf_counter() - begun)}))
        return
    result = explore(programs.PROGS[name], strategy)
    verdicts = {True: "holds", False: "found", None: "inconclusive"}
    print(
        json.dumps({"verdict": verdicts[result.property_holds], "executions": result.num_explored})
    )


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
