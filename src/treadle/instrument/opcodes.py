"""What differs between CPython 3.11, 3.12 and 3.13 in the instructions that are looked at or inserted.

The stack around a call, top last::

    3.11, 3.12   [NULL, callable, a1 ... an]        [function, self, a1 ... an] for a method
    3.13         [callable, NULL, a1 ... an]        [function, self, a1 ... an] for a method

The slot that is never NULL is the second in 3.11 and 3.12 and the first in 3.13. A NULL that is copied into
the arguments of a hook crashes the interpreter, so only that slot is ever copied.

An inserted call never pushes a NULL of its own: it leaves the hook in the lower slot and its first argument
in the upper one, which is the layout of a method call in all three versions, and saves an instruction.

Instructions without a location take that of the instruction before them when the code is assembled. So the
ones below can be shared by all insertions: only the first of each insertion carries a location.
"""

from __future__ import annotations

import sys
from functools import cache

from bytecode import Instr, Label
from bytecode.instr import InstrLocation

PY312 = sys.version_info >= (3, 12)
PY313 = sys.version_info >= (3, 13)

CALLABLE_BELOW = 2 if PY313 else 1
"""How many slots below its first argument a call has the slot that is never NULL."""

LOAD_CELL = "LOAD_FAST" if PY313 else "LOAD_CLOSURE"
"""The instruction that pushes a cell itself instead of what it holds."""

CALL_START = "CALL" if PY312 else "PRECALL"
"""The first instruction of a call, unless ``KW_NAMES`` comes before it."""

METHOD_LOAD = "LOAD_ATTR" if PY312 else "LOAD_METHOD"
"""The instruction that loads a method into two slots (in 3.12 and later only when flagged)."""

TRUTH_TESTS: tuple[str, ...]
"""Instructions that may ask an object for its truth."""

if PY313:  # one instruction asks; jumps and `not` see nothing but bools
    TRUTH_TESTS = ("TO_BOOL",)
elif PY312:
    TRUTH_TESTS = ("UNARY_NOT", "POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE")
else:
    TRUTH_TESTS = (
        "UNARY_NOT",
        "POP_JUMP_FORWARD_IF_TRUE",
        "POP_JUMP_FORWARD_IF_FALSE",
        "POP_JUMP_BACKWARD_IF_TRUE",
        "POP_JUMP_BACKWARD_IF_FALSE",
        "JUMP_IF_TRUE_OR_POP",
        "JUMP_IF_FALSE_OR_POP",
    )

BOOL_RESULTS = frozenset(
    {
        "COMPARE_OP",
        "IS_OP",
        "CONTAINS_OP",
        "UNARY_NOT",
        "TO_BOOL",
        "CHECK_EXC_MATCH",
        "MATCH_MAPPING",
        "MATCH_SEQUENCE",
        # What __exit__ returned: a bool in all but name, and nobody else holds it.
        "WITH_EXCEPT_START",
    }
)
"""Instructions after which a truth test asks nobody."""

FUSED = frozenset({"LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST"})
"""Two instructions in one, at the position of the first."""

OPERATORS = ("+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^")
"""The signs of ``BINARY_OP``, by its argument; the in-place ones follow in the same order."""

COMPARISONS = ("<", "<=", "==", "!=", ">", ">=")
"""The signs of ``COMPARE_OP``, by the low four bits of its argument."""

POP_TOP = Instr("POP_TOP")


def skip_unless(guard: object, target: Label, location: InstrLocation | None) -> tuple[Instr, ...]:
    """The instructions that jump to a label unless an object is true.

    Args:
        guard: The object whose truth is asked.
        target: Where to go on when it is false.
        location: The position of the instructions.
    """
    ask = Instr("LOAD_CONST", guard, location=location)
    if PY313:
        return (ask, Instr("TO_BOOL"), Instr("POP_JUMP_IF_FALSE", target))
    return (ask, Instr("POP_JUMP_IF_FALSE" if PY312 else "POP_JUMP_FORWARD_IF_FALSE", target))


@cache
def copy_slot(depth: int) -> Instr:
    """The instruction that copies the stack slot at a depth (1 is the top)."""
    return Instr("COPY", depth)


@cache
def call_hook(count: int) -> tuple[Instr, ...]:
    """The instructions that call a hook with so many arguments, all on the stack, and drop the result."""
    call = Instr("CALL", count - 1)  # the first argument lies in the slot of `self`
    if PY312:
        return (call, POP_TOP)
    return (Instr("PRECALL", count - 1), call, POP_TOP)


def split_method_load(load: Instr) -> tuple[Instr, ...] | None:
    """The instructions that load a method as one bound object and a NULL instead of as two slots.

    Args:
        load: A ``LOAD_METHOD``, ``LOAD_ATTR`` or ``LOAD_SUPER_ATTR``.

    Returns:
        The replacement; None when the instruction does not load a method.
    """
    argument = load.arg
    plain: Instr
    if load.name == "LOAD_METHOD":
        plain = Instr("LOAD_ATTR", argument, location=load.location)
    elif not isinstance(argument, tuple) or not argument[0]:
        return None
    else:
        plain = Instr(load.name, (False, *argument[1:]), location=load.location)
    if PY313:
        return (plain, Instr("PUSH_NULL"))
    return (plain, Instr("PUSH_NULL"), Instr("SWAP", 2))
