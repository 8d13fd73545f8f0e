"""Inserting hook calls into one code object.

The code is taken apart by the ``bytecode`` library, walked once, and put together again. Before a visible
instruction its operands are copied from the stack and handed to the hook with the site::

    LOAD_CONST guard;  jump behind POP_TOP if that is false
    LOAD_CONST hook;  COPY operand ...;  LOAD_CONST site;  CALL;  POP_TOP

Nothing else changes. Variables keep their order, entries of the exception table the stack depth that the
compiler gave them (an insertion leaves the stack as it found it), and each inserted instruction has the
location of the one it precedes. So the library's own analysis of the stack, the slow half of assembling, is
not needed: the stack only gets room for the deepest insertion.

Which instructions are visible is not known here: ``visible`` has a handler for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import CO_GENERATOR
from itertools import islice
from types import CodeType
from typing import Any

from bytecode import Bytecode, Instr, Label
from bytecode.instr import CellVar, FreeVar, SetLineno, TryBegin, TryEnd

from treadle.instrument.hook_table import HookTable
from treadle.instrument.opcodes import LOAD_CELL, call_hook, copy_slot, skip_unless
from treadle.instrument.variables import INLINE_COMPREHENSIONS

Location = tuple[int, int, int, int]
"""Line, end line, column and end column; columns are -1 when unknown."""

Handler = Callable[["Editor", Instr], Sequence[Instr | Label] | None]
"""Announces an instruction; returns what to put in its place, None to leave it."""

_SPECIAL_CALLS = frozenset({"BEFORE_WITH", "WITH_EXCEPT_START"})
"""Calls that are parts of other instructions."""

_JUMP_PASSES = 100  # the library's 10 may not do for a function with many long jumps


class _Instrumented:
    """The mark of rewritten code."""

    __slots__ = ()


INSTRUMENTED = _Instrumented()
"""The last constant of every rewritten code object, by which it is recognised."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a code object does not tell about itself.

    Args:
        module: The name of its module.
        shared_globals: The global names whose accesses are visible.
        shared_cells: The cell and free variables whose accesses are visible.
        is_namespace_shared: Whether the code is the body of a script: beside its top level run threads
            that use the same names.
        is_import: Whether the code is the body of an imported module, where no name is shared yet.
        has_checks: Whether the places are hooked where the interpreter checks its eval breaker.
        has_310: Whether those are hooked too where only 3.10 does so: after every call, whatever was called.
    """

    module: str
    shared_globals: frozenset[str] = frozenset()
    shared_cells: frozenset[str] = frozenset()
    is_namespace_shared: bool = False
    is_import: bool = False
    has_checks: bool = False
    has_310: bool = False


class Editor:
    """Rewrites one code object.

    Args:
        code: The code object.
        hooks: The hooks to insert calls to.
        surroundings: What else has to be known of it.
        replaced: The rewritten code objects for those nested in it, by ``id`` of the original.
    """

    def __init__(
        self,
        code: CodeType,
        hooks: HookTable,
        surroundings: Surroundings,
        replaced: Mapping[int, CodeType],
    ) -> None:
        self.surroundings = surroundings
        self.before: list[Instr] = []
        """The instructions just before the present one, back to the last one that is jumped to."""
        self.last: Instr | None = None
        """The instruction that stands before the present one."""
        self._code = code
        self._hooks = hooks
        self._replaced = replaced
        self._function = _readable_name(code)
        self.is_generator = bool(code.co_flags & CO_GENERATOR)
        """Whether the code is the body of a generator."""
        self._output: list[Instr | Label | TryBegin | TryEnd | SetLineno] = []
        self.super_call: Instr | None = None
        """The last ``CALL`` of ``super``."""
        self.is_asserting = False
        """Whether the message of an ``assert`` comes next."""
        self.loop_at: Instr | None = None
        """The instruction that produced what the last ``GET_ITER`` iterates over."""
        self.called: tuple[str, Any] | None = None
        """The hook that comes after the present call, and its site."""
        self._managers: dict[Location, list[Instr]] = {}
        self._exits: Counter[tuple[Location, str]] = Counter()
        self._names: dict[tuple[int, int], str] = {}
        self._item_names: dict[Location, str | None] = {}
        self._room = 0
        self._source = Bytecode()
        self._index = 0

    def edit(self, handlers: Mapping[str, Handler]) -> CodeType:
        """Insert the hook calls.

        Args:
            handlers: What to do at an instruction, by its name.

        Returns:
            The rewritten code object.
        """
        code = self._code
        source = Bytecode.from_code(code, conserve_exception_block_stackdepth=True)
        self._source = source
        for index, item in enumerate(source):
            self._index = index
            if not isinstance(item, Instr):
                self._output.append(item)
                if isinstance(item, Label):
                    self.before.clear()
                continue
            handler = handlers.get(item.name)
            replacement = handler(self, item) if handler else None
            self._output.extend((item,) if replacement is None else replacement)
            self.before.append(item)
            self.last = item
        source[:] = self._output
        source.argnames = list(code.co_varnames)  # all of them: this keeps the order of the locals
        concrete = source.to_concrete_bytecode(
            compute_jumps_passes=_JUMP_PASSES, compute_exception_stack_depths=False
        )
        concrete.consts = [self._replaced.get(id(value), value) for value in concrete.consts]
        concrete.consts.append(INSTRUMENTED)
        return concrete.to_code(
            stacksize=code.co_stacksize + self._room, compute_exception_stack_depths=False
        )

    def announce(
        self,
        hook: str,
        instruction: Instr,
        depths: Sequence[int] = (),
        *,
        name: str | None = None,
        operation: str | None = None,
        cell: CellVar | FreeVar | None = None,
        at: Instr | None = None,
        site: Any = None,
    ) -> Any:
        """Insert the call of a hook.

        Args:
            hook: The hook's name.
            instruction: The instruction that is announced; it comes next.
            depths: Where the operands lie on the stack, in the order of the hook's arguments; 1 is the top.
            name: The attribute, variable or method concerned.
            operation: The operation of the site, when it is not the hook's name.
            cell: A cell to pass before the operands.
            at: The instruction at whose position the site is, when it is not the announced one.
            site: The site, where there is one already.

        Returns:
            The site.
        """
        site = site or self._site(operation or hook, name, self.position(at or instruction))
        function = getattr(self._hooks, hook)
        output = self._output
        end: Label | None = None
        guard = self._hooks.guard(hook)
        if guard is not None:
            end = Label()
            output.extend(skip_unless(guard, end, instruction.location))
        output.append(Instr("LOAD_CONST", function, location=instruction.location))
        pushed = 1
        if cell is not None:
            output.append(Instr(LOAD_CELL, cell))
            pushed += 1
        for depth in depths:
            output.append(copy_slot(depth + pushed))
            pushed += 1
        output.append(Instr("LOAD_CONST", site))
        output.extend(call_hook(pushed))
        if end is not None:
            output.append(end)
        self._room = max(self._room, pushed + 1)
        return site

    def announce_call(
        self,
        hook: str,
        instruction: Instr,
        depth: int,
        *,
        name: str | None = None,
        at: Instr | None = None,
    ) -> None:
        """Have the hook called, before and after a call, that knows whether the interpreter checks after it.

        Args:
            hook: The hook before the call.
            instruction: The instruction that begins the call.
            depth: Where that lies which is called.
            name: Its name.
            at: As for :meth:`announce`.
        """
        if self.surroundings.has_checks:
            site = self.announce(
                hook, instruction, (depth,), name=name, operation="returned", at=at
            )
            has_310 = self.surroundings.has_310 and instruction.name not in _SPECIAL_CALLS
            self.called = ("returned_310" if has_310 else "returned", site)

    def check_after(
        self, instruction: Instr, *, name: str | None = None, at: Instr | None = None
    ) -> None:
        """Hook the check after a call, after which the interpreter always makes one.

        Args:
            instruction: The instruction that begins the call.
            name: What is called.
            at: As for :meth:`announce`.
        """
        if self.surroundings.has_checks:
            place = self.position(at or instruction)
            self.called = ("check", self._site("returned", name, place))

    def put(self, item: Instr) -> None:
        """Let an instruction stand here; its handler puts others after it.

        Args:
            item: The instruction.
        """
        self._output.append(item)

    def _site(self, operation: str, name: str | None, position: Location) -> Any:
        return self._hooks.site(
            operation,
            name,
            self.surroundings.module,
            self._code.co_filename,
            self._function,
            *position,
        )

    def rest(self) -> Iterator[Instr]:
        """The instructions after the present one."""
        items = islice(self._source, self._index + 1, None)
        return (item for item in items if isinstance(item, Instr))

    def note_name(self, instruction: Instr, name: str) -> None:
        """Remember that the expression starting here is, so far, an attribute or variable."""
        self._names[self._start(instruction)] = name

    def name_at(self, instruction: Instr) -> str | None:
        """The attribute or variable that was loaded last by the expression starting here.

        Local variables have no part in this: whether their loads can be told apart depends on the version.
        """
        return self._names.get(self._start(instruction))

    def take_name(self, instruction: Instr) -> str | None:
        """As :meth:`name_at`; from now on the expression starting here is a result without a name."""
        return self._names.pop(self._start(instruction), None)

    def container_name(self, instruction: Instr) -> str | None:
        """The name of the container of a subscript; ``d[k] += 1`` asks twice for the same one."""
        position = self.position(instruction)
        if position not in self._item_names:
            self._item_names[position] = self.take_name(instruction)
        return self._item_names[position]

    def note_manager(self, entry: Instr, manager: Instr) -> None:
        """Remember the instruction that produced the manager of a ``with`` statement."""
        self._managers.setdefault(self.position(entry), []).append(manager)

    def next_manager(self, leaving: Instr) -> Instr:
        """The instruction that produced the manager that is left, one after the other from the last.

        In 3.11 all managers of a statement have the position of the whole statement.
        """
        position = self.position(leaving)
        managers = self._managers.get(position)
        if managers is None:
            return leaving
        count = self._exits[position, leaving.name]
        self._exits[position, leaving.name] += 1
        return managers[-1 - count % len(managers)]

    def position(self, instruction: Instr) -> Location:
        """Where an instruction is in the source."""
        location = instruction.location
        if location is None or location.lineno is None:
            line = self._code.co_firstlineno
            return line, line, -1, -1
        line = location.lineno
        if (
            location.end_lineno is None
            or location.col_offset is None
            or location.end_col_offset is None
        ):
            return line, line, -1, -1
        return line, location.end_lineno, location.col_offset, location.end_col_offset

    def _start(self, instruction: Instr) -> tuple[int, int]:
        """Where the expression of an instruction starts."""
        position = self.position(instruction)
        return position[0], position[2]


def _readable_name(code: CodeType) -> str:
    """The qualified name; of the function around it for a comprehension, which 3.12 compiles into it."""
    name = code.co_qualname
    while (parts := name.rpartition("."))[2] in INLINE_COMPREHENSIONS:
        name = parts[0].removesuffix(".<locals>") or "<module>"
    return name
