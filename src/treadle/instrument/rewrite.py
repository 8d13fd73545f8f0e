"""Rewriting code objects: a whole tree at a time, each one once.

:func:`instrument_code` is the pure form. :class:`Rewriter` adds the memory of a process: a code object is
rewritten once, whoever asks, and so is one that compares equal (a module that is imported again for the next
execution, the ``__init__`` that ``dataclass`` compiles each time). Rewritten code is recognised by its last
constant, so telling it apart needs no table and no reference to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from opcode import opmap
from types import CodeType

from treadle.instrument.checks import Checks, handlers
from treadle.instrument.editor import INSTRUMENTED, Editor, Surroundings
from treadle.instrument.hook_table import HookTable
from treadle.instrument.variables import nested_codes, stored_cells

CO_OPTIMIZED = 1

_BY_NAME = frozenset(
    {  # visible only for some names, or not at all
        "LOAD_CLASSDEREF",
        "LOAD_DEREF",
        "LOAD_FROM_DICT_OR_DEREF",
        "LOAD_GLOBAL",
        "LOAD_NAME",
        "STORE_NAME",
        "DELETE_NAME",
        "STORE_DEREF",
        "DELETE_DEREF",
    }
)
_ALWAYS_VISIBLE = frozenset(
    opmap[name] for name in handlers(Checks.NONE) if name in opmap and name not in _BY_NAME
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A code object that was left as it is.

    Args:
        module: The name of its module.
        function: Its qualified name.
        filename: Its file name.
        line: Its first line.
        reason: Why it could not be rewritten.
    """

    module: str
    function: str
    filename: str
    line: int
    reason: str


def is_instrumented(code: CodeType) -> bool:
    """Whether a code object was made by a rewriter."""
    constants = code.co_consts
    return bool(constants) and constants[-1] is INSTRUMENTED


def instrument_code(
    code: CodeType,
    hooks: HookTable,
    module_name: str,
    global_names: frozenset[str],
    is_script: bool = False,
    *,
    cell_names: frozenset[str] = frozenset(),
    checks: Checks = Checks.NONE,
    on_failure: Callable[[CodeType, Exception], None] | None = None,
) -> CodeType:
    """Insert hook calls into a code object and all code nested in it.

    Args:
        code: The code of a module, script or function.
        hooks: The hooks, and the factory of sites.
        module_name: The name of the module, for the sites.
        global_names: The global names whose accesses are visible.
        is_script: Whether this is the body of a script, whose top level runs beside its threads.
        cell_names: The free variables of ``code`` that are known to be stored outside it.
        checks: Which checks of the eval breaker are hooked.
        on_failure: Told of a code object that cannot be rewritten and is left alone; without it the error
            is raised.

    Returns:
        The rewritten code object; ``code`` itself if it was rewritten before.
    """
    if is_instrumented(code):
        return code
    pairs = _rewrite_tree(
        code, hooks, module_name, global_names, is_script, cell_names, checks, on_failure
    )
    return pairs[id(code)][1]


def _rewrite_tree(
    code: CodeType,
    hooks: HookTable,
    module_name: str,
    global_names: frozenset[str],
    is_script: bool,
    cell_names: frozenset[str],
    checks: Checks,
    on_failure: Callable[[CodeType, Exception], None] | None,
) -> dict[int, tuple[CodeType, CodeType]]:
    """Rewrite a code object and all nested in it; gives each and its new form, by ``id``."""
    cells = stored_cells(code, cell_names)
    pairs: dict[int, tuple[CodeType, CodeType]] = {}
    rewritten: dict[int, CodeType] = {}

    def visit(code: CodeType, surroundings: Surroundings) -> None:
        inner = replace(surroundings, is_namespace_shared=False, is_import=False)
        for nested in nested_codes(code):
            visit(nested, inner)
        own = replace(surroundings, shared_cells=cells[id(code)])
        try:
            result = _edit(code, hooks, own, rewritten, checks)
        except Exception as error:
            if on_failure is None:
                raise
            on_failure(code, error)
            result = code
        rewritten[id(code)] = result
        pairs[id(code)] = (code, result)

    is_function = bool(code.co_flags & CO_OPTIMIZED)
    visit(
        code,
        Surroundings(
            module=module_name,
            shared_globals=global_names,
            is_namespace_shared=is_script,
            is_import=not is_script and not is_function,
            has_checks=checks is not Checks.NONE,
            has_310=checks is Checks.PY310,
        ),
    )
    return pairs


def _edit(
    code: CodeType,
    hooks: HookTable,
    surroundings: Surroundings,
    replaced: dict[int, CodeType],
    checks: Checks,
) -> CodeType:
    """Rewrite one code object, those nested in it being done."""
    names = surroundings.shared_globals.union(surroundings.shared_cells)
    if (
        checks is Checks.NONE
        and _ALWAYS_VISIBLE.isdisjoint(code.co_code[::2])
        and names.isdisjoint(code.co_names)
        and names.isdisjoint(code.co_cellvars)
        and names.isdisjoint(code.co_freevars)
    ):
        # Nothing to insert: much quicker than taking the code apart.
        constants = [replaced.get(id(value), value) for value in code.co_consts]
        return code.replace(co_consts=(*constants, INSTRUMENTED))
    return Editor(code, hooks, surroundings, replaced).edit(handlers(checks))


class Rewriter:
    """Rewrites code objects with one table of hooks, each once.

    Args:
        hooks: The hooks, and the factory of sites.
        checks: Which checks of the eval breaker are hooked.
    """

    def __init__(self, hooks: HookTable, checks: Checks = Checks.NONE) -> None:
        self.failures: list[Failure] = []
        self._checks = checks
        self._hooks = hooks
        self._known: dict[int, tuple[CodeType, CodeType]] = {}
        self._equal: dict[tuple[str, str, bool, CodeType], CodeType] = {}

    def known(self, code: CodeType) -> CodeType | None:
        """The rewritten form of a code object that was seen before.

        Args:
            code: The code object.

        Returns:
            The rewritten code object, ``code`` itself if that was impossible, None if it is new.
        """
        pair = self._known.get(id(code))
        return None if pair is None else pair[1]

    def rewrite(
        self,
        code: CodeType,
        module_name: str,
        global_names: frozenset[str],
        *,
        is_script: bool = False,
        cell_names: frozenset[str] = frozenset(),
    ) -> CodeType:
        """The rewritten form of a code object, as :func:`instrument_code`, made when first asked for.

        Args:
            code: The code of a module, script or function.
            module_name: The name of the module, for the sites.
            global_names: The global names whose accesses are visible.
            is_script: Whether this is the body of a script.
            cell_names: The free variables of ``code`` that are known to be stored outside it.

        Returns:
            The rewritten code object; ``code`` itself where that was impossible, see ``failures``.
        """
        if is_instrumented(code):
            return code
        known = self.known(code)
        if known is not None:
            return known
        # Code objects compare by content, but for the file name. An equal one is not remembered by
        # identity: there may be one for every execution.
        key = (code.co_filename, module_name, is_script, code)
        equal = self._equal.get(key)
        if equal is not None:
            return equal

        def record(code: CodeType, error: Exception) -> None:
            reason = f"{type(error).__name__}: {error}"
            self.failures.append(
                Failure(
                    module_name, code.co_qualname, code.co_filename, code.co_firstlineno, reason
                )
            )

        pairs = _rewrite_tree(
            code,
            self._hooks,
            module_name,
            global_names,
            is_script,
            cell_names,
            self._checks,
            record,
        )
        self._known.update(pairs)
        result = pairs[id(code)][1]
        self._equal[key] = result
        return result
