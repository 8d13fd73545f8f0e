"""The provider of CPython's own primitives: its ``threading.py``, ``queue.py`` and the others, from source.

The files of the running interpreter are executed over a ``_thread`` whose locks and threads are ours and over
our clock: ``Condition``, ``Event``, ``Semaphore``, ``Barrier``, ``Timer``, ``Thread``, ``Queue``, the Python versions
of ``RLock``, ``local`` and ``SimpleQueue``, and ``ThreadPoolExecutor``, as they were written. Their code is rewritten
as a program's would be, so that beside each operation on a lock each conflicting access to an attribute or a
container is a scheduling point too: what they do between two locks can be interrupted.
"""

from __future__ import annotations

import _queue
import _thread
import os
import queue
import threading
import time

from outcome_suite import sources
from outcome_suite.ours import Controlled, futures_of, primitives
from treadle.engine.kernel import kernel
from treadle.engine.task import TaskKilled
from treadle.primitives import functions, handle, idents, local, lock, low_level, rlock, thread

MADE_OF_THREADS = {"thread", "timer", "local"}
"""Programs about these run on CPython's own ``Thread``, the others on ours: it has many scheduling points."""


class Interpreter:
    """What stands for the parts of the interpreter that are written in C.

    Attributes:
        sentinels: The lock of each task that has ended when the lock is free, by the task's number.
    """

    def __init__(self):
        self.sentinels = {}

    def set_sentinel(self):
        """A lock that the interpreter releases when the calling thread has ended."""
        sentinel = lock.Lock()
        if kernel.here is not None:
            self.sentinels[kernel.here.number] = sentinel
        return sentinel

    def start_new_thread(self, function, args, kwargs=None):
        """Start a thread."""

        def life():
            function(*args, **(kwargs or {}))
            sentinel = self.sentinels.pop(kernel.here.number, None)
            if sentinel is not None and sentinel.locked():
                sentinel.release()

        return low_level.start_new_thread(life, ())

    def module(self, *, has_rlock):
        """A ``_thread`` module.

        Args:
            has_rlock: Whether it has an RLock; without one, ``threading`` uses its own in Python.
        """
        own = {
            "allocate_lock": lock.Lock,
            "LockType": lock.Lock,
            "lock": lock.Lock,
            "RLock": rlock.RLock,
            "_local": local.local,
            "get_ident": functions.get_ident,
            "get_native_id": functions.get_native_id,
            "start_new_thread": self.start_new_thread,
            "_set_sentinel": self.set_sentinel,
            "start_joinable_thread": handle.start_joinable_thread,
            "_ThreadHandle": handle.ThreadHandle,
        }
        present = {name: value for name, value in own.items() if hasattr(_thread, name)}
        without = ()
        if not has_rlock:
            del present["RLock"]
            without = ("RLock",)
        return sources.Facade(_thread, without, **present)


def _clock():
    return sources.Facade(time, monotonic=lambda: kernel.now)


def modules(*, has_rlock=True, is_rewritten=True):
    """Private copies of ``threading`` and ``queue``, and what they stand on."""
    interpreter = Interpreter()
    overlay = {
        "_thread": interpreter.module(has_rlock=has_rlock),
        "_queue": sources.Facade(_queue, ("SimpleQueue",)),
        "time": _clock(),
        "os": sources.Facade(os, register_at_fork=lambda **callbacks: None),
    }
    for name in ("threading", "_threading_local", "queue"):
        code = sources.compiled(name, is_rewritten)
        overlay[name] = sources.executed(name, code, overlay)
    return interpreter, overlay["threading"], overlay["_threading_local"], overlay["queue"]


def provider(*about):
    """CPython's primitives as a provider.

    Args:
        about: What the program is about: ``rlock`` gets the Python version of RLock, and ``thread``, ``timer``
            and ``local`` CPython's own ``Thread``.

    Returns:
        A class; one object for each execution.
    """
    interpreter, their_threading, their_local, their_queue = modules(has_rlock="rlock" not in about)
    has_own_threads = bool(MADE_OF_THREADS & set(about))
    threads = primitives()["threads"].threads
    if not has_own_threads:
        their_threading.Thread = thread.Thread
    their_threading._register_atexit = lambda *arguments: None
    futures, forget_workers = futures_of(their_threading, their_queue, is_rewritten=True)
    own_hook = their_threading.excepthook

    class Theirs(Controlled):
        BrokenBarrierError = their_threading.BrokenBarrierError
        Lock = lock.Lock
        local = their_local.local
        SimpleQueue = their_queue._PySimpleQueue

        def __init__(self):
            super().__init__()
            self.set_excepthook(own_hook if has_own_threads else lambda details: None)
            if has_own_threads:
                their_threading._active = {idents._FIRST_IDENT: their_threading._main_thread}

        def set_excepthook(self, hook):
            def unless_killed(details):
                if not issubclass(details.exc_type, TaskKilled):
                    hook(details)

            their_threading.excepthook = unless_killed
            if not has_own_threads:
                threading.excepthook = hook

        def end(self):
            if threads.is_last(kernel.current):
                threads.come_to_the_end(kernel.current)

        def forget(self):
            forget_workers()
            interpreter.sentinels.clear()
            for name in ("_active", "_limbo", "_shutdown_locks", "_dangling"):
                getattr(their_threading, name, set()).clear()

    names = (
        "RLock Condition Event Semaphore BoundedSemaphore Barrier Thread Timer current_thread main_thread"
    ).split()
    for name in names:
        value = getattr(their_threading, name)
        setattr(Theirs, name, value if isinstance(value, type) else staticmethod(value))
    for name in ("Queue", "LifoQueue", "PriorityQueue", "Empty", "Full", "ShutDown"):
        setattr(Theirs, name, getattr(their_queue, name, None))
    for name, value in futures.items():
        setattr(Theirs, name, value if isinstance(value, type | str) else staticmethod(value))
    assert Theirs.Empty is queue.Empty
    return Theirs
