"""Executions per second: the bank account natively, depth first, by traces, and under randomised schedulers.

    python bench/throughput.py [--seconds 2] [--rounds 5]

Natively means what Python does with the script: run it in a fresh namespace, start two real threads, wait
for them to end. Under Treadle it means what ``treadle check`` does for every schedule: the same script, the
same ``threading.Thread`` objects, every access announced, the outcome observed and counted. All are
measured in turn in one process; the median is quoted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from common import BANK_ACCOUNT, alternate, bank_session, heading, median, native_runner, rate

from treadle.explorer.search import Search
from treadle.explorer.tally import Tally
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import RANDOMISED
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.dpor import Dpor


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds per measurement")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    # The native runner must be made, and measured, with the real threading module.
    from treadle.interpose.patch import install, uninstall

    native = native_runner(BANK_ACCOUNT)
    with bank_session() as session:
        Search(session, session.options, None).run()  # learns the scheduling points
        tally = Tally()

        def systematic_executions(name: str, make: Callable[[], Scheduler]) -> Callable[[], float]:
            scheduler = make()

            def execution() -> None:
                nonlocal scheduler
                if not scheduler.begin():
                    scheduler = make()
                    scheduler.begin()
                tally.count(session.execute(scheduler), 1, name)

            return lambda: rate(execution, arguments.seconds)

        def random_executions(name: str) -> Callable[[], float]:
            walk = RANDOMISED[name](1)

            def execution() -> None:
                walk.begin()
                tally.count(session.execute(walk), 1, name)

            return lambda: rate(execution, arguments.seconds)

        def natively() -> float:
            uninstall()
            try:
                return rate(native, arguments.seconds)
            finally:
                install()

        measured = alternate(
            [
                natively,
                systematic_executions("dfs", lambda: DepthFirst(-1)),
                systematic_executions("dpor", Dpor),
                *map(random_executions, RANDOMISED),
            ],
            arguments.rounds,
        )
    wrong = set(tally.outcomes) - {(("b.bal", value),) for value in ("-50", "50", "100")}
    if wrong:
        sys.exit(f"The program did not do what it does natively: {wrong}")
    base = median(measured[0])
    heading("Executions per second of examples/bank_account.py, one core")
    for name, values in zip(("natively", "dfs", "dpor", *RANDOMISED), measured, strict=True):
        value = median(values)
        print(
            f"  {name:<20} {value:>9,.0f}   {value / base:5.2f} x native"
            f"   (from {min(values):,.0f} to {max(values):,.0f})"
        )


if __name__ == "__main__":
    main()
