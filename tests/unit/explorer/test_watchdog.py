"""The watchdog: a task that does not come back is named, and is no failure of the program.

The signal handler is called here as the timer would call it; no real time passes.
"""

import signal
import threading

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.explorer import watchdog
from treadle.explorer.watchdog import watching
from treadle.model.operation import Kind
from treadle.schedulers.base import Scheduler

LIMIT = 1.0
SITE = Site("op", "x", "m", "f", "f", 1, 1, 0, 0)


@pytest.fixture(autouse=True)
def no_timer(monkeypatch):
    monkeypatch.setattr(signal, "setitimer", lambda *_: None)


def tick(count=1):
    """Let as many seconds pass."""
    for _ in range(count * watchdog.LOOKS):
        signal.getsignal(signal.SIGALRM)(signal.SIGALRM, None)


def tick_once():
    signal.getsignal(signal.SIGALRM)(signal.SIGALRM, None)


def interrupt():
    signal.getsignal(signal.SIGINT)(signal.SIGINT, None)


def run(main):
    with watching(lambda frame: "T1 stayed somewhere", LIMIT):
        return kernel.run(main, Scheduler())


def test_a_task_that_does_not_come_back_ends_the_execution():
    log = []

    def main():
        tick_once()
        log.append("not yet")
        tick()
        log.append("never")

    assert run(main) == "uncontrolled"
    assert kernel.status_detail == "T1 stayed somewhere"
    assert log == ["not yet"]


def test_a_task_that_reaches_points_is_left_alone():
    location = Location(None, "x", "attribute")

    def main():
        kernel.spawn(lambda: None, "other", False)
        for _ in range(10):
            tick_once()
            kernel.access(location, Kind.WRITE, SITE)

    assert run(main) == "finished"


def test_between_executions_nobody_is_stuck():
    with watching(lambda frame: "stuck"):
        tick(20)


def test_afterwards_the_handler_of_before_is_put_back():
    before = signal.getsignal(signal.SIGALRM)
    with watching(lambda frame: "stuck"):
        assert signal.getsignal(signal.SIGALRM) is not before
    assert signal.getsignal(signal.SIGALRM) is before


def test_other_threads_are_not_watched_over():
    # Signals arrive in the main thread of the operating system only.
    before = signal.getsignal(signal.SIGALRM)
    seen = []

    def body():
        with watching(lambda frame: "stuck"):
            seen.append(signal.getsignal(signal.SIGALRM) is before)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [True]


def test_control_c_ends_the_execution_and_is_no_failure():
    log = []

    def main():
        interrupt()
        log.append("never")

    assert run(main) == "interrupted"
    assert kernel.failures == []
    assert kernel.is_interrupted
    assert log == []


def test_between_executions_control_c_is_noted_the_first_time():
    with watching(lambda frame: "stuck"):
        interrupt()
        assert kernel.is_interrupted
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_a_handler_of_somebody_else_is_left_alone():
    def theirs(*_):
        pass

    before = signal.signal(signal.SIGINT, theirs)
    try:
        with watching(lambda frame: "stuck"):
            assert signal.getsignal(signal.SIGINT) is theirs
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_timer_of_somebody_else_goes_on_afterwards(monkeypatch):
    told = []
    monkeypatch.setattr(signal, "getitimer", lambda _: (60.0, 5.0))
    monkeypatch.setattr(signal, "setitimer", lambda *args: told.append(args[1:]))
    run(lambda: None)
    assert told[-2] == (0,)
    left, interval = told[-1]
    assert 0 < left <= 60.0
    assert interval == 5.0
