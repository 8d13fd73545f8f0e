"""Run litmus programs for real, many times, on whatever Python executes this file (3.6 or later).

usage: stress.py SECONDS MODULE:CLASS...      prints {program: {outcome: how often}} as JSON

Two threads play a long row of objects, each at its own pace. One that loses the GIL in the middle of an
object is overtaken there by the other, which has as much time: so many a switch is an interleaving. The
switch interval is a microsecond.
"""

import importlib
import json
import sys
import threading
import time
from collections import Counter

LONGEST = 40000
"""At most so many objects are in a row: enough for the GIL to change hands a hundred times."""

MAKING = 0.1
"""Seconds: for so long objects are made for a row."""

PATIENCE = 20000
"""So many times a thread spins for the other, before it gives way."""


def play(bodies, arrived, me):
    """What one of the threads does with a row of objects."""
    arrived[me] = True
    spins = 0
    while not arrived[1 - me]:
        spins += 1
        if spins > PATIENCE:
            time.sleep(0)
            spins = 0
    for body in bodies:
        body()


def make_row(program):
    """The objects for one row.

    Args:
        program: The program.

    Returns:
        Fresh objects; one where there can only be one at a time.
    """
    end = time.time() + MAKING
    row = [program()]
    while not program.is_single and len(row) < LONGEST and time.time() < end:
        row.append(program())
    return row


def play_batch(program):
    """Play a row of fresh objects.

    Args:
        program: The program.

    Returns:
        The outcomes, as text, counted.
    """
    batch = make_row(program)
    pairs = [program.bodies(shared) for shared in batch]
    arrived = [False, False]
    threads = [
        threading.Thread(target=play, args=([pair[me] for pair in pairs], arrived, me))
        for me in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(repr(shared.outcome()) for shared in batch)


def stress(program, seconds):
    """Play a program for some time.

    Args:
        program: The program.
        seconds: How long.

    Returns:
        The outcomes, as text, counted.
    """
    found = Counter()
    end = time.time() + seconds
    while time.time() < end:
        found += play_batch(program)
    return found


def main(arguments):
    """Run the programs named on the command line."""
    sys.setswitchinterval(1e-6)
    seconds = float(arguments[0])
    result = {}
    for name in arguments[1:]:
        module, _, program = name.partition(":")
        found = stress(getattr(importlib.import_module(module), program), seconds)
        result[name] = dict(found)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
