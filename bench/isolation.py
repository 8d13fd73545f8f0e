"""What a process of its own for each execution costs: executions per second with and without ``--isolate``.

    python bench/isolation.py [--seconds 2] [--rounds 5]

The same default schedule of the bank account, in this process and in a forked child each time; and, as the
floor, forking a child of this process that ends at once. Measured in turn; the median is quoted.
"""

from __future__ import annotations

import argparse
import os

from common import BANK_ACCOUNT, alternate, heading, median, rate

from treadle.explorer.isolation import IsolatedSession
from treadle.explorer.options import CheckOptions
from treadle.explorer.session import Session
from treadle.interpose.processes import exit_at_once
from treadle.schedulers.base import Scheduler


def fork_and_wait() -> None:
    """A child that does nothing."""
    number = os.fork()
    if number == 0:
        exit_at_once(0)
    os.waitpid(number, 0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds per measurement")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    scheduler = Scheduler()
    isolated = IsolatedSession(str(BANK_ACCOUNT), CheckOptions(isolate=True))
    isolated.warm_up()
    together = Session(str(BANK_ACCOUNT), CheckOptions())
    together.warm_up()
    heading("Executions per second of the bank account")
    columns = alternate(
        [
            lambda: rate(lambda: together.execute(scheduler), arguments.seconds),
            lambda: rate(lambda: isolated.execute(scheduler), arguments.seconds),
            lambda: rate(fork_and_wait, arguments.seconds),
        ],
        arguments.rounds,
    )
    for name, rates in zip(
        ("in this process", "in a child each (--isolate)", "only forking a child"),
        columns,
        strict=True,
    ):
        middle = median(rates)
        print(f"  {name:30} {middle:>10,.0f} /s   {1e6 / middle:>9,.1f} us each")


if __name__ == "__main__":
    main()
