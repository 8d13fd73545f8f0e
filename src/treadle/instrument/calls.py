"""Which operands of calls and ``with`` statements the hooks are given.

See ``opcodes`` for the layout of the stack around a call. A hook call must not come between ``KW_NAMES`` and
the call it belongs to, nor between the ``PRECALL`` and ``CALL`` of 3.11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bytecode import Instr

from treadle.instrument.editor import Editor, Handler
from treadle.instrument.opcodes import CALL_START, CALLABLE_BELOW, PY313

_CALLS: Final = ("call0", "call1", "call2")


def operand_of(editor: Editor, instruction: Instr) -> Instr:
    """The instruction whose position is that of the single operand.

    Up to 3.12 loops and ``with`` have the position of the whole statement; the operand was made by the
    instruction before.
    """
    return instruction if PY313 or not editor.before else editor.before[-1]


def _enter_with(editor: Editor, instruction: Instr) -> None:
    """``BEFORE_WITH``, with the manager on top."""
    manager = operand_of(editor, instruction)
    editor.note_manager(instruction, manager)
    name = editor.name_at(manager)
    editor.announce("enter_with", instruction, (1,), name=name, at=manager)
    editor.announce_call("entering_with", instruction, 1, name=name, at=manager)


def _leave_with(editor: Editor, instruction: Instr) -> None:
    """``WITH_EXCEPT_START``, with the stack [__exit__, instruction, earlier exception, exception]."""
    at = editor.next_manager(instruction)
    editor.announce("call1", instruction, (4, 1), name="__exit__", at=at)
    editor.announce_call("entering", instruction, 4, name="__exit__", at=at)


def _call(editor: Editor, instruction: Instr) -> None:
    """``CALL`` or, in 3.11, the ``PRECALL`` before it."""
    before = editor.before
    if before and before[-1].name == "KW_NAMES":
        return  # announced there
    count = instruction.arg
    assert isinstance(count, int), instruction
    if count == 0 and before and before[-1].name == "GET_ITER":
        editor.take_name(instruction)  # a comprehension
    elif count == 0 and editor.is_asserting and _is_raised(editor):
        editor.take_name(instruction)  # AssertionError(message)
        editor.check_after(instruction)
        editor.is_asserting = False
    elif count == 2 and _is_exit(before):
        # [__exit__, None, None, None]: the end of a `with` block.
        at = editor.next_manager(instruction)
        editor.announce("call2", instruction, (4, 2, 1), name="__exit__", at=at)
        editor.announce_call("entering", instruction, 4, name="__exit__", at=at)
    else:
        _announce_call(editor, instruction, count, count)


def _is_exit(before: Sequence[Instr]) -> bool:
    """Whether the last three instructions push the arguments of ``__exit__``."""
    return len(before) >= 3 and all(i.name == "LOAD_CONST" and i.arg is None for i in before[-3:])


def _is_raised(editor: Editor) -> bool:
    """Whether what the present call makes is raised at once."""
    return next((i.name for i in editor.rest() if i.name != "CALL"), None) == "RAISE_VARARGS"


def _assert(editor: Editor, _: Instr) -> None:
    """``LOAD_ASSERTION_ERROR``: the message and a call of the exception follow."""
    editor.is_asserting = True


def _keyword_names(editor: Editor, instruction: Instr) -> None:
    """``KW_NAMES``: belongs to the next call, so that the hook call has to come before it."""
    call = next(later for later in editor.rest() if later.name == CALL_START)
    keywords = instruction.arg
    assert isinstance(call.arg, int), call
    assert isinstance(keywords, tuple), instruction
    _announce_call(editor, call, call.arg, call.arg - len(keywords))


def _call_with_keywords(editor: Editor, instruction: Instr) -> None:
    """``CALL_KW``: the tuple of keywords lies above the arguments."""
    count = instruction.arg
    keywords = editor.before[-1].arg if editor.before else None
    assert isinstance(count, int), instruction
    positional = count - len(keywords) if isinstance(keywords, tuple) else 0
    _announce_call(editor, instruction, count, positional, above=1)


def _announce_call(
    editor: Editor, instruction: Instr, count: int, positional: int, above: int = 0
) -> None:
    """Announce a call with so many arguments, of which so many are positional."""
    name = editor.take_name(instruction)
    if name == "super":  # makes an object of this thread's own; see _load_method
        calls = (later for later in editor.rest() if later.name == "CALL")
        editor.super_call = instruction if instruction.name == "CALL" else next(calls)
        editor.check_after(instruction, name=name)
        return
    first = count + above
    depths = (first + CALLABLE_BELOW, first, first - 1)
    shown = min(positional, 2)
    editor.announce(_CALLS[shown], instruction, depths[: shown + 1], name=name)
    if count == 0 and editor.before and editor.before[-1].name == "MAKE_FUNCTION":
        editor.check_after(instruction)  # a decorator, which lies where nothing may be copied
    else:
        editor.announce_call("entering", instruction, depths[0], name=name)


def _call_unpacked(editor: Editor, instruction: Instr) -> None:
    """``CALL_FUNCTION_EX``, with the positional arguments and perhaps the keyword ones on top."""
    flags = instruction.arg
    assert isinstance(flags, int), instruction
    arguments = 1 + (flags & 1)
    name = editor.take_name(instruction)
    below = arguments + CALLABLE_BELOW
    editor.announce("call_ex", instruction, (below, arguments), name=name)
    editor.announce_call("entering_ex", instruction, below, name=name)


CALL_HANDLERS: Final[dict[str, Handler]] = {
    "CALL_FUNCTION_EX": _call_unpacked,
    "CALL_KW": _call_with_keywords,
    "KW_NAMES": _keyword_names,
    CALL_START: _call,
    "LOAD_ASSERTION_ERROR": _assert,
    "BEFORE_WITH": _enter_with,
    "WITH_EXCEPT_START": _leave_with,
}
"""What is done at each instruction that has to do with a call."""
