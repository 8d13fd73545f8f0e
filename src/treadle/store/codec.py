"""Frozen dataclasses as JSON and back, each value checked against the annotation of its field.

Only what ``model`` is made of is known: text, numbers, truth values, enumerations, tuples, what may be None,
and dataclasses of these. Written with the standard library alone, so that Treadle installs wherever greenlet
does: compiled codecs come late to new builds of Python, free-threaded ones above all.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import json
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")
_Decoder = Callable[[Any, str], Any]
"""Makes the value out of what the JSON has, given where that stands."""

_PLAIN: dict[type, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (float, int),
    bool: (bool,),
}


def encode(value: object, indent: int) -> bytes:
    """A dataclass as JSON.

    Args:
        value: An instance.
        indent: By how many columns each level is indented.

    Returns:
        ASCII text, without a line break at its end.
    """
    return json.dumps(value, default=_fields, indent=indent).encode()


def decode(text: bytes, cls: type[_T]) -> _T:
    """A dataclass from JSON; what it does not know is passed over.

    Args:
        text: The JSON.
        cls: The dataclass.

    Returns:
        The instance.

    Raises:
        ValueError: It is no JSON, or a value is missing or not what its field takes; the message says where.
    """
    decoder: _Decoder = _decoder(cls)  # type: ignore[arg-type]  # every class is hashable
    found: _T = decoder(json.loads(text), "")
    return found


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}


@functools.cache
def _decoder(annotation: Any) -> _Decoder:
    """How values of a type are made."""
    if dataclasses.is_dataclass(annotation):
        return _dataclass_decoder(annotation)
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple:
        return _row_decoder(arguments[0]) if Ellipsis in arguments else _tuple_decoder(arguments)
    if types.NoneType in arguments:
        (other,) = set(arguments) - {types.NoneType}
        some = _decoder(other)
        return lambda value, at: None if value is None else some(value, at)
    if issubclass(annotation, enum.Enum):
        return lambda value, at: _member(annotation, value, at)
    allowed = _PLAIN[annotation]
    return lambda value, at: value if type(value) in allowed else _refuse(annotation, at)


def _dataclass_decoder(cls: Any) -> _Decoder:
    hints = typing.get_type_hints(cls)
    decoders = {each.name: _decoder(hints[each.name]) for each in dataclasses.fields(cls)}

    def decode(value: Any, at: str) -> Any:
        if type(value) is not dict:
            _refuse(cls, at)
        known = {
            name: decoders[name](each, f"{at}.{name}")
            for name, each in value.items()
            if name in decoders
        }
        try:
            return cls(**known)
        except TypeError as error:
            raise ValueError(f"{at or 'it'} is incomplete: {error}") from None

    return decode


def _row_decoder(item: Any) -> _Decoder:
    """A tuple of any length."""
    decoder = _decoder(item)

    def decode(value: Any, at: str) -> Any:
        if type(value) is not list:
            _refuse(list, at)
        return tuple([decoder(each, at) for each in value])

    return decode


def _tuple_decoder(items: tuple[Any, ...]) -> _Decoder:
    """A tuple of one length."""
    decoders = [_decoder(item) for item in items]

    def decode(value: Any, at: str) -> Any:
        if type(value) is not list or len(value) != len(decoders):
            _refuse(list, at)
        return tuple([each(part, at) for each, part in zip(decoders, value, strict=True)])

    return decode


def _member(cls: type[enum.Enum], value: Any, at: str) -> enum.Enum:
    try:
        return cls(value)
    except ValueError as error:
        raise ValueError(f"{at}: {error}") from None


def _refuse(cls: type, at: str) -> typing.NoReturn:
    raise ValueError(f"{at or 'it'} is no {cls.__name__}")
