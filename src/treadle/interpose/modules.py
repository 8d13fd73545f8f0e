"""The other modules: names they took with ``from threading import Lock``, locks they made long ago.

A module that was imported before ``install`` holds the interpreter's own objects under names of its own.
Those that stand for something replaced are replaced too, found by identity in the modules' namespaces. Free
locks in namespaces are exchanged for ours: a lock of the interpreter's would let every task in at once (all
tasks are one thread to it), or stop the whole process.
"""

from __future__ import annotations

import functools
import gc
import sys
import types
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from treadle.primitives import real
from treadle.primitives.lock import Lock
from treadle.primitives.rlock import RLock

_KEEP = frozenset(
    {
        "_frozen_importlib",
        "_frozen_importlib_external",
        "_queue",
        "_thread",
        "atexit",
        "gc",
        "greenlet",
        "importlib",
        "queue",
        "random",
        "sys",
        "threading",
        "time",
        "treadle",
        "weakref",
        "_weakrefset",
    }
)
"""Top-level names of modules that keep what they have; some are dealt with name by name."""


_AROUND = frozenset(
    {
        "_hypothesis_pytestplugin",
        "_pytest",
        "coverage",
        "hypothesis",
        "pluggy",
        "pygments",
        "pytest",
    }
)
"""Top-level names of packages around the program: nothing of theirs runs in a task but what they wrap."""

_WITH_DEFAULTS = ("sched",)
"""Modules of the standard library whose functions have replaced ones as default arguments."""


def namespaces(known: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """The namespaces of the modules that are not to keep what they have.

    Args:
        known: Names of modules to leave out.

    Yields:
        Their dictionaries.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in _KEEP and name not in known:
            space = getattr(module, "__dict__", None)
            if isinstance(space, dict):
                yield space


class Names:
    """What other modules have taken under names of their own, and was replaced there."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._rebound: list[tuple[dict[str, Any], str, Any, Any]] = []
        self._defaults: list[tuple[Any, tuple[Any, ...] | None]] = []
        self._attributes: list[tuple[type, str, Any, Any]] = []

    def rebind(self, replacements: Mapping[int, Any]) -> None:
        """Replace it.

        Args:
            replacements: What stands for an object, by the object's identity.
        """
        self._known = frozenset(sys.modules)
        for space in namespaces():
            for name in [name for name, value in space.items() if id(value) in replacements]:
                theirs, ours = space[name], replacements[id(space[name])]
                self._rebound.append((space, name, theirs, ours))
                space[name] = ours
        for function in _functions_with_defaults():
            self._defaults.append((function, function.__defaults__))
            function.__defaults__ = tuple(
                replacements.get(id(value), value) for value in function.__defaults__ or ()
            )
        for holder in _definitions():
            self._rebind_inside(holder, replacements)

    def _rebind_inside(self, holder: Any, replacements: Mapping[int, Any]) -> None:
        """Replace it among the default arguments of a function, or the attributes of a class."""
        if isinstance(holder, type):
            for name, theirs in list(vars(holder).items()):
                if id(theirs) in replacements:
                    ours = replacements[id(theirs)]
                    setattr(holder, name, ours)
                    self._attributes.append((holder, name, theirs, ours))
            return
        defaults, keywords = holder.__defaults__ or (), holder.__kwdefaults__ or {}
        if any(id(value) in replacements for value in defaults):
            self._defaults.append((holder, holder.__defaults__))
            holder.__defaults__ = tuple(replacements.get(id(value), value) for value in defaults)
        for name in [name for name, value in keywords.items() if id(value) in replacements]:
            theirs, ours = keywords[name], replacements[id(keywords[name])]
            self._rebound.append((keywords, name, theirs, ours))
            keywords[name] = ours

    def put_back(self, replacements: Mapping[int, Any]) -> None:
        """Undo that, and rebind what modules imported meanwhile have taken.

        Args:
            replacements: What stands for an object of ours, by the object's identity.
        """
        for space, name, theirs, ours in reversed(self._rebound):
            if space.get(name) is ours:
                space[name] = theirs
        for function, defaults in self._defaults:
            function.__defaults__ = defaults
        for cls, name, theirs, ours in self._attributes:
            if vars(cls).get(name) is ours:
                setattr(cls, name, theirs)
        self._attributes.clear()
        for space in namespaces(self._known):
            for name in [name for name, value in space.items() if id(value) in replacements]:
                space[name] = replacements[id(space[name])]
        self._rebound.clear()
        self._defaults.clear()


def _definitions() -> Iterator[Any]:
    """The functions and classes that modules outside of the standard library define, methods too."""
    for name, module in list(sys.modules.items()):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in _KEEP or top in _AROUND:
            continue
        space = getattr(module, "__dict__", None)
        if not isinstance(space, dict):
            continue
        for value in list(space.values()):
            if type(value) is types.FunctionType:
                if value.__module__ == name:
                    yield value
            elif type(value) is type and value.__module__ == name:
                yield value
                for member in list(vars(value).values()):
                    is_wrapped = type(member) is staticmethod or type(member) is classmethod
                    inner = member.__func__ if is_wrapped else member
                    if type(inner) is types.FunctionType:
                        yield inner


def _functions_with_defaults() -> Iterator[Any]:
    for name in _WITH_DEFAULTS:
        for cls in list(vars(sys.modules.get(name, object)).values()):
            if isinstance(cls, type):
                yield from (value for value in vars(cls).values() if hasattr(value, "__defaults__"))


class Locks:
    """The interpreter's locks that were exchanged for ours."""

    def __init__(self) -> None:
        self._exchanged: list[tuple[Any, str, Any, Any]] = []

    def exchange(self) -> None:
        """Exchange free locks in modules, logging handlers and cached properties."""
        for space in namespaces():
            for name, value in list(space.items()):
                self._exchange(space, name, value)
        self.exchange_logging(sys.modules.get("logging"))
        for prop in gc.get_referrers(functools.cached_property):
            if type(prop) is functools.cached_property and hasattr(prop, "lock"):
                self._exchange(vars(prop), "lock", prop.lock)

    def exchange_logging(self, logging: Any) -> None:
        """Exchange the locks of logging handlers.

        Args:
            logging: The module, or None.
        """
        for reference in getattr(logging, "_handlerList", ()):
            handler = reference()
            if handler is not None:
                self._exchange(vars(handler), "lock", handler.lock)

    def put_back(self) -> None:
        """Undo every exchange that still stands."""
        for space, name, theirs, ours in reversed(self._exchanged):
            if space.get(name) is ours:
                space[name] = theirs
        self._exchanged.clear()

    def _exchange(self, space: dict[str, Any], name: str, theirs: Any) -> None:
        if type(theirs) is real.LockType:
            is_free = not theirs.locked()
            make: Any = Lock
        elif type(theirs) is real.RLock:
            is_free = not repr(theirs).startswith("<locked")
            make = RLock
        else:
            return
        if is_free:
            ours = space[name] = make()
            self._exchanged.append((space, name, theirs, ours))


class Threads:
    """Classes and objects derived from the interpreter's ``Thread`` that were made ours."""

    def __init__(self) -> None:
        self._rebased: list[tuple[Any, tuple[type, ...]]] = []
        self._reclassed: list[Any] = []

    def adopt(self, pairs: Mapping[type, type], keep: frozenset[type]) -> None:
        """Put our class in the place of the interpreter's among the bases of its subclasses.

        Args:
            pairs: Our class for each of the interpreter's.
            keep: Subclasses that stay as they are.
        """
        for theirs, ours in pairs.items():
            for subclass in theirs.__subclasses__():
                if subclass not in keep:
                    self._rebased.append((subclass, subclass.__bases__))
                    bases = tuple(ours if base is theirs else base for base in subclass.__bases__)
                    subclass.__bases__ = bases
        dangling: Any = sys.modules["threading"]._dangling  # type: ignore[attr-defined]
        for thread in list(dangling):
            ours = pairs.get(type(thread))
            if ours is not None and not thread._started.is_set():
                thread.__class__ = ours
                self._reclassed.append((thread, ours))

    def give_back(self, pairs: Mapping[type, type]) -> None:
        """Undo ``adopt``.

        Args:
            pairs: As there.
        """
        for subclass, bases in reversed(self._rebased):
            subclass.__bases__ = bases
        theirs = {ours: original for original, ours in pairs.items()}
        for thread, ours in self._reclassed:
            thread.__class__ = theirs[ours]
        self._rebased.clear()
        self._reclassed.clear()
