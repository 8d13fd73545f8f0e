"""The ways of running the function side by side: threads, processes, subinterpreters."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import pickle
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any


class RefusedError(Exception):
    """This interpreter, or this function, cannot be run that way; the text says why."""


def threads(workers: int) -> Any:
    """A pool of threads."""
    return concurrent.futures.ThreadPoolExecutor(workers)


def processes(workers: int) -> Any:
    """A pool of processes, started as is usual on this system."""
    return concurrent.futures.ProcessPoolExecutor(workers)


def subinterpreters(workers: int) -> Any:
    """A pool of interpreters in threads of this process, each with a GIL of its own."""
    public = getattr(concurrent.futures, "InterpreterPoolExecutor", None)
    if public is not None:
        return public(workers)
    if sys.version_info < (3, 13):
        raise RefusedError(
            "interpreters inside one process, with a GIL each, need Python 3.13 or later"
        )
    return InterpreterPool(workers)


POOLS: dict[str, Callable[[int], Any]] = {
    "threads": threads,
    "processes": processes,
    "subinterpreters": subinterpreters,
}


def start_method() -> str:
    """How processes are started here: "fork", "spawn" or "forkserver"."""
    return multiprocessing.get_start_method()


_IN_INTERPRETER = """
import pickle
try:
    function, arguments = pickle.loads({call!r})
    answer = True, function(*arguments)
    answer = pickle.dumps(answer)
except BaseException as error:
    answer = pickle.dumps((False, f"{{type(error).__name__}}: {{error}}"))
with open({path!r}, "wb") as file:
    file.write(answer)
"""


class InterpreterPool:
    """What InterpreterPoolExecutor is on 3.14, for 3.13: isolated interpreters, a thread for each.

    Args:
        workers: How many interpreters.
    """

    def __init__(self, workers: int) -> None:
        import _interpreters  # type: ignore[import-not-found]

        self._interpreters = _interpreters
        self._lock = threading.Lock()
        self._made: list[Any] = []
        self._local = threading.local()
        self._folder = tempfile.mkdtemp(prefix="treadle-gil-")
        self._threads = concurrent.futures.ThreadPoolExecutor(workers, initializer=self._enter)

    def submit(self, function: Callable[..., Any], *args: Any) -> Any:
        """As for an executor; function, arguments and result are pickled."""
        return self._threads.submit(self._run, pickle.dumps((function, args)))

    def __enter__(self) -> InterpreterPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()
        for made in self._made:
            self._interpreters.destroy(made)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _enter(self) -> None:
        """In a thread of the pool: make its interpreter, and let it find what this one finds."""
        made = self._interpreters.create("isolated")
        with self._lock:
            self._made.append(made)
            self._local.path = os.path.join(self._folder, str(len(self._made)))
        self._local.interpreter = made
        self._execute(f"import sys; sys.path[:] = {sys.path!r}")

    def _run(self, call: bytes) -> Any:
        """In a thread of the pool: run a call in its interpreter."""
        path = self._local.path
        self._execute(_IN_INTERPRETER.format(call=call, path=path))
        with open(path, "rb") as file:
            is_good, answer = pickle.load(file)
        if not is_good:
            raise RefusedError(answer)
        return answer

    def _execute(self, text: str) -> None:
        failure = self._interpreters.exec(self._local.interpreter, text)
        if failure is not None:
            raise RefusedError(failure.formatted)
