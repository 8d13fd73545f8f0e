"""The tracebacks of threads that die: those that CPython would print, without a frame of Treadle's."""

import sys
import threading
import traceback
from unittest import mock

import pytest
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import low_level
from treadle.primitives.barrier import Barrier
from treadle.primitives.lock import Lock
from treadle.primitives.queue import Queue
from treadle.primitives.thread import Thread
from treadle.schedulers.base import Scheduler


def crash():
    raise ValueError("broken")


def release():
    Lock().release()


def from_another():
    try:
        Queue().get(block=False)
    except Exception as error:
        raise KeyError("nothing there") from error


def while_handling():
    try:
        release()
    except RuntimeError:
        crash()


def called_back():
    Barrier(1, action=crash).wait()


def several():
    errors = []
    for function in (release, crash):
        try:
            function()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("several", errors)


def in_a_circle():
    error = ValueError("broken")
    error.__cause__ = KeyError("other")
    error.__cause__.__cause__ = error
    raise error


FUNCTIONS = {
    crash: [["crash"]],
    release: [["release"]],
    from_another: [["from_another"], ["from_another"]],
    while_handling: [["while_handling", "crash"], ["while_handling", "release"]],
    called_back: [["called_back", "crash"]],
    several: [["several"], ["several", "release"], ["several", "crash"]],
    in_a_circle: [["in_a_circle"], []],
}
"""For each function, what its exception and those behind it have in their tracebacks."""


def failures_of(program):
    failures = []
    kernel.on_stop = lambda: failures.extend(error for _, error in kernel.failures)
    try:
        with (
            mock.patch.object(threading, "excepthook", threading.__excepthook__),
            mock.patch.object(sys, "unraisablehook", sys.__unraisablehook__),
        ):
            kernel.run(program, Scheduler())
    finally:
        kernel.on_stop = None
    return failures


def tracebacks_of(error):
    """The functions in the tracebacks of an exception and all behind it."""
    found, left, seen = [], [error], []
    while left:
        each = left.pop(0)
        if each is None or each in seen:
            continue
        seen.append(each)
        found.append([frame.f_code.co_name for frame, _ in traceback.walk_tb(each.__traceback__)])
        context = None if each.__suppress_context__ else each.__context__
        left += [each.__cause__, context, *getattr(each, "exceptions", ())]
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_thread(function, capsys):
    def program():
        thread = Thread(target=function)
        thread.start()
        thread.join()

    (error,) = failures_of(program)
    expected = [list(names) for names in FUNCTIONS[function]]
    expected[0][:0] = ["run"]
    assert tracebacks_of(error) == expected
    printed = capsys.readouterr().err
    assert printed.startswith("Exception in thread Thread-")
    assert "treadle/primitives" not in printed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_thread_of_the_low_level(function, capsys):
    def program():
        low_level.start_new_thread(function, ())
        sleep(1)

    (error,) = failures_of(program)
    assert tracebacks_of(error) == FUNCTIONS[function]
    printed = capsys.readouterr().err
    assert printed.startswith("Exception ignored in thread started by")
    assert "treadle/primitives" not in printed


def test_without_any_function_of_the_program(capsys):
    def program():
        low_level.start_new_thread(Lock().release, ())
        sleep(1)

    (error,) = failures_of(program)
    assert error.__traceback__ is None
    assert capsys.readouterr().err.endswith(">\nRuntimeError: release unlocked lock\n")


def test_a_hook_that_fails_is_shown_without_what_called_it(capsys):
    def hook(args):
        raise KeyError(args.exc_value)

    def program():
        with mock.patch.object(threading, "excepthook", hook):
            thread = Thread(target=crash)
            thread.start()
            thread.join()

    failures_of(program)
    printed = capsys.readouterr().err
    assert "in hook\n" in printed
    assert "treadle/primitives" not in printed
