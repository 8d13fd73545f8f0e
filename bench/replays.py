"""Replay one schedule many times: is the trace always the same?

    python bench/replays.py [--replays 100000] [--target examples/bank_account.py] [--schedule TOKEN]

Every replay is recorded at the finest grain, as ``treadle replay`` does it, and the whole trace is hashed:
every step with its place, values, locks and time, the final values, and what was printed. Without a schedule
it is that of the first finding of a check. Ends with status 1 when there is more than one hash.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import sys
import time
from collections import Counter

from common import BANK_ACCOUNT, heading

from treadle.explorer.findings import FindingBuilder
from treadle.explorer.options import CheckOptions
from treadle.explorer.search import Search
from treadle.explorer.session import Session
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace


def trace_hash(trace: Trace) -> str:
    """A hash of everything that a trace says."""
    return hashlib.sha256(repr(dataclasses.astuple(trace)).encode()).hexdigest()[:16]


def found_schedule(session: Session) -> Schedule:
    """The schedule of the first finding."""
    findings = FindingBuilder(session, Search(session, session.options, None).run()).build()
    if not findings:
        sys.exit("Nothing was found: name a schedule with --schedule.")
    return Schedule.from_token(findings[0].trace.token)


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replays", type=int, default=100_000)
    parser.add_argument("--target", default=str(BANK_ACCOUNT))
    parser.add_argument("--schedule", metavar="TOKEN")
    arguments = parser.parse_args()
    session = Session(arguments.target, CheckOptions())
    session.warm_up()
    schedule = (
        Schedule.from_token(arguments.schedule) if arguments.schedule else found_schedule(session)
    )
    heading(f"{arguments.replays:,} replays of {schedule.token()}")
    hashes: Counter[str] = Counter()
    begun = time.perf_counter()
    for _ in range(arguments.replays):
        _, trace, divergence = FindingBuilder.replay(session, schedule)
        hashes[divergence or trace_hash(trace)] += 1
    elapsed = time.perf_counter() - begun
    for found, count in hashes.most_common(10):
        print(f"  {found}  {count:>9,} times")
    plural = "" if len(hashes) == 1 else "es"
    print(f"  {len(hashes)} hash{plural}, {arguments.replays / elapsed:,.0f} replays a second")
    sys.exit(len(hashes) != 1)


if __name__ == "__main__":
    main()
