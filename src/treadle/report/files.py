"""Reports that go into files: the page for a browser, and the formats of other tools."""

from __future__ import annotations

from pathlib import Path

from treadle.errors import UsageError

_LOOKED_AT = 4096
"""So many characters of a file are read to see what it is."""

OWN = ("treadle", "Treadle")
"""What every report of Treadle's says near its beginning."""


def write_report(path: Path, text: str) -> None:
    """Write a report into a file; an earlier report may be overwritten, nothing else.

    Args:
        path: The file.
        text: The report.

    Raises:
        UsageError: There is something else under that name, or the file cannot be written.
    """
    try:
        if path.exists() and not _is_report(path):
            raise UsageError(
                f"{path} exists and is no report of Treadle's, so it was not overwritten: "
                "name another file, or remove it."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(
            f"The report {path} cannot be written ({error.strerror or error}): name another file."
        ) from None


def _is_report(path: Path) -> bool:
    """Whether a file is empty, or begins as our reports do."""
    with path.open(encoding="utf-8", errors="replace") as file:
        start = file.read(_LOOKED_AT)
    is_ours = start.startswith(("<!DOCTYPE html>", "{")) and any(word in start for word in OWN)
    return is_ours or not start
