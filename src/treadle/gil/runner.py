"""Runs workers: the door to other interpreters, and what tests replace."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from treadle.gil.figures import Interpreter

PATIENCE = 120.0
"""Seconds after which a worker is given up, unless it was told otherwise."""

_PACKAGE = "_treadle_worker"
_DESCRIBE = "import json; from {0}.main import describe; print(json.dumps(describe()))"
_MEASURE = "from {0}.main import main; main()"
_BOOT = "import sys; sys.path.insert(0, {1!r}); "


class WorkerError(Exception):
    """A worker gave no answer; the text says why, as a clause."""


class Runner(Protocol):
    """What measuring needs."""

    def describe(self, path: str) -> Interpreter:
        """Ask a program what interpreter it is.

        Args:
            path: The program.

        Returns:
            What it is.

        Raises:
            WorkerError: It is none.
        """

    def ask(self, interpreter: Interpreter, request: dict[str, Any]) -> dict[str, Any]:
        """Have a worker answer a request.

        Args:
            interpreter: Where.
            request: As for ``treadle.gil.worker.main.answer``.

        Returns:
            Its answer.

        Raises:
            WorkerError: There is none.
        """


class WorkerRunner:
    """Starts a worker for each request, in a process group that ends with it.

    Args:
        patience: Seconds after which a worker is given up.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._folder = tempfile.TemporaryDirectory(prefix="treadle-gil-")
        worker = Path(__file__).with_name("worker")
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(worker, Path(self._folder.name) / _PACKAGE, ignore=ignored)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def describe(self, path: str) -> Interpreter:
        """As for :class:`Runner`."""
        told = json.loads(self._run(path, _DESCRIBE, ""))
        return Interpreter(path, **told)

    def ask(self, interpreter: Interpreter, request: dict[str, Any]) -> dict[str, Any]:
        """As for :class:`Runner`."""
        answer: dict[str, Any] = json.loads(
            self._run(interpreter.path, _MEASURE, json.dumps(request))
        )
        return answer

    def _run(self, path: str, code: str, text: str) -> str:
        program = (_BOOT + code).format(_PACKAGE, self._folder.name)
        try:
            process = subprocess.Popen(  # noqa: S603 - an interpreter that the user named
                [path, "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerError(f"it cannot be started ({error.strerror or error})") from None
        try:
            out, complaint = process.communicate(text, timeout=self._patience)
        except subprocess.TimeoutExpired:
            raise WorkerError(f"it did not come back within {self._patience:g} seconds") from None
        finally:
            _end(process)
        if process.returncode or not out.startswith("{"):
            last = complaint.strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
            raise WorkerError(f"it ended with: {last[0]}")
        return out


def _end(process: subprocess.Popen[str]) -> None:
    """End a worker with all its children, and wait for it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
