"""Sites in other processes: each process makes its own, and knows those of others by where they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from treadle.engine.site import NOWHERE, Site

Described = tuple[str, str, int, int, str, str | None]
"""A site: (file name, function, line, column, operation, name)."""


class Sites:
    """The sites of the program, to be found again by where they are."""

    def __init__(self) -> None:
        self._sites: dict[tuple[Any, ...], list[Site]] = {_place(NOWHERE): [NOWHERE]}
        self._points: dict[tuple[Any, ...], set[tuple[str, str | None]]] = {}

    def adopt(self, site: Site) -> Site:
        """Take a new site in; it is a scheduling point at once if another process has learned so.

        Args:
            site: The site.

        Returns:
            The same site.
        """
        place = _place(site)
        self._sites.setdefault(place, []).append(site)
        for operation, name in self._points.get(place, ()):
            _mark(site, operation, name)
        return site

    def find(self, described: Described) -> Site:
        """The site that another process speaks of.

        Args:
            described: Which.

        Returns:
            The site; a stand-in for one that only other processes have.
        """
        filename, function, line, column, operation, name = described
        for site in self._sites.get((filename, function, line, column), ()):
            if site.name == name:
                if site.operation == operation:
                    return site
                if operation.isdecimal():
                    return site.child(int(operation))
        return Site(operation, name, "", filename, function, line, line, column, column)

    def learn(self, described: Iterable[Described]) -> None:
        """Make scheduling points of sites that another process has learned to be some.

        Args:
            described: Which.
        """
        for *place, operation, name in described:
            key = tuple(place)
            self._points.setdefault(key, set()).add((operation, name))
            for site in self._sites.get(key, ()):
                _mark(site, operation, name)


def described(site: Site) -> Described:
    """What finds a site in another process.

    Args:
        site: The site.

    Returns:
        Plain data.
    """
    return (*_place(site), site.operation, site.name)


def _place(site: Site) -> tuple[str, str, int, int]:
    return site.filename, site.function, site.line, site.column


def _mark(site: Site, operation: str, name: str | None) -> None:
    if site.name != name:
        return
    if site.operation == operation:
        site.is_point = True
    elif operation.isdecimal():
        site.child(int(operation)).is_point = True
