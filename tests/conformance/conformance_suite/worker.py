"""The process in which a suite is run: ``python -m conformance_suite.worker SUITE [TEST...]``.

Writes a line of JSON before and after each test. A test that does not come back ends the process, with a
traceback on its standard error output; whoever started it goes on with the next test in another one.
"""

from __future__ import annotations

import _thread
import faulthandler
import gc
import json
import os
import signal
import sys
import time
import unittest
import warnings
from collections.abc import Iterator

from conformance_suite import execution
from conformance_suite.catalogue import SUITES, Suite, cpu_limit
from conformance_suite.running import IDLE
from treadle.interpose.patch import install

IDLE_LIMIT = 3
"""Seconds after which a test that uses no processor is taken to be blocked in the operating system."""

_perf_counter = time.perf_counter
_process_time = time.process_time
_sleep = time.sleep


def _watch_for_idleness() -> None:
    """Body of a thread: end the process when it has not used the processor for a while."""
    while True:
        before = _process_time()
        _sleep(IDLE_LIMIT)
        if _process_time() - before < IDLE_LIMIT / 100:
            faulthandler.dump_traceback()
            os._exit(IDLE)


def _name(suite: Suite, test: unittest.TestCase) -> str:
    module = type(test).__module__
    return test.id().removeprefix(f"{module}.")


def _again(test: unittest.TestCase) -> unittest.TestCase:
    """A test that has not run yet; those made of docstrings can run again."""
    if type(test).__module__ == "doctest":
        return test
    return type(test)(test._testMethodName)


def _run(suite: Suite, test: unittest.TestCase) -> dict[str, object]:
    steps = 0
    for name, scheduler in suite.schedulers(_name(suite, test)):
        result = execution.run(_again(test), scheduler)
        steps = max(steps, result.steps)
        if result.status != "passed":
            return {**vars(result), "steps": steps, "scheduler": name}
    return {"status": "passed", "details": "", "steps": steps, "scheduler": ""}


def main(suite: Suite, wanted: frozenset[str]) -> Iterator[dict[str, object]]:
    """Run a suite.

    Args:
        suite: The suite.
        wanted: Names of tests, or none for all.

    Yields:
        The names of all tests; then, before and after each, what is to be said of it.
    """
    if not suite.is_installed():
        yield {"tests": []}
        return
    _thread.start_new_thread(_watch_for_idleness, ())
    install()
    from test import support

    support.use_resources = ["cpu", "walltime"]
    execution.watch()
    tests = {_name(suite, test): test for test in suite.load()}
    yield {"tests": list(tests)}
    gc.freeze()
    faulthandler.register(signal.SIGVTALRM, chain=True)
    for name, test in tests.items():
        if wanted and name not in wanted:
            continue
        yield {"begin": name}
        signal.setitimer(signal.ITIMER_VIRTUAL, cpu_limit(name))
        begin = _perf_counter()
        result = _run(suite, test)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        yield {"end": name, **result, "seconds": _perf_counter() - begin}


if __name__ == "__main__":
    # What the tests print is not for whoever reads the lines.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warnings.simplefilter("ignore")
    for line in main(SUITES[sys.argv[1]], frozenset(sys.argv[2:])):
        print(json.dumps(line), file=out)
