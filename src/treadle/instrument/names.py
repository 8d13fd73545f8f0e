"""Method names that may be calls on a built-in container.

A method call is compiled to a load that leaves the function and the object in two stack slots. Only one of
them can be copied safely (the other may be NULL), and which one differs between versions. Where the name is
one of these, the rewriter makes it a plain attribute load, so that the slot to copy holds the bound method:
the hook sees ``list.append`` *and* the list. All other names keep the fast load.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque

CONTAINER_TYPES: tuple[type, ...] = (
    list,
    dict,
    set,
    frozenset,
    deque,
    bytearray,
    OrderedDict,
    defaultdict,
    Counter,
)
"""The built-in containers whose method calls are visible accesses."""

ATTRIBUTE_METHODS = frozenset({"__setattr__", "__getattribute__", "__delattr__"})
"""Methods that access an attribute: ``object.__setattr__(self, name, value)`` in a frozen class, say."""

BOUND_METHODS: frozenset[str] = (
    frozenset(
        name
        for container in CONTAINER_TYPES
        for name in dir(container)
        if callable(getattr(container, name))
    )
    - frozenset(dir(object))
    - {"__class_getitem__"}
) | ATTRIBUTE_METHODS
"""Names whose method load is made a plain attribute load."""
