import atexit
import multiprocessing.util
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from running import run, run_everywhere

from treadle.engine.kernel import kernel
from treadle.interpose import exits
from treadle.interpose.program import MainBody, host, main_body
from treadle.primitives import functions
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst

pytestmark = pytest.mark.usefixtures("installed")


def test_what_the_program_returns():
    body = main_body(lambda: 42)
    assert (kernel.run(body, Scheduler()), body.returned, body.exception) == ("finished", 42, None)
    body.begin()
    assert body.returned is None


def test_what_it_raises():
    body = MainBody(lambda: 1 / 0)
    failures = []
    kernel.on_stop = lambda: failures.extend(kernel.failures)
    assert kernel.run(body, Scheduler()) == "finished"
    kernel.on_stop = None
    ((task, error),) = failures
    assert task.number == 0
    assert error is body.exception
    assert isinstance(error, ZeroDivisionError)
    assert body.returned is None


@pytest.mark.parametrize(
    ("code", "fails"), [(None, False), (0, False), (1, True), ("message", True)]
)
def test_sys_exit(code, fails):
    ending = run(lambda: sys.exit(code))
    assert bool(ending.failures) == fails


def test_a_deadlock_is_not_a_failure_of_the_body():
    body = MainBody(lambda: threading.Event().wait())
    assert kernel.run(body, Scheduler()) == "deadlock"
    assert (body.returned, body.exception) == (None, None)


def test_thread_names_are_counted_anew():
    def program():
        return [threading.Thread().name for _ in range(2)], threading.Thread(target=print).name

    assert (
        run(program).returned
        == run(program).returned
        == (["Thread-1", "Thread-2"], "Thread-3 (print)")
    )
    assert threading.Thread().name != "Thread-1"


def test_exit_callbacks_of_threading():
    log = []

    def program():
        log.clear()
        threading._register_atexit(log.append, "first registered")
        threading._register_atexit(log.append, "last registered")
        threading.Thread(target=lambda: (time.sleep(1), log.append("thread"))).start()
        log.append("main")

    for _ in range(2):
        run(program)
        assert log == ["main", "last registered", "first registered", "thread"]
    assert functions.atexit_callbacks == []


def test_exit_callbacks_come_after_all_threads():
    log = []

    def program():
        log.clear()
        atexit.register(log.append, "callback")
        atexit.register(log.append, "not this one")
        atexit.unregister(log.append)
        atexit.register(lambda: log.append("first registered"))
        atexit.register(lambda *, word: log.append(word), word="last registered")
        threading.Thread(target=lambda: (time.sleep(1), log.append("thread"))).start()
        log.append("main")

    for _ in range(2):
        assert run(program).status == "finished"
        assert log == ["main", "thread", "last registered", "first registered"]
    assert exits.callbacks == []


def test_outside_of_executions_atexit_is_real():
    program = """
        from treadle.interpose.patch import install
        install()
        import atexit
        atexit.register(print, "at exit")
        atexit.register(int)
        atexit.unregister(int)
        print("main")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("main\nat exit\n", "")


def test_the_hook_of_the_program_and_that_of_somebody_around_it(monkeypatch):
    seen = []

    def program():
        threading.excepthook = lambda args: seen.append("set inside")
        threading.Thread(target=lambda: 1 / 0).start()

    def innocent():
        threading.Thread(target=lambda: 1 / 0).start()

    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append("around"))
    monkeypatch.setattr(host, "excepthook", threading.excepthook)
    run(innocent)
    assert seen == []
    run(program)
    assert seen == ["set inside"]
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append("set at import"))
    run(innocent)
    assert seen == ["set inside", "set at import"]


def test_finalizers_of_multiprocessing_are_forgotten():
    before = dict(multiprocessing.util._finalizer_registry)

    def program():
        multiprocessing.util.Finalize(None, print, exitpriority=1)

    run(program)
    assert multiprocessing.util._finalizer_registry == before


def test_daemons_may_go_on_before_the_program_ends():
    def outcomes(is_daemon):
        found = set()
        scheduler = DepthFirst(-1)
        while scheduler.begin():
            log = []
            body = MainBody(
                lambda log=log: threading.Thread(
                    target=log.append, args=(1,), daemon=is_daemon
                ).start()
            )
            kernel.run(body, scheduler)
            found.add(tuple(log))
        return found

    assert outcomes(True) == {(), (1,)}
    assert outcomes(False) == {(1,)}


def test_an_interrupt_ends_the_execution():
    def program():
        kernel.is_interrupted = True
        raise KeyboardInterrupt

    try:
        ending = run(program)
    finally:
        kernel.is_interrupted = False
    assert (ending.status, ending.failures) == ("interrupted", [])


def test_a_keyboard_interrupt_of_the_programs_own_is_a_failure():
    def program():
        raise KeyboardInterrupt

    assert run(program).failures == [("main", "KeyboardInterrupt()")]


def test_everywhere_the_same():
    def program():
        log = []
        threads = [threading.Timer(n, log.append, (n,)) for n in (3, 1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return log

    assert run_everywhere(program) == [1, 2, 3]
