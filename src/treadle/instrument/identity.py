"""A set of objects by identity that does not keep them alive.

What was seen is remembered for as long as it exists: programs make new classes and functions in every
execution, and nothing of one execution may stay behind.
"""

from __future__ import annotations

import weakref
from typing import Any


class IdentitySet:
    """Weakly referenced objects, told apart by identity and never compared."""

    __slots__ = ("_references",)

    def __init__(self) -> None:
        self._references: dict[int, weakref.ref[Any]] = {}

    def __contains__(self, item: object) -> bool:
        return id(item) in self._references

    def __len__(self) -> int:
        return len(self._references)

    def add(self, item: object) -> None:
        """Remember an object until it dies.

        Args:
            item: A function, class, code object or other object that can be referenced weakly.
        """
        key = id(item)
        references = self._references

        def forget(_: weakref.ref[Any]) -> None:
            references.pop(key, None)

        references[key] = weakref.ref(item, forget)
