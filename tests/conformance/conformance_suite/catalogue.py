"""Which of CPython's test modules are run, and how each is made to test what stands in the place of threading.

Treadle is installed before they are imported, so most of them need nothing else: the names that they take from
``threading``, ``_thread``, ``queue`` and ``time`` are ours.
"""

from __future__ import annotations

import importlib
import importlib.util
import types
import unittest
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from treadle.schedulers.base import Scheduler
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.round_robin import RoundRobin


def _from_modules(*names: str) -> Iterator[unittest.TestCase]:
    for name in names:
        yield from _flat(
            unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(name))
        )


def _flat(tests: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from _flat(test)
        else:
            yield test


def _is_lock_test(test: unittest.TestCase) -> bool:
    return any(cls.__module__ == "test.lock_tests" for cls in type(test).__mro__)


def _lock_tests() -> Iterator[unittest.TestCase]:
    """``lock_tests`` as ``test_threading`` binds it."""
    return (test for test in _from_modules("test.test_threading") if _is_lock_test(test))


def _threading_tests() -> Iterator[unittest.TestCase]:
    return (test for test in _from_modules("test.test_threading") if not _is_lock_test(test))


def _queue_tests() -> Iterator[unittest.TestCase]:
    """The classes for ``queue.py`` test it, over our primitives; those for ``_queue`` our queues."""
    module = importlib.import_module("test.test_queue")
    ours = importlib.import_module("queue")
    for cls in vars(module).values():
        if isinstance(cls, type) and getattr(cls, "queue", None) is module.c_queue:
            cls.queue = ours
    yield from _from_modules("test.test_queue")


def _futures_tests() -> Iterator[unittest.TestCase]:
    """Thread pools and futures: one module at first, then a package, which 3.11.5 to 3.12 do not install."""
    tests = importlib.import_module(_FUTURES)
    modules = [_FUTURES]
    if hasattr(tests, "__path__"):
        names = ("future", "thread_pool", "init", "wait", "as_completed", "shutdown")
        modules = [f"{_FUTURES}.test_{name}" for name in names]
    return (test for test in _from_modules(*modules) if not _is_about_processes(test))


_FUTURES = "test.test_concurrent_futures"


def _is_about_processes(test: unittest.TestCase) -> bool:
    name = type(test).__name__
    return hasattr(test, "ctx") or name.startswith(("ProcessPool", "FailingInitializerResources"))


def _dummy_tests() -> Iterator[unittest.TestCase]:
    """The tests of ``multiprocessing`` that its module for threads is to pass."""
    theirs = importlib.import_module("test._test_multiprocessing")
    module = types.ModuleType("test.test_multiprocessing_dummy")
    theirs.install_tests_in_module_dict(vars(module), "spawn", only_type="threads")
    # These look after child processes and start some for it.
    del module.setUpModule, module.tearDownModule
    return _flat(unittest.defaultTestLoader.loadTestsFromModule(module))


_SPINNING = "_in_many_threads"
_CROWDED = ("_many_threads", "_many_threads_nonblock", "_many_threads_timeout")
"""Ends of names: up to a hundred threads, many in tight loops; under every scheduler they take minutes."""


_ENDLESS = "test_can_interrupt_tight_loops"

CPU_LIMIT = 60
"""Seconds of processor time that a test may take, so that a busy machine makes no difference."""


@dataclass(frozen=True)
class Suite:
    """A suite of CPython's.

    Args:
        name: What it is called.
        load: Gives its tests.
        needs: A module without which it cannot be run.
        seeds: So many random walks, after round robin.
    """

    name: str
    load: Callable[[], Iterator[unittest.TestCase]]
    needs: str
    seeds: int = 2

    def is_installed(self) -> bool:
        """Whether the interpreter came with it."""
        try:
            return importlib.util.find_spec(self.needs) is not None
        except ModuleNotFoundError:  # not even the package that it would be in
            return False

    def schedulers(self, test: str) -> list[tuple[str, Scheduler]]:
        """Each scheduler under which a test must pass, with its name."""
        if test.endswith(_SPINNING):  # without preemption they spin for ever
            return [("random walk 0", RandomWalk(0))]
        if test.endswith(_CROWDED):
            return [("no preemption", Scheduler())]
        walks = [(f"random walk {seed}", RandomWalk(seed)) for seed in range(self.seeds)]
        return [("round robin", RoundRobin()), *walks]


def cpu_limit(test: str) -> float:
    """Seconds of processor time that a test may take; little for one that is known never to end."""
    return 2 if test.endswith(_ENDLESS) else CPU_LIMIT


SUITES = {
    suite.name: suite
    for suite in (
        Suite("lock_tests", _lock_tests, "test.lock_tests", seeds=20),
        Suite("test_threading", _threading_tests, "test.test_threading"),
        Suite("test_thread", lambda: _from_modules("test.test_thread"), "test.test_thread"),
        Suite("test_queue", _queue_tests, "test.test_queue"),
        Suite(
            "test_threading_local",
            lambda: _from_modules("test.test_threading_local"),
            "test.test_threading_local",
        ),
        Suite("test_sched", lambda: _from_modules("test.test_sched"), "test.test_sched"),
        Suite(
            "test_threadedtempfile",
            lambda: _from_modules("test.test_threadedtempfile"),
            "test.test_threadedtempfile",
        ),
        Suite("concurrent.futures", _futures_tests, _FUTURES),
        Suite("multiprocessing.dummy", _dummy_tests, "test._test_multiprocessing"),
    )
}
"""By name."""
