"""interleave-test on one program: prints a JSON line. Run by bench/peers.py in its own environment."""

import json
import sys
import time

import interleave_test
import programs


def explore(model, strategy, iterations):
    """One search."""
    return interleave_test.explore(
        model,
        iterations=iterations,
        seed=1,
        strategy=strategy,
        timeout=5.0,
        raise_on_failure=False,
    )


def main(name, strategy, seconds):
    """Search once, or for a number of seconds to count executions."""
    if name == "rate":
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            count += explore(programs.rate, strategy, 100).schedules_run
        print(json.dumps({"rate": count / (time.perf_counter() - begun)}))
        return
    result = explore(programs.main_of(programs.PROGS[name]), strategy, 2000)
    exhausted = result.ok and getattr(result, "exhausted", False)
    verdict = "found" if not result.ok else "holds" if exhausted else "not found"
    print(json.dumps({"verdict": verdict, "executions": result.schedules_run}))


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
