"""What the methods of built-in containers do to their items and to the container as a whole.

One table, so that the hooks need no knowledge of methods. An effect is a triple: the kind of access to one
item (READ or WRITE; -1 when it is not about one item), the kind of access to the container, and whether
the first argument is itself read as a whole (``extend``, ``update``).
"""

from __future__ import annotations

import bisect
import collections
import heapq
import os
import weakref
from typing import NamedTuple

from treadle.model.operation import Kind

LIST, DICT, SET, DEQUE, BYTES = 1, 2, 3, 4, 5
"""Families of containers; 0 is everything else."""

_FAMILIES: tuple[tuple[type, int], ...] = (
    (list, LIST),
    (dict, DICT),
    (set, SET),
    (collections.deque, DEQUE),
    (bytearray, BYTES),
    # Containers that the standard library writes in Python, whose insides are not instrumented.
    (collections.UserList, LIST),
    (collections.UserDict, DICT),
    (collections.ChainMap, DICT),
    (weakref.WeakValueDictionary, DICT),
    (weakref.WeakKeyDictionary, DICT),
    (weakref.WeakSet, SET),
    (type(os.environ), DICT),
)

MUTATING_FUNCTIONS = tuple(
    getattr(module, name)
    for module, names in (
        (heapq, ("heappush", "heappop", "heapify", "heapreplace", "heappushpop")),
        (bisect, ("insort", "insort_left", "insort_right")),
    )
    for name in names
)
"""Functions written in C that change the list given as their first argument."""


class Effect(NamedTuple):
    """What a method does.

    Attributes:
        item: Kind of the access to one item, -1 for none.
        whole: Kind of the access to the container.
        reads_argument: Whether the first argument is read as a whole.
    """

    item: int
    whole: int
    reads_argument: bool = False


_READ_ITEM = Effect(Kind.READ, Kind.ITEM_READ)
_CHANGE_ITEM = Effect(Kind.WRITE, Kind.SHAPE_WRITE)
_REPLACE_ITEM = Effect(Kind.WRITE, Kind.ITEM_WRITE)
_READ_ALL = Effect(-1, Kind.ALL_READ)
_READ_SHAPE = Effect(-1, Kind.SHAPE_READ)
_CHANGE_ALL = Effect(-1, Kind.ALL_WRITE)
_MERGE = Effect(-1, Kind.ALL_WRITE, reads_argument=True)


def _table(**groups: tuple[Effect, str]) -> dict[str, Effect]:
    return {name: effect for effect, names in groups.values() for name in names.split()}


_METHODS: dict[int, dict[str, Effect]] = {
    LIST: _table(
        end=(_CHANGE_ITEM, "append"),
        merge=(_MERGE, "extend __iadd__"),
        change=(
            _CHANGE_ALL,
            "insert remove sort reverse clear __setitem__ __delitem__ __imul__ __init__",
        ),
        shape=(_READ_SHAPE, "__len__"),
        read=(
            _READ_ALL,
            (
                "index count copy __getitem__ __contains__ __iter__ __reversed__ __eq__ __ne__ __lt__ __le__"
                " __gt__ __ge__ __add__ __mul__ __rmul__ __repr__"
            ),
        ),
    ),
    DICT: _table(
        get=(_READ_ITEM, "get __getitem__ __contains__"),
        put=(_CHANGE_ITEM, "setdefault pop __setitem__ __delitem__ __missing__"),
        change=(_CHANGE_ALL, "popitem clear move_to_end"),
        merge=(_MERGE, "update subtract __ior__ __init__"),
        shape=(_READ_SHAPE, "__len__ __iter__ __reversed__"),
        read=(
            _READ_ALL,
            "copy most_common elements total __eq__ __ne__ __or__ __ror__ __repr__",
        ),
    ),
    SET: _table(
        has=(_READ_ITEM, "__contains__"),
        put=(_CHANGE_ITEM, "add discard remove"),
        change=(_CHANGE_ALL, "pop clear"),
        merge=(
            _MERGE,
            (
                "update difference_update intersection_update symmetric_difference_update"
                " __ior__ __iand__ __isub__ __ixor__ __init__"
            ),
        ),
        shape=(_READ_SHAPE, "__len__ __iter__"),
        read=(
            _READ_ALL,
            (
                "copy union difference intersection symmetric_difference isdisjoint issubset issuperset"
                " __or__ __and__ __sub__ __xor__ __eq__ __ne__ __le__ __lt__ __ge__ __gt__ __repr__"
            ),
        ),
    ),
    DEQUE: _table(
        change=(
            _CHANGE_ALL,
            (
                "append appendleft pop popleft insert remove reverse rotate clear"
                " __setitem__ __delitem__ __imul__"
            ),
        ),
        merge=(_MERGE, "extend extendleft __iadd__"),
        shape=(_READ_SHAPE, "__len__"),
        read=(_READ_ALL, "count index copy __getitem__ __contains__ __iter__ __eq__ __repr__"),
    ),
    BYTES: _table(
        change=(
            _CHANGE_ALL,
            "append extend insert pop remove reverse clear __setitem__ __delitem__ __iadd__ __imul__",
        ),
        shape=(_READ_SHAPE, "__len__"),
    ),
}

_LIST_POP = _CHANGE_ITEM
_LIST_POP_AT = _CHANGE_ALL


def family_of(cls: type) -> int:
    """The family of containers to which the instances of a class belong.

    Args:
        cls: Any class.

    Returns:
        LIST, DICT, SET, DEQUE, BYTES or 0.
    """
    for base, family in _FAMILIES:
        if issubclass(cls, base):
            return family
    return 0


def effect_of(family: int, name: str, arguments: int) -> Effect | None:
    """What a method does to its container.

    Args:
        family: The family of the container.
        name: The method's name.
        arguments: How many arguments it is called with, at most 2 are counted.

    Returns:
        The effect, or None for a method that touches no shared data.
    """
    if family == LIST and name == "pop":
        return _LIST_POP_AT if arguments else _LIST_POP
    effect = _METHODS[family].get(name)
    if effect is None and family == BYTES and not name.startswith("__"):
        return _READ_ALL
    return effect
