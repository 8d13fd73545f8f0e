"""Explores a small program exhaustively and gives the set of its outcomes."""

from __future__ import annotations

import threading
from unittest import mock

from treadle.engine.kernel import kernel
from treadle.engine.site import NOWHERE
from treadle.primitives.thread import Thread
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk

STUCK = "deadlock"


def outcomes(program, *, all_points=False, max_executions=100_000):
    """Every outcome of a program, under every schedule.

    Args:
        program: Called once per execution, in the main task, with a list; its outcome is what it returns,
            or what it put into the list.
        all_points: Switch before every operation, not only before those that were seen to conflict.
        max_executions: More than this is an error.

    Returns:
        The set of outcomes; a deadlock adds STUCK, exceptions of threads stand for themselves.
    """
    executions = 0
    is_learning = True
    while is_learning:
        is_learning = False
        scheduler = DepthFirst(-1)
        found = set()
        while scheduler.begin():
            executions += 1
            assert executions <= max_executions, f"more than {max_executions} executions"
            found.add(execute(program, scheduler, all_points=all_points))
            assert scheduler.divergence is None, scheduler.divergence
            if kernel.learned and not all_points:
                for site in kernel.learned:
                    site.is_point = True
                is_learning = True
                break
    for site in NOWHERE.children.values():
        site.is_point = False
    return found


def sampled(program, executions, seed=0):
    """The outcomes that a random walk meets."""
    scheduler = RandomWalk(seed)
    found = set()
    for _ in range(executions):
        assert scheduler.begin()
        found.add(execute(program, scheduler))
    return found


def execute(program, scheduler=None, *, all_points=True):
    """The outcome of one execution."""
    if scheduler is None:
        scheduler = Scheduler()
    log = []
    result = []
    failures = []
    kernel.on_stop = lambda: failures.extend(error for _, error in kernel.failures)
    kernel.all_points = all_points
    try:
        with mock.patch.object(threading, "excepthook", lambda args: None):
            status = kernel.run(lambda: result.append(program(log)), scheduler)
    finally:
        kernel.all_points = False
        kernel.on_stop = None
    if failures:
        return tuple(type(error).__name__ for error in failures)
    if status == "deadlock":
        return (*log, STUCK)
    assert status == "finished", status
    return tuple(log) if result[0] is None else result[0]


def together(*functions):
    """Run functions in threads of their own and wait for them all."""
    threads = [Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class FakeRecorder:
    """Keeps what primitives and the kernel report: (task number, action, what else was said)."""

    def __init__(self):
        self.events = []

    def sync(self, action, resource, value=None, detail="", other=None, woken=()):
        said = tuple(x for x in (value, detail or None, other, woken or None) if x is not None)
        self.events.append((kernel.current.number, action.value, *said))

    def block(self, task, resource, verb):
        self.events.append((task.number, verb))

    def __getattr__(self, name):
        return lambda *args: None


def recorded(program):
    """What is recorded of one execution without preemptions."""
    recorder = FakeRecorder()
    kernel.recorder = recorder
    try:
        kernel.run(program, Scheduler())
    finally:
        kernel.recorder = None
    return recorder.events
