"""One test of CPython's in one execution, with its set-up and clean-up, under a scheduler."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
import unittest
from dataclasses import dataclass

from test import support

from treadle.engine.kernel import kernel
from treadle.interpose.program import MainBody
from treadle.schedulers.base import Scheduler

_BEYOND = {
    "cpython.PyInterpreterState_New": "subinterpreters",
    "ctypes.dlsym": "C API",
    "ctypes.dlsym/handle": "C API",
    "os.fork": "fork",
    "os.posix_spawn": "child interpreter",
    "subprocess.Popen": "child interpreter",
}
"""What an execution cannot contain, by the audit event that announces it."""

MAX_OPERATIONS = 2_000_000
"""Some tests have a hundred threads in tight loops."""

_C_MODULES = frozenset({"_testcapi", "_testinternalcapi", "_testmultiphase"})


def _audit(event: str, args: tuple) -> None:
    """End an execution that is about to leave what it can contain."""
    if kernel.here is None:
        return
    kind = _BEYOND.get(event)
    if event == "import" and args[0] in _C_MODULES:
        kind = "C API"
    if kind is not None:
        kernel.exit("out of scope", kind)


def watch() -> None:
    """Watch for what an execution cannot contain, from now on."""
    sys.addaudithook(_audit)


@dataclass
class Result:
    """How a test ended.

    Attributes:
        status: "passed", "skipped", "out of scope", "failed", or how the execution ended.
        details: The kind of what is out of scope, why it was skipped, or what went wrong.
        steps: How many operations were announced.
    """

    status: str
    details: str = ""
    steps: int = 0


class _Program:
    """What is run: a test, and a look at exceptions that nobody handled, as regrtest has it."""

    def __init__(self, test: unittest.TestCase) -> None:
        self.test = test
        self.result = unittest.TestResult()
        self.unhandled: list[str] = []

    def __call__(self) -> None:
        # Otherwise what a program with one thread does is not counted.
        kernel.track(True)
        gc.disable()  # as a check does: collections come between executions
        threading.excepthook = self._note_exception
        sys.unraisablehook = self._note_unraisable
        unittest.TestSuite([self.test]).run(self.result)

    def _note_exception(self, args: threading.ExceptHookArgs) -> None:
        text = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
        self.unhandled.append("".join(text))

    def _note_unraisable(self, args: object) -> None:
        self.unhandled.append(f"{args.err_msg}: {args.exc_value!r}")


def run(test: unittest.TestCase, scheduler: Scheduler) -> Result:
    """Run a test in an execution of its own.

    Args:
        test: The test.
        scheduler: Chooses at every operation.

    Returns:
        How it ended.
    """
    program = _Program(test)
    body = MainBody(program)
    support.environment_altered = False
    failures: list[str] = []
    # What other tasks die of is the test's to notice; nothing may get out of the main one.
    kernel.on_stop = lambda: failures.extend(
        f"{task}: {error!r}" for task, error in kernel.failures if task.number == 0
    )
    # Without preemption there is nothing to choose before an operation.
    kernel.all_points = type(scheduler) is not Scheduler
    unraisable_hook = sys.unraisablehook
    max_operations, kernel.max_operations = kernel.max_operations, MAX_OPERATIONS
    try:
        body.begin()
        assert scheduler.begin()
        ended = kernel.run(body, scheduler)
    finally:
        kernel.all_points = False
        kernel.on_stop = None
        gc.enable()
        kernel.max_operations = max_operations
        sys.unraisablehook = unraisable_hook
    steps = kernel.operations
    if ended == "out of scope":
        return Result(ended, kernel.status_detail, steps)
    result = program.result
    problems = [text for _, text in [*result.errors, *result.failures]]
    problems += program.unhandled + failures
    if ended != "finished":
        return Result(ended, "\n".join(problems), steps)
    if not result.testsRun and not result.skipped:
        problems.append("it did not run")
    if support.environment_altered:
        problems.append("threads were left over")
    if problems:
        return Result("failed", "\n".join(problems), steps)
    if result.skipped:
        return Result("skipped", result.skipped[0][1], steps)
    return Result("passed", "", steps)
