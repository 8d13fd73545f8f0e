"""Which instructions are visible, and which operands their hooks are given.

One handler per instruction, by name. A handler announces the instruction through the :class:`Editor` and
returns its replacement, or None to leave it as it is. Depths count from the top of the stack, which is 1.

Not announced, because nothing shared can be behind it: reading a name that nobody stores, testing the truth
of what can only be a bool, unpacking and searching a constant, arithmetic with a number or string written in
the source, and the call of a comprehension.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bytecode import Instr
from bytecode.instr import CellVar, FreeVar

from treadle.instrument.calls import CALL_HANDLERS, operand_of
from treadle.instrument.editor import Editor, Handler
from treadle.instrument.names import BOUND_METHODS
from treadle.instrument.opcodes import (
    BOOL_RESULTS,
    COMPARISONS,
    FUSED,
    OPERATORS,
    TRUTH_TESTS,
    split_method_load,
)
from treadle.instrument.variables import is_reserved

_AFTER_YIELD: Final = 1
"""What ``RESUME`` has in the lowest bits of its argument where a ``yield`` goes on."""

_PLAIN_TYPES: Final = frozenset({bool, int, float, complex, str, type(None)})


def _argument_name(instruction: Instr) -> str:
    """The name in an instruction's argument, which may hold flags beside it."""
    argument = instruction.arg
    if isinstance(argument, tuple):
        argument = argument[-1]
    if isinstance(argument, (CellVar, FreeVar)):
        return argument.name
    assert isinstance(argument, str), instruction
    return argument


def _is_constant(before: Sequence[Instr]) -> bool:
    """Whether the operand on top of the stack was made from constants or on the spot."""
    return bool(before) and before[-1].name in {"LOAD_CONST", "BUILD_TUPLE"}


# Attributes.


def _load_attr(editor: Editor, instruction: Instr) -> Sequence[Instr] | None:
    """An attribute; of a method, both slots."""
    if editor.last is None or editor.last is not editor.super_call:
        editor.announce("load_attr", instruction, (1,), name=_argument_name(instruction))
    return _load_method(editor, instruction)


def _load_method(editor: Editor, instruction: Instr) -> Sequence[Instr] | None:
    """Where ``super().name`` is one instruction, the attribute of the class is not announced either."""
    name = _argument_name(instruction)
    editor.note_name(instruction, name)
    if editor.surroundings.has_checks or name in BOUND_METHODS:
        return split_method_load(instruction)
    return None


def _store_attr(editor: Editor, instruction: Instr) -> None:
    """With the stack [value, object]."""
    editor.announce("store_attr", instruction, (1, 2), name=_argument_name(instruction))


def _delete_attr(editor: Editor, instruction: Instr) -> None:
    """With the object on top."""
    editor.announce("delete_attr", instruction, (1,), name=_argument_name(instruction))


# Items, with the stack [container, key], [value, container, key] and [value, container, start, stop].


def _subscript(hook: str, *depths: int) -> Handler:
    """An item, or the items of a slice without a step."""
    slice_hook = hook.replace("item", "slice")

    def handle(editor: Editor, instruction: Instr) -> None:
        name = editor.container_name(instruction)
        before = editor.before
        is_slice = bool(before) and before[-1].name == "BUILD_SLICE" and before[-1].arg == 2
        if is_slice and hook != "delete_item":  # from 3.12 on there are instructions for this
            editor.announce(slice_hook, instruction, (2,), name=name)
        else:
            editor.announce(hook, instruction, depths, name=name)

    return handle


# Variables.


def _load_global(editor: Editor, instruction: Instr) -> None:
    """A global variable, if its name is shared."""
    name = _argument_name(instruction)
    if not editor.surroundings.is_import and name in editor.surroundings.shared_globals:
        editor.announce("load_global", instruction, name=name)
    editor.note_name(instruction, name)


def _store_global(editor: Editor, instruction: Instr) -> None:
    """A global variable, if its name is shared, with the value on top."""
    name = _argument_name(instruction)
    if not editor.surroundings.is_import and name in editor.surroundings.shared_globals:
        editor.announce("store_global", instruction, (1,), name=name)


def _delete_global(editor: Editor, instruction: Instr) -> None:
    """A global variable, if its name is shared."""
    name = _argument_name(instruction)
    if not editor.surroundings.is_import and name in editor.surroundings.shared_globals:
        editor.announce("delete_global", instruction, name=name)


def _load_name(editor: Editor, instruction: Instr) -> None:
    """A name in the body of a script is a global; elsewhere it is of a class."""
    if editor.surroundings.is_namespace_shared:
        _load_global(editor, instruction)
    else:
        editor.note_name(instruction, _argument_name(instruction))


def _store_name(editor: Editor, instruction: Instr) -> None:
    """As :func:`_load_name`."""
    if editor.surroundings.is_namespace_shared:
        _store_global(editor, instruction)


def _delete_name(editor: Editor, instruction: Instr) -> None:
    """As :func:`_load_name`."""
    if editor.surroundings.is_namespace_shared:
        _delete_global(editor, instruction)


def _cell(hook: str, *depths: int) -> Handler:
    """A variable that is shared with a nested function."""

    def handle(editor: Editor, instruction: Instr) -> None:
        cell = instruction.arg
        assert isinstance(cell, (CellVar, FreeVar)), instruction
        name = cell.name
        if name in editor.surroundings.shared_cells and not is_reserved(name):
            editor.announce(hook, instruction, depths, name=name, cell=cell)
            if hook == "load_cell":
                editor.note_name(instruction, name)

    return handle


# Iteration, truth, operators.


def _contains(editor: Editor, instruction: Instr) -> None:
    """With the stack [item, container]."""
    editor.take_name(instruction)
    if not _is_constant(editor.before):
        editor.announce("contains", instruction, (2, 1))


def _iterate(editor: Editor, instruction: Instr) -> None:
    """The iterable is on top, and the iterator replaces it."""
    operand = operand_of(editor, instruction)
    if instruction.name == "GET_ITER":
        editor.loop_at = operand
    elif editor.before and editor.before[-1].name not in FUSED:
        # `yield from` has its own position in all versions. Its steps are not announced: in 3.11 a step
        # jumps back to SEND, which a tracer is not told of; it would be told of an instruction before.
        operand = editor.before[-1]
    if not _is_constant(editor.before):
        editor.announce("iterate", instruction, (1,), name=editor.name_at(operand), at=operand)


def _advance(editor: Editor, instruction: Instr) -> None:
    """The iterator is on top, and stays there."""
    # A loop is at what it iterates over; a comprehension's first loop at the comprehension.
    is_loop = editor.last is not None and editor.last.name == "GET_ITER"
    at = editor.loop_at if is_loop else editor.last
    name = editor.name_at(at) if at else None
    # A comprehension that is a function of its own got the iterator as its argument, and keeps that.
    is_argument = editor.last is not None and editor.last.arg == ".0"
    operation = "advance_argument" if is_argument else "advance"
    editor.announce("advance", instruction, (1,), name=name, at=at, operation=operation)


def _pause(editor: Editor, instruction: Instr) -> None:
    """A generator gives a value; what it delegates to does so itself."""
    after = next(editor.rest(), None)
    if after is not None and after.name == "RESUME" and after.arg & 3 == _AFTER_YIELD:  # type: ignore[operator]
        _end(editor, instruction)


def _end(editor: Editor, instruction: Instr) -> None:
    """A generator ends, or a function."""
    if editor.is_generator:
        editor.announce("pause", instruction)


def _unpack(editor: Editor, instruction: Instr) -> None:
    """What is unpacked is on top."""
    if not _is_constant(editor.before):
        editor.announce("unpack", instruction, (1,))


def _match_keys(editor: Editor, instruction: Instr) -> None:
    """With the stack [mapping, keys]."""
    editor.announce("unpack", instruction, (2,))


def _truth(editor: Editor, instruction: Instr) -> None:
    """What is tested is on top, or its copy."""
    before = editor.before
    operand = instruction
    if before:
        is_copy = before[-1].name == "COPY" and len(before) > 1  # `a and b` tests a copy
        producer = before[-2] if is_copy else before[-1]
        if producer.name in BOOL_RESULTS:
            return
        if producer.name == "LOAD_CONST" and isinstance(producer.arg, bool):
            return
        if producer.name not in FUSED:
            operand = producer
    editor.announce("truth", instruction, (1,), name=editor.name_at(operand), at=operand)


def _binary(editor: Editor, instruction: Instr) -> None:
    """With the stack [left, right]."""
    editor.take_name(instruction)
    number = instruction.arg
    assert isinstance(number, int), instruction
    is_inplace = number >= len(OPERATORS)
    sign = OPERATORS[number % len(OPERATORS)]
    # `items * 2` and `buffer % 2` read the container; no other operator takes one and a plain constant.
    if sign == "%" or not _is_plain_operand(editor) or (sign == "*" and _is_whole_number(editor)):
        editor.announce(
            "operate",
            instruction,
            (2, 1),
            name=f"{sign}=" if is_inplace else sign,
            operation="inplace" if is_inplace else "binary",
        )


def _compare(editor: Editor, instruction: Instr) -> None:
    """With the stack [left, right]."""
    editor.take_name(instruction)
    number = instruction.arg
    assert isinstance(number, int), instruction
    if not _is_plain_operand(editor):
        sign = COMPARISONS[number & 15]
        editor.announce("operate", instruction, (2, 1), name=sign, operation="compare")


def _is_plain_operand(editor: Editor) -> bool:
    """Whether the right operand is a number, string or None written in the source."""
    before = editor.before
    return bool(before) and before[-1].name == "LOAD_CONST" and type(before[-1].arg) in _PLAIN_TYPES


def _is_whole_number(editor: Editor) -> bool:
    """Whether the right operand, a constant, is one that a sequence can be repeated by."""
    return isinstance(editor.before[-1].arg, int)


HANDLERS: Final[dict[str, Handler]] = {
    "LOAD_ATTR": _load_attr,
    "LOAD_METHOD": _load_attr,
    "LOAD_SUPER_ATTR": _load_method,
    "STORE_ATTR": _store_attr,
    "DELETE_ATTR": _delete_attr,
    "BINARY_SUBSCR": _subscript("load_item", 2, 1),
    "STORE_SUBSCR": _subscript("store_item", 2, 1, 3),
    "DELETE_SUBSCR": _subscript("delete_item", 2, 1),
    "BINARY_SLICE": _subscript("load_slice", 3),
    "STORE_SLICE": _subscript("store_slice", 3),
    "LOAD_GLOBAL": _load_global,
    "STORE_GLOBAL": _store_global,
    "DELETE_GLOBAL": _delete_global,
    "LOAD_NAME": _load_name,
    "STORE_NAME": _store_name,
    "DELETE_NAME": _delete_name,
    "LOAD_DEREF": _cell("load_cell"),
    "LOAD_CLASSDEREF": _cell("load_cell"),
    "LOAD_FROM_DICT_OR_DEREF": _cell("load_cell"),
    "STORE_DEREF": _cell("store_cell", 1),
    "DELETE_DEREF": _cell("delete_cell"),
    "CONTAINS_OP": _contains,
    "GET_ITER": _iterate,
    "GET_YIELD_FROM_ITER": _iterate,
    "FOR_ITER": _advance,
    "YIELD_VALUE": _pause,
    "RETURN_VALUE": _end,
    "RETURN_CONST": _end,
    "UNPACK_SEQUENCE": _unpack,
    "UNPACK_EX": _unpack,
    "LIST_EXTEND": _unpack,
    "SET_UPDATE": _unpack,
    "DICT_UPDATE": _unpack,
    "DICT_MERGE": _unpack,
    "MATCH_KEYS": _match_keys,
    "BINARY_OP": _binary,
    "COMPARE_OP": _compare,
    **dict.fromkeys(TRUTH_TESTS, _truth),
    **CALL_HANDLERS,
}
"""What is done at each visible instruction."""
