"""Which operations on an object run Python code that was not rewritten.

Under the GIL such code matters although its accesses are not seen: it checks the eval breaker wherever
rewritten code would, so that between reading a counter and storing it plus a ``Fraction`` another thread can
run. The answer is a bit mask by type, so that the hooks can keep it.
"""

from __future__ import annotations

from types import FunctionType

from treadle.instrument.rewrite import is_instrumented

OPERATE = 1
"""Arithmetic and comparison."""
TRUTH = 2
"""The truth of an object."""
CONTAIN = 4
"""``in``."""
ITEM = 8
"""Subscripts."""
ITERATE = 16
"""Asking for an iterator, and for its next item."""
ATTRIBUTE = 32
"""Attributes that are computed."""

_ARITHMETIC = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift",
    "and", "xor", "or",
)  # fmt: skip
_NAMES: dict[str, int] = {
    **{f"__{side}{name}__": OPERATE for name in _ARITHMETIC for side in ("", "r", "i")},
    **dict.fromkeys(("__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"), OPERATE),
    "__bool__": TRUTH,
    "__len__": TRUTH,
    "__contains__": CONTAIN,
    "__getitem__": ITEM | CONTAIN | ITERATE,
    "__setitem__": ITEM,
    "__delitem__": ITEM,
    "__missing__": ITEM,
    "__iter__": ITERATE | CONTAIN,
    "__next__": ITERATE | CONTAIN,
    "__getattr__": ATTRIBUTE,
    "__getattribute__": ATTRIBUTE,
    "__setattr__": ATTRIBUTE,
    "__delattr__": ATTRIBUTE,
}


def foreign_operations(cls: type) -> int:
    """The operations on the instances of a class that run Python code which was not rewritten.

    Args:
        cls: Any class; its code in scope was rewritten already.

    Returns:
        A sum of the constants above, 0 for none.
    """
    found = 0
    for base in cls.__mro__:
        for name, bits in _NAMES.items():
            if is_foreign(base.__dict__.get(name)):
                found |= bits
    return found


def is_foreign(function: object) -> bool:
    """Whether something is a Python function that was not rewritten, or a property that runs one.

    Args:
        function: What stands in the namespace of a class.

    Returns:
        True when it is.
    """
    if type(function) is property:
        parts = (function.fget, function.fset, function.fdel)
        return any(is_foreign(part) for part in parts)
    return type(function) is FunctionType and not is_instrumented(function.__code__)
