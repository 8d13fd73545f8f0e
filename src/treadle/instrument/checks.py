"""Where CPython with a GIL checks its eval breaker: only there can it suspend a running thread.

A thread that waits for the GIL sets a bit in the *eval breaker* of the one that has it; the interpreter looks
at it at a few places, and drops the GIL there if somebody wants it. Read in ``Python/ceval.c`` and
``Python/bytecodes.c``:

============================ ============================== ============================================
version                      place                          instruction
============================ ============================== ============================================
3.11, 3.12, 3.13             entering a function, and       RESUME 0 and 1 (not 2 and 3: after ``yield
                             resuming a generator           from`` and ``await``)
3.11, 3.12, 3.13             going back in a loop           JUMP_BACKWARD; in 3.11 also the taken
                                                            POP_JUMP_BACKWARD_IF_...
3.11, 3.12, 3.13             after calling something that   CALL, CALL_KW (3.13), CALL_FUNCTION_EX
                             is not a Python function
3.11                         after ``f(*args)``, whatever   CALL_FUNCTION_EX (from 3.12 on a Python function
                             ``f`` is                       is entered without leaving the interpreter)
3.10, besides                after every call               CALL_FUNCTION, CALL_METHOD, ...
3.10, besides                every jump that is taken,      POP_JUMP_IF_..., JUMP_ABSOLUTE
                             also forward
up to 3.9                    between any two instructions   (with few exceptions)
============================ ============================== ============================================

A comprehension is a function up to 3.11, so that entering it is a check; from 3.12 on it is not.

A call of a Python function checks on entering, in the callee, and not on coming back. A ``with`` has no check
after ``__enter__``; the normal way out is a call of ``__exit__``. The specialised forms of ``len``,
``isinstance``, ``type(x)`` and ``list.append`` do not check, but the unspecialised form that every call
starts as does; the model takes the latter. Calling a class is a call into C even where its ``__init__`` is
Python code. The check after ``__exit__`` was called with an exception is there for another reason: a thread
that waits for the lock which it releases gets that lock without the GIL.

What the model is wider than: where code was not rewritten (the standard library), there is a check before and
after all that it does. What it does not know: that C code behind anything but a call (an operator of a large
array, for example) may release the GIL; code that the garbage collector or a signal calls.

The hooks are inserted beside those of ``visible``, whose handlers are wrapped here. To know what is called,
methods are loaded as one bound object.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from bytecode import Instr, Label

from treadle.instrument.editor import Editor, Handler
from treadle.instrument.opcodes import PY312
from treadle.instrument.visible import HANDLERS


class Checks(enum.Enum):
    """Which checks of the eval breaker are hooked."""

    NONE = "none"  #: none: every visible operation is a scheduling point
    RUNNING = "running"  #: those of the running interpreter
    PY310 = "3.10"  #: those of the running interpreter, and those that only 3.10 makes


_AFTER_YIELD = 1
"""The largest argument of a ``RESUME`` that checks."""

_CALL_ENDS: Final = (
    "CALL",
    "CALL_KW",
    "CALL_FUNCTION_EX",
    "BEFORE_WITH",
    "WITH_EXCEPT_START",
)
"""The instructions after which a call is over."""

_OPPOSITES: Final = {
    "TRUE": "FALSE",
    "FALSE": "TRUE",
    "NONE": "NOT_NONE",
    "NOT_NONE": "NONE",
}


def _resume(editor: Editor, instruction: Instr) -> Sequence[Instr]:
    """Entering a function, or resuming a generator."""
    editor.put(instruction)
    assert isinstance(instruction.arg, int), instruction
    if instruction.arg & 3 <= _AFTER_YIELD:
        # On the line of the first statement: a tracer must not be told of another one before it.
        first = next(editor.rest()) if not instruction.arg else instruction
        editor.announce("check", first, operation="enter", at=instruction)
    return ()


def _jump(editor: Editor, instruction: Instr) -> None:
    """A jump that is always taken."""
    editor.announce(_hook_of(instruction), instruction, operation="jump")


def _hook_of(jump: Instr) -> str:
    """Later versions than 3.10 check only at jumps that go back."""
    return "check" if "BACKWARD" in jump.name else "check_310"


def _call_end(editor: Editor, instruction: Instr) -> Sequence[Instr]:
    """A call has come back, if it was not one of a comprehension."""
    visible = HANDLERS.get(instruction.name)
    if visible is not None:
        visible(editor, instruction)
    editor.put(instruction)
    if editor.called is not None:
        hook, site = editor.called
        editor.announce(hook, instruction, site=site)
        editor.called = None
    return ()


def _branch(editor: Editor, instruction: Instr) -> Sequence[Instr | Label]:
    """A conditional jump: turned round, so that the check comes only where it is taken."""
    visible = HANDLERS.get(instruction.name)
    if visible is not None:
        visible(editor, instruction)
    start, condition = instruction.name.split("IF_")
    other = f"{start.replace('BACKWARD', 'FORWARD')}IF_{_OPPOSITES[condition]}"
    is_back = "BACKWARD" in start
    passed = Label()
    target = instruction.arg
    assert isinstance(target, Label), instruction
    editor.put(Instr(other, passed, location=instruction.location))
    editor.announce(_hook_of(instruction), instruction, operation="jump")
    jump = "JUMP_BACKWARD" if is_back else "JUMP_FORWARD"
    editor.put(Instr(jump, target, location=instruction.location))
    return (passed,)


@cache
def handlers(checks: Checks) -> Mapping[str, Handler]:
    """What is done at each instruction.

    Args:
        checks: Which checks are hooked.

    Returns:
        A handler by the name of the instruction.
    """
    if checks is Checks.NONE:
        return HANDLERS
    branches = "POP_JUMP_" if PY312 else "POP_JUMP_FORWARD_"
    found: dict[str, Handler] = {
        **HANDLERS,
        "RESUME": _resume,
        "JUMP_BACKWARD": _jump,
        **dict.fromkeys(_CALL_ENDS, _call_end),
    }
    if not PY312:
        found |= {f"POP_JUMP_BACKWARD_IF_{condition}": _branch for condition in _OPPOSITES}
    if checks is Checks.PY310:
        found |= {f"{branches}IF_{condition}": _branch for condition in _OPPOSITES}
        found["JUMP_FORWARD"] = _jump
    return found
