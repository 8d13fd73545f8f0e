"""Failures on disk: ``.treadle/failures/ID.json`` in the current folder, one file each.

A saved failure has all that ``show`` needs, and all that ``replay`` needs to run the program again: target,
options and schedule. A file is written beside its place and moved there, so a reader sees all of it or none,
and two checks may run at once. The folder ignores itself in version control (as coverage.py's does).
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from treadle.errors import TokenError
from treadle.model.finding import Finding, FindingKind
from treadle.model.result import CheckResult, Runner
from treadle.store import codec
from treadle.store.version import treadle_version

FOLDER = ".treadle"
MOST_NAMED = 8
"""How many ids an error message lists."""


@dataclass(frozen=True, slots=True)
class SavedFailure:
    """A finding, with what is needed to meet it again.

    Args:
        finding: The finding, with its trace.
        target: The target as the user typed it.
        model: The interpreter model.
        options: Command-line options that a replay needs.
        treadle: Version of Treadle that found it.
        python: Version of the interpreter that it was found on.
        fixed: Whether a later check saw that it is gone.
        runner: Who ran the program.
    """

    finding: Finding
    target: str
    model: str
    options: tuple[str, ...]
    treadle: str
    python: str
    fixed: bool = False
    runner: Runner = Runner.COMMAND

    def belongs_to(self, target: str, options: tuple[str, ...]) -> bool:
        """Whether a check should replay it first.

        Args:
            target: The target that is checked, as the user typed it.
            options: Options of the check that a replay needs.

        Returns:
            True when it was found there, with the same options, and is not fixed.
        """
        return not self.fixed and (self.target, self.options) == (target, options)


def is_id(text: str) -> bool:
    """Whether a text can be the id of a failure, or the beginning of one; a schedule token cannot.

    Args:
        text: What the user typed.

    Returns:
        True for lower-case hexadecimal digits; a token begins with a capital.
    """
    return re.fullmatch(r"[0-9a-f]+", text) is not None


def save(result: CheckResult, root: Path | None = None) -> None:
    """Keep every failure that a check found, and mark as fixed what was saved earlier and is gone.

    Args:
        result: The result.
        root: The folder to keep them under; ``.treadle`` in the current folder unless given.

    Raises:
        OSError: The folder cannot be written to.
    """
    for recheck in result.fixed:
        with contextlib.suppress(TokenError):  # somebody removed it meanwhile
            gone = replace(load(recheck.id, root), fixed=True)
            _write(_failures(root) / f"{recheck.id}.json", encode(gone))
    found = [each for each in result.findings if each.kind is not FindingKind.UNCONTROLLED]
    if not found:
        return
    folder = make_folder(root) / "failures"
    folder.mkdir(exist_ok=True)
    for finding in found:
        python = finding.trace.python or ".".join(map(str, sys.version_info[:2]))
        saved = SavedFailure(
            finding,
            result.target,
            result.model,
            result.options_of(finding),
            treadle_version(),
            python,
            runner=result.runner,
        )
        _write(folder / f"{finding.id}.json", encode(saved))


def load(id_or_prefix: str, root: Path | None = None) -> SavedFailure:
    """Read a failure.

    Args:
        id_or_prefix: Its id, or enough of its beginning.
        root: As for :func:`save`.

    Returns:
        The failure.

    Raises:
        TokenError: There is no such failure, there are several, or its file is damaged.
    """
    folder = _failures(root)
    path = folder / f"{_find(id_or_prefix, folder)}.json"
    try:
        return _decode(path)
    except (OSError, ValueError) as error:
        raise TokenError(
            f"The saved failure {_shown(path)} cannot be read ({error}): "
            "check the program again to save it anew."
        ) from None


def remove(id_or_prefix: str, root: Path | None = None) -> str:
    """Forget a failure.

    Args:
        id_or_prefix: Its id, or enough of its beginning.
        root: As for :func:`save`.

    Returns:
        Its id.

    Raises:
        TokenError: There is no such failure, or there are several.
        OSError: It cannot be removed.
    """
    folder = _failures(root)
    found = _find(id_or_prefix, folder)
    (folder / f"{found}.json").unlink()
    return found


def list_failures(root: Path | None = None) -> tuple[SavedFailure, ...]:
    """All failures that are saved and can be read.

    Args:
        root: As for :func:`save`.

    Returns:
        The failures, the latest first.
    """
    folder = _failures(root)
    dated: list[tuple[float, str, SavedFailure]] = []
    for each in _ids(folder):
        path = folder / f"{each}.json"
        with contextlib.suppress(OSError, ValueError):
            dated.append((-path.stat().st_mtime, each, _decode(path)))
    return tuple(saved for _, _, saved in sorted(dated, key=lambda entry: entry[:2]))


def encode(saved: SavedFailure) -> bytes:
    """A failure as the JSON text that is kept.

    Args:
        saved: The failure.

    Returns:
        Indented JSON, ending in a line break.
    """
    return codec.encode(saved, 1) + b"\n"


def make_folder(root: Path | None = None) -> Path:
    """Make sure that there is a folder for what is kept, and that version control ignores it.

    Args:
        root: As for :func:`save`.

    Returns:
        The folder.

    Raises:
        OSError: It cannot be made.
    """
    folder = root if root is not None else Path(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        _write(ignore, b"*\n")
    return folder


def _failures(root: Path | None) -> Path:
    """The folder of the failures."""
    return (root if root is not None else Path(FOLDER)) / "failures"


def _find(id_or_prefix: str, folder: Path) -> str:
    """The id that is meant."""
    ids = _ids(folder)
    found = [each for each in ids if each.startswith(id_or_prefix)]
    if id_or_prefix in ids:
        found = [id_or_prefix]
    if not found:
        known = f"saved here are {_named(ids)}" if ids else "none are saved here"
        raise TokenError(
            f"There is no saved failure {id_or_prefix!r} in {_shown(folder)}: {known}. "
            "Check the program again to find it, or replay its token."
        )
    if len(found) > 1:
        raise TokenError(
            f"{id_or_prefix!r} is the beginning of {len(found)} saved failures: {_named(found)}. "
            "Type more of the id."
        )
    return found[0]


def _ids(folder: Path) -> list[str]:
    """The ids of the failures in a folder."""
    return sorted(path.stem for path in folder.glob("*.json") if is_id(path.stem))


def _decode(path: Path) -> SavedFailure:
    """A failure from its file."""
    return codec.decode(path.read_bytes(), SavedFailure)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _named(ids: list[str]) -> str:
    """Some ids, as text."""
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more


def _shown(path: Path) -> str:
    """A path as people write it."""
    return path.as_posix()
