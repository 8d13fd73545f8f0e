"""The page of each failing test, for ``--treadle-html``.

A page is written by the process that ran the test, under a name made from the test's alone, so workers of
pytest-xdist do not disturb one another and a later run writes the same file.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest

_LONGEST = 80
"""So many characters of a test's name are told by its file; the rest is a hash."""


def folder_of(config: pytest.Config) -> Path | None:
    """Where pages are to be written.

    Args:
        config: Command line and ini-file.

    Returns:
        An absolute path: relative to where pytest was started, or in the ini-file to its root folder. None
        where nobody wants pages.
    """
    given = config.getoption("treadle_html")
    if given:
        return Path(config.invocation_params.dir, given)
    told = config.getini("treadle_html")
    return Path(config.rootpath, told) if told else None


def refuse_unusable(config: pytest.Config) -> None:
    """Complain now, and not after the first failure, of a folder that cannot be.

    Args:
        config: Command line and ini-file.

    Raises:
        pytest.UsageError: The folder is none, or cannot be made.
    """
    folder = folder_of(config)
    if folder is None:
        return
    nearest = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    if not nearest.is_dir():
        reason = f"{nearest} is not a folder"
    elif not os.access(nearest, os.W_OK | os.X_OK):
        reason = f"{nearest} may not be written to"
    else:
        return
    raise pytest.UsageError(
        f"--treadle-html: no pages can be written into {folder}: {reason}. Name another folder."
    )


def write_page(item: pytest.Item, folder: Path, page: str) -> str:
    """Write the page of a test.

    Args:
        item: The test.
        folder: Where.
        page: A whole HTML document.

    Returns:
        Its path as the user would type it.

    Raises:
        UsageError: It cannot be written.
    """
    from treadle.report.files import write_report

    path = folder / file_name(item.nodeid)
    write_report(path, page)
    here = item.config.invocation_params.dir
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def file_name(nodeid: str) -> str:
    """A name for the page of a test: readable, and another one for each test.

    Args:
        nodeid: The test.

    Returns:
        A file name that every file system takes.
    """
    readable = re.sub(r"[^A-Za-z0-9_.]+", "-", nodeid).strip("-.")[:_LONGEST]
    return f"{readable}-{hashlib.sha256(nodeid.encode()).hexdigest()[:8]}.html"
