"""The version of Treadle, read from the installed package when it is first asked for."""

from __future__ import annotations

import functools


@functools.cache
def treadle_version() -> str:
    """The version of the installed package.

    Returns:
        Such as "0.1.0"; "unknown" where Treadle runs from a folder without being installed.
    """
    from importlib import metadata

    try:
        return metadata.version("treadle")
    except metadata.PackageNotFoundError:
        return "unknown"
