"""The thread objects that nobody made: of the main task, and of tasks started without one."""

from __future__ import annotations

import sys
import threading as _threading
import weakref
from typing import Any

from treadle.engine.task import Task
from treadle.primitives import real
from treadle.primitives.thread import Thread


class MainThread(Thread, real.MainThread):
    """The main thread of an execution."""

    def __init__(self, task: Task) -> None:
        Thread.__init__(self, name="MainThread", daemon=False)
        self._attach(task)

    def __getattr__(self, name: str) -> Any:
        """What ``multiprocessing.dummy`` gave to the main thread when it was imported."""
        if name == "_children" and "multiprocessing.dummy" in sys.modules:
            self._children: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
            return self._children
        return Thread.__getattr__(self, name)


class DummyThread(Thread, real.DummyThread):
    """Stands for a thread that was not started through this module.

    CPython:
        As ``threading._DummyThread``; deviations: none.
    """

    def __init__(self, task: Task) -> None:
        Thread.__init__(self, name=_threading._newname("Dummy-%d"), daemon=True)
        self._started = real.Event()
        self._started.set()
        self._attach(task)

    def join(self, timeout: float | None = None) -> None:
        """Refuse: nobody knows when it ends."""
        if real.VERSION >= (3, 13):
            raise RuntimeError("cannot join a dummy thread")
        raise AssertionError("cannot join a dummy thread")

    def is_alive(self) -> bool:
        """True: nobody knows when it ends."""
        if real.VERSION >= (3, 13) and not self._started.is_set():
            raise RuntimeError("thread is not alive")
        assert self._started.is_set()
        return True

    def _is_real(self) -> bool:
        return False


for _cls in (MainThread, DummyThread):
    _cls.__name__ = _cls.__qualname__ = f"_{_cls.__name__}"


def thread_of(task: Task) -> Thread:
    """The thread object of a task, made now if it has none.

    Args:
        task: The task.

    Returns:
        Its thread, the main thread or a dummy.
    """
    if task.thread is None:
        return MainThread(task) if task.number == 0 else DummyThread(task)
    return task.thread
