"""What ``functools`` keeps for a program: looking a result up and storing it are operations.

``lru_cache`` is written in C, and ``cached_property`` stores behind the back of the program's code. Unseen, a
search would take it for granted that one task computes a result and the others find it; but between the
look-up and the storing others may look too, and compute the same once more. Nothing else is changed: the
interpreter's own code looks up, computes and stores.

Functions of the standard library are left alone: what they keep lives longer than an execution.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from typing import Any, ClassVar, Self

from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.instrument import hooks
from treadle.instrument.unwrap import add_wrapper
from treadle.model.operation import Kind
from treadle.primitives import real
from treadle.primitives.base import Primitive

_READ = int(Kind.CACHE_READ)
_WRITE = int(Kind.CACHE_WRITE)
_MISSING = object()

_cached_function = functools._lru_cache_wrapper


class Cache(Primitive):
    """What looking up and storing are operations on."""

    kind_name: ClassVar[str] = "cache"

    def look_up(self) -> None:
        """The running task is about to look something up."""
        if kernel.here is not None:
            kernel.operation(_READ, self)
            kernel.observe(self)

    def store(self) -> None:
        """The running task is about to store something, or to clear everything."""
        if kernel.here is not None:
            kernel.operation(_WRITE, self)
            kernel.publish(self)


class CachedFunction:
    """What ``functools.lru_cache`` makes of a function: one of the interpreter's own, and its cache's name.

    Args:
        user_function: The function; what it returns is about to be stored.
        maxsize: As for ``functools.lru_cache``.
        typed: As there.
        info: The type of what ``cache_info`` returns.

    CPython:
        As ``functools._lru_cache_wrapper``; deviations: it can be derived from.
    """

    __module__ = "functools"

    def __new__(
        cls, user_function: Callable[..., Any], maxsize: int | None, typed: bool, info: type
    ) -> Any:
        """One of the interpreter's own for a function of the standard library."""
        module = getattr(user_function, "__module__", None) or ""
        if module.partition(".")[0] in sys.stdlib_module_names:
            return _cached_function(user_function, maxsize, typed, info)
        return object.__new__(cls)

    def __init__(
        self, user_function: Callable[..., Any], maxsize: int | None, typed: bool, info: type
    ) -> None:
        cache = self._cache = Cache()

        def computed(*args: Any, **kwargs: Any) -> Any:
            result = user_function(*args, **kwargs)
            cache.store()
            return result

        self._function = _cached_function(computed, maxsize, typed, info)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Look the result up, or compute it."""
        self._cache.look_up()
        return self._function(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind it, as a method is."""
        return self if instance is None else types.MethodType(self, instance)

    def cache_info(self) -> Any:
        """How often results were found and not found."""
        self._cache.look_up()
        return self._function.cache_info()

    def cache_clear(self) -> None:
        """Forget all results."""
        self._cache.store()
        self._function.cache_clear()

    def __reduce__(self) -> str:
        return self.__qualname__

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


CachedFunction.__name__ = CachedFunction.__qualname__ = _cached_function.__name__
add_wrapper(CachedFunction, "__wrapped__")


class CachedProperty(functools.cached_property):  # type: ignore[type-arg]
    """A property that is computed once; since 3.12 by each thread that comes before it is stored.

    CPython:
        As ``functools.cached_property``; deviations: none.
    """

    __module__ = "functools"
    __qualname__ = functools.cached_property.__qualname__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """The value; computed now, if it is not there."""
        if kernel.here is None or real.VERSION < (3, 12):  # up to 3.11 it holds a lock meanwhile
            return super().__get__(instance, owner)
        values = getattr(instance, "__dict__", None)
        if values is None or self.attrname is None:
            return super().__get__(instance, owner)
        value = values.get(self.attrname, _MISSING)
        if value is _MISSING:
            value = self.func(instance)
            # Who looks reads the attribute: the instance's value comes before this descriptor.
            hooks.store_attr(instance, value, _site_of(self.func, self.attrname))
            values[self.attrname] = value
        return value


_sites: dict[Any, Site] = {}


def _site_of(function: Any, name: str) -> Site:
    """Where a property's value is stored: as if its function did it in its first line."""
    code = getattr(function, "__code__", None)
    where = getattr(function, "__qualname__", name)
    site = _sites.get(code or where)
    if site is None:
        filename, line = ("", 0) if code is None else (code.co_filename, code.co_firstlineno)
        module = getattr(function, "__module__", None) or ""
        site = Site("store_attr", name, module, filename, where, line, line, -1, -1)
        _sites[code or where] = site
    return site


REPLACEMENTS: dict[str, Any] = {
    "_lru_cache_wrapper": CachedFunction,
    "cached_property": CachedProperty,
}
"""What stands for what in the ``functools`` module while a program is interposed."""
