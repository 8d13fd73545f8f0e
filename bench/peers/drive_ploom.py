"""ploom on the programs that can be written with its primitives: prints a JSON line.

Run by bench/peers.py in ploom's own environment. It knows threads, a lock and a shared cell, so these are
programs.py's P1, P2, P3 and P8 in its terms; nothing else can be asked of it.
"""

import json
import pathlib
import sys
import tempfile
import time

import ploom


def run(*bodies):
    """Start a thread for each body and join them."""
    threads = [ploom.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def add(cell, amount):
    """A read and a write."""
    balance = cell.read()
    cell.write(balance + amount)


def p1(expected=50):
    """The lost update."""
    cell = ploom.SharedCell(0)
    run(lambda: add(cell, 100), lambda: add(cell, -50))
    assert expected is None or cell.read() == expected


def p2():
    """The lock cycle."""
    a, b = ploom.Lock(), ploom.Lock()

    def in_order(first, second):
        with first, second:
            pass

    run(lambda: in_order(a, b), lambda: in_order(b, a))


def p3():
    """The lock taken twice."""
    lock = ploom.Lock()

    def twice():
        lock.acquire()
        lock.acquire()

    run(twice, lambda: None)


def p8():
    """The bank account with a lock."""
    cell, lock = ploom.SharedCell(0), ploom.Lock()

    def locked(amount):
        with lock:
            add(cell, amount)

    run(lambda: locked(100), lambda: locked(-50))
    with lock:
        assert cell.read() == 50


def rate():
    """The bank account whose outcome is not asserted."""
    p1(expected=None)


SCENARIOS = {"P1": p1, "P2": p2, "P3": p3, "P8": p8}


def explore(scenario, seconds):
    """One search: (verdict, executions)."""
    executions = 0

    def note(*_):
        """Say nothing."""

    config = ploom.Config(max_executions=100_000, timeout=seconds, minimize_executions=1)
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = ploom.check(
                scenario, config=config, trace_dir=pathlib.Path(folder), on_failure=note
            )
        except (ploom.ModelCheckError, ploom.DeadlockError) as error:
            return "found", getattr(getattr(error, "statistics", None), "executions", executions)
        except ploom.IncompleteExplorationError as error:
            return "inconclusive", getattr(getattr(error, "statistics", None), "executions", 0)
    return "holds", done.executions


def main(name):
    """Search once, or count the executions of one search."""
    if name == "rate":
        begun = time.perf_counter()
        _, count = explore(rate, 60.0)
        print(json.dumps({"rate": count / (time.perf_counter() - begun)}))
        return
    if name not in SCENARIOS:
        print(json.dumps({"verdict": "-", "executions": 0}))
        return
    verdict, executions = explore(SCENARIOS[name], 15.0)
    print(json.dumps({"verdict": verdict, "executions": executions}))


if __name__ == "__main__":
    main(sys.argv[1])
