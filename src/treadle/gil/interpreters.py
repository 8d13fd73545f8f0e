"""The interpreters on which a function is measured: Treadle's own, those named, free-threaded ones found."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from treadle.errors import UsageError
from treadle.gil.figures import Interpreter
from treadle.gil.runner import Runner, WorkerError


def chosen(named: Iterable[str], runner: Runner) -> list[Interpreter]:
    """The interpreters to measure on.

    Args:
        named: What the user named: paths, or commands.
        runner: Asks an interpreter what it is.

    Returns:
        This one, those named, and free-threaded ones that were found, each once.

    Raises:
        UsageError: One that was named cannot be run.
    """
    found = [runner.describe(sys.executable)]
    for each in named:
        path = shutil.which(each)
        if path is None:
            raise UsageError(f"--python {each}: there is no such program.")
        try:
            found.append(runner.describe(path))
        except WorkerError as error:
            raise UsageError(
                f"--python {each} is no Python that can be measured: {error}."
            ) from None
    for path in free_threaded():
        try:
            described = runner.describe(path)
        except WorkerError:
            continue  # nobody asked for it
        if described.free_threaded:
            found.append(described)
    unique: dict[str, Interpreter] = {}
    for interpreter in found:
        unique.setdefault(_identity(interpreter.path), interpreter)
    return list(unique.values())


def free_threaded() -> Iterator[str]:
    """Programs that are called as free-threaded interpreters are, in the search path and under pyenv.

    Yields:
        Paths.
    """
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield from map(str, sorted(Path(folder).glob("python3.[0-9]*[0-9]t")))
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(root.glob("versions/*t/bin/python")))


def _identity(path: str) -> str:
    """What makes an interpreter the same: its program, or its environment, which has packages of its own."""
    is_virtual = Path(path).parent.parent.joinpath("pyvenv.cfg").exists()
    return path if is_virtual else str(Path(path).resolve())
