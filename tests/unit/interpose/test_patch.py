import _queue
import _thread
import logging
import queue
import random
import subprocess
import sys
import textwrap
import threading
import time
import types

import pytest
from running import run

from treadle.interpose import real
from treadle.interpose.names import REPLACEMENTS
from treadle.interpose.patch import install, is_installed, uninstall
from treadle.primitives.event import Event
from treadle.primitives.lock import Lock, LockType
from treadle.primitives.rlock import RLock
from treadle.primitives.thread import Thread
from treadle.primitives.timer import Timer

MODULES = [threading, _thread, queue, _queue, time, random]


def state():
    return [(module, name, value) for module in MODULES for name, value in vars(module).items()]


def test_install_replaces_and_uninstall_puts_back():
    before = state()
    assert not is_installed()
    install()
    try:
        assert is_installed()
        assert threading.Thread is Thread
        assert isinstance(threading.Lock(), Lock)
        assert isinstance(_thread.allocate_lock(), Lock)
        for module_name, names in REPLACEMENTS.items():
            for name, ours in names.items():
                if hasattr(sys.modules[module_name], name):
                    assert getattr(sys.modules[module_name], name) is ours
    finally:
        uninstall()
    assert not is_installed()
    after = state()
    assert len(before) == len(after)
    assert all(a[2] is b[2] for a, b in zip(before, after, strict=True))


def test_it_nests():
    install()
    install()
    uninstall()
    assert threading.Thread is Thread
    uninstall()
    assert threading.Thread is real.Thread
    with pytest.raises(RuntimeError, match=r"uninstall\(\) without install\(\)"):
        uninstall()


@pytest.fixture
def module():
    made = types.ModuleType("a_module_imported_before")
    sys.modules[made.__name__] = made
    yield made
    del sys.modules[made.__name__]


def test_names_taken_before_are_rebound(module):
    module.MyLock, module.now, module.Thread = real.LockType, time.monotonic, threading.Thread
    install()
    try:
        assert module.MyLock is LockType
        assert module.now is time.monotonic is not real.monotonic
        assert module.Thread is Thread
        module.now = None
    finally:
        uninstall()
    assert (module.MyLock, module.now, module.Thread) == (real.LockType, None, real.Thread)


def test_names_taken_meanwhile_are_rebound_too():
    install()
    module = types.ModuleType("a_module_imported_meanwhile")
    sys.modules[module.__name__] = module
    module.MyEvent = threading.Event
    uninstall()
    del sys.modules[module.__name__]
    assert module.MyEvent is threading.Event is not Event


def test_free_locks_made_before_are_exchanged(module):
    module.lock, module.rlock, module.held = (
        real.allocate_lock(),
        real.RLock(),
        real.allocate_lock(),
    )
    module.held.acquire()
    before = dict(vars(module))
    install()
    try:
        assert isinstance(module.lock, Lock)
        assert isinstance(module.rlock, RLock)
        assert module.held is before["held"]
    finally:
        uninstall()
    assert vars(module) == before


def test_logging_locks_are_exchanged(installed):
    assert isinstance(logging._lock, RLock)
    handler = logging._handlerList[0]()
    assert isinstance(handler.lock, RLock)


def test_logging_from_threads_does_not_stop_the_process(installed):
    lines = []

    class Handler(logging.Handler):
        def emit(self, record):
            time.sleep(0)  # others may come, but not in here
            lines.append(self.format(record))

    def program():
        lines.clear()
        logger = logging.Logger("program")  # noqa: LOG001
        logger.addHandler(Handler())
        threads = [threading.Thread(target=logger.error, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(lines)

    assert run(program).returned == ["0", "1", "2"]


class Before(threading.Thread):
    """A thread class of a module that was imported before."""

    def __init__(self, log):
        threading.Thread.__init__(self)
        self.log = log

    def run(self):
        self.log.append(threading.current_thread() is self)


class BeforeTimer(threading.Timer):
    """A timer class of such a module."""


def test_thread_classes_made_before_run_as_tasks(installed):
    def program():
        log = []
        thread = Before(log)
        thread.start()
        thread.join()
        return log, isinstance(thread, Thread)

    assert run(program).returned == ([True], True)
    assert issubclass(BeforeTimer, Timer)


def test_and_are_as_they_were_afterwards():
    install()
    uninstall()
    assert Before.__bases__ == (real.Thread,)
    assert BeforeTimer.__bases__ == (real.Timer,)


def test_thread_objects_made_before_run_as_tasks():
    log = []
    plain, derived = real.Thread(target=log.append, args=("plain",)), Before(log)
    install()
    try:

        def program():
            log.clear()
            for thread in (plain, derived):
                thread.start()
                thread.join()
            return list(log)

        assert run(program).returned == ["plain", True]
        assert run(program).returned == ["plain", True]
    finally:
        uninstall()
    assert type(plain) is real.Thread
    log.clear()
    plain.start()
    plain.join()
    assert log == ["plain"]


def test_outside_of_executions_nothing_changes(installed):
    results = queue.Queue()
    event, barrier = threading.Event(), threading.Barrier(2)

    def body():
        event.wait()
        barrier.wait()
        results.put(threading.current_thread().name)

    thread = threading.Thread(target=body, name="worker")
    assert thread not in threading.enumerate()
    thread.start()
    assert thread in threading.enumerate()
    event.set()
    barrier.wait()
    assert results.get(timeout=10) == "worker"
    thread.join()
    begin = time.monotonic()
    time.sleep(0.001)
    assert time.monotonic() - begin >= 0.001


def test_an_execution_leaves_nothing_behind(installed):
    before = threading.enumerate()

    def program():
        lock = threading.Lock()
        lock.acquire()
        for _ in range(3):
            threading.Thread(target=lock.acquire).start()

    assert run(program).status == "deadlock"
    assert threading.enumerate() == before
    assert run(lambda: threading.active_count()).returned == 1


def test_dying_callbacks_are_silent(installed, capsys):
    def program():
        from concurrent.futures import ThreadPoolExecutor

        executor = ThreadPoolExecutor(1)
        executor.submit(threading.Event().wait)
        threading.Event().wait()

    assert run(program).status == "deadlock"
    assert capsys.readouterr() == ("", "")


def test_other_unraisable_exceptions_are_reported(capsys):
    reported = []
    hook, sys.unraisablehook = sys.unraisablehook, reported.append
    install()
    try:

        class Bad:
            def __del__(self):
                raise ValueError("in __del__")

        Bad()
        assert [str(details.exc_value) for details in reported] == ["in __del__"]
    finally:
        uninstall()
        sys.unraisablehook = hook


def test_a_raw_thread_that_fails_is_reported(installed, monkeypatch, capsys):
    import treadle.interpose.patch as patch

    monkeypatch.setattr(patch._patch, "unraisable_hook", sys.__unraisablehook__)

    def fail():
        raise ValueError("raw")

    def program():
        _thread.start_new_thread(fail, ())
        time.sleep(1)

    class Recorder:
        def __getattr__(self, name):
            return lambda *args, **kwargs: None

    ending = run(program, recorder=Recorder())
    assert ending.failures == [("fail", "ValueError('raw')")]
    assert "Exception ignored in thread started by" in ending.output
    assert "ValueError: raw" in ending.output


def test_in_a_fresh_interpreter():
    """Where nothing has been imported yet: install, then import everything."""
    program = """
        from treadle.interpose.patch import install
        install()
        import concurrent.futures, logging, multiprocessing.pool, sched, threading
        from treadle.engine.kernel import kernel
        from treadle.interpose.program import MainBody
        from treadle.schedulers.base import Scheduler

        def main():
            with concurrent.futures.ThreadPoolExecutor(2) as executor:
                total = sum(executor.map(abs, [-1, -2]))
            with multiprocessing.pool.ThreadPool(2) as pool:
                total += sum(pool.map(abs, [-3, -4]))
            logging.getLogger().warning("total %s", total)
            return total

        body = MainBody(main)
        print(kernel.run(body, Scheduler()), body.returned)
        with concurrent.futures.ThreadPoolExecutor(2) as executor:
            print(sum(executor.map(abs, [-1, -2])))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("finished 10\n3\n", "total 10\n")


def test_the_private_names_of_locks_make_ours():
    install()
    try:
        assert threading._CRLock is RLock
        assert isinstance(threading._allocate_lock(), Lock)
        assert isinstance(threading._PyRLock()._block, Lock)
    finally:
        uninstall()
