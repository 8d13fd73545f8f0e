"""What stands inside the wrappers of the standard library, read without running the program's code.

The program's objects may answer ``getattr`` with code of their own (mocks, proxies, lazy modules). So only
wrappers of known types are opened, through the descriptors of those types, and classes through the slots of
``type``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any

_CACHED = type(functools.lru_cache(len))
_class_dict = type.__dict__["__dict__"].__get__
_class_mro = type.__dict__["__mro__"].__get__
_class_qualname = type.__dict__["__qualname__"].__get__

# The attributes of each type that hold what it wraps. Those after them lie in the instance's `__dict__`.
_SLOTS: tuple[tuple[type, tuple[Any, ...]], ...] = (
    (staticmethod, (staticmethod.__dict__["__func__"],)),
    (classmethod, (classmethod.__dict__["__func__"],)),
    (property, tuple(property.__dict__[name] for name in ("fget", "fset", "fdel"))),
    (functools.partial, (functools.partial.__dict__["func"],)),
    (MethodType, (MethodType.__dict__["__func__"],)),
)
_IN_DICT: list[tuple[type, tuple[str, ...]]] = [
    (functools.cached_property, ("func",)),
    (functools.partialmethod, ("func",)),
    (functools.singledispatchmethod, ("func", "dispatcher")),
    (_CACHED, ("__wrapped__",)),
]


def add_wrapper(kind: type, *names: str) -> None:
    """Make another type of wrapper known, which stands for one of the standard library.

    Args:
        kind: The type.
        names: The attributes, in the instance's ``__dict__``, that hold what it wraps.
    """
    _IN_DICT.append((kind, names))


def class_dict(cls: type) -> Mapping[str, Any]:
    """The attributes that a class itself defines."""
    result: Mapping[str, Any] = _class_dict(cls)
    return result


def class_mro(cls: type) -> tuple[type, ...]:
    """A class and its bases, in the order of attribute lookup."""
    result: tuple[type, ...] = _class_mro(cls)
    return result


def class_qualname(cls: type) -> str:
    """The qualified name of a class."""
    result: str = _class_qualname(cls)
    return result


def class_attribute(cls: type, name: str, default: object = None) -> object:
    """What a class or one of its bases defines under a name.

    Args:
        cls: The class.
        name: The name.
        default: What to return where none does.

    Returns:
        The object as it stands there, unbound.
    """
    return next(
        (class_dict(each)[name] for each in class_mro(cls) if name in class_dict(each)), default
    )


def is_wrapper(obj: object) -> bool:
    """Whether :func:`wrapped` can open an object."""
    kind = type(obj)
    return any(issubclass(kind, known) for known, _ in (*_SLOTS, *_IN_DICT))


def wrapped(obj: object) -> list[object]:
    """What a wrapper of the standard library wraps.

    Args:
        obj: A function with ``__wrapped__`` or a closure, a bound method, a partial object, a static or
            class method, a property, a cached function.

    Returns:
        Functions and other wrappers; empty for objects of any other type.
    """
    kind = type(obj)
    if kind is FunctionType:
        return _inside_function(obj)  # type: ignore[arg-type]
    for known, descriptors in _SLOTS:
        if issubclass(kind, known):
            return [inner for d in descriptors if (inner := d.__get__(obj)) is not None]
    for known, names in _IN_DICT:
        if issubclass(kind, known):
            attributes = object.__getattribute__(obj, "__dict__")
            return [attributes[name] for name in names if name in attributes]
    return []


def _inside_function(function: FunctionType) -> list[object]:
    """The functions in a function's closure, and what it says it wraps."""
    found: list[object] = []
    for cell in function.__closure__ or ():
        try:
            content = cell.cell_contents
        except ValueError:  # empty
            continue
        if type(content) is FunctionType or is_wrapper(content):
            found.append(content)
    if "__wrapped__" in function.__dict__:
        found.append(function.__dict__["__wrapped__"])
    return found
