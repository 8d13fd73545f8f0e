"""Which variables of a code object can be shared: globals and cells that somebody stores.

A variable that is written once, before there is a second thread, cannot take part in a race. Hooks on every
read of every function, class and module by name would cost more than all other hooks together, so global
and cell accesses are instrumented by name, for the names these functions return.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from opcode import EXTENDED_ARG, opmap
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import Any

INLINE_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>"})
"""Names of code objects that 3.12 and later compile into the code around them."""

_STORE_GLOBAL = frozenset({opmap["STORE_GLOBAL"], opmap["DELETE_GLOBAL"]})
_STORE_CELL = frozenset({opmap["STORE_DEREF"], opmap["DELETE_DEREF"]})
_DEFINITIONS = (BuiltinFunctionType, FunctionType, ModuleType, type)


def nested_codes(code: CodeType) -> Iterator[CodeType]:
    """The code objects directly inside one: its functions, classes, comprehensions."""
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def is_reserved(name: str) -> bool:
    """Whether a name belongs to the interpreter (``__name__``) and is never shared data."""
    return name.startswith("__") and name.endswith("__")


def stored_globals(code: CodeType) -> frozenset[str]:
    """The global names that a code object, or code nested in it, stores by ``global``.

    Args:
        code: The outermost code object.

    Returns:
        The names, without reserved ones.
    """
    names = {code.co_names[arg] for arg in _arguments(code, _STORE_GLOBAL)}
    for nested in nested_codes(code):
        names |= stored_globals(nested)
    return frozenset(name for name in names if not is_reserved(name))


def script_globals(tree: ast.Module) -> frozenset[str]:
    """The names that a script stores at its top level other than by def, class and import.

    Args:
        tree: The script, parsed.

    Returns:
        The names, without reserved ones.
    """
    names: set[str] = set()
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                names.add(name)
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                names.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue  # a scope of its own
            case ast.comprehension(iter=iterable, ifs=conditions):
                pending += [iterable, *conditions]  # its target is its own
                continue
        pending += ast.iter_child_nodes(node)
    return frozenset(name for name in names if not is_reserved(name))


def loaded_globals(code: CodeType, namespace: Mapping[str, Any]) -> frozenset[str]:
    """The names used in a function of a loaded module whose value in the module is data.

    Args:
        code: The function's code.
        namespace: The function's globals.

    Returns:
        Names that are stored by the code, or whose value now is no function, class, module or builtin.
    """
    names = {name for name in _all_names(code) if not is_reserved(name)}
    return stored_globals(code) | {name for name in names if _is_data(name, namespace)}


def loaded_cells(code: CodeType, closure: Iterable[CellType]) -> frozenset[str]:
    """The free variables of an existing function whose value is data, as :func:`loaded_globals`.

    Args:
        code: The function's code.
        closure: The function's cells, in the order of ``co_freevars``.

    Returns:
        The names of cells that are empty or hold no function, class or module.
    """
    names = set()
    for name, cell in zip(code.co_freevars, closure, strict=True):
        try:
            if isinstance(cell.cell_contents, _DEFINITIONS):
                continue
        except ValueError:  # empty: somebody has yet to store it
            pass
        names.add(name)
    return frozenset(names)


def stored_cells(code: CodeType, outer: frozenset[str] = frozenset()) -> dict[int, frozenset[str]]:
    """The cell and free variables that somebody stores, for a code object and all code nested in it.

    Args:
        code: The outermost code object.
        outer: Those of its free variables that are known to be stored outside it.

    Returns:
        For each code object, by ``id``, the names of its variables that are stored somewhere.
    """
    stores = _cell_stores(code)
    result: dict[int, frozenset[str]] = {}

    def resolve(code: CodeType, inherited: frozenset[str]) -> None:
        own = stores[id(code)] & _captured(code) & frozenset(code.co_cellvars)
        shared = own | (inherited & frozenset(code.co_freevars))
        result[id(code)] = shared
        for nested in nested_codes(code):
            resolve(nested, shared)

    resolve(code, outer | stores[id(code)])
    return result


def _captured(code: CodeType) -> frozenset[str]:
    """The names that functions inside a code object take from outside.

    A list, set or dict comprehension is a function up to 3.11, but runs where it stands.
    """
    names: set[str] = set()
    for nested in nested_codes(code):
        free = frozenset(nested.co_freevars)
        names |= _captured(nested) & free if nested.co_name in INLINE_COMPREHENSIONS else free
    return frozenset(names)


def _cell_stores(code: CodeType) -> dict[int, frozenset[str]]:
    """For a code object and all code nested in it, the variables that it and its nested code store."""
    slots = _variable_slots(code)
    names = {slots[arg] for arg in _arguments(code, _STORE_CELL)}
    result: dict[int, frozenset[str]] = {}
    for nested in nested_codes(code):
        result |= _cell_stores(nested)
        names |= result[id(nested)] & frozenset(nested.co_freevars)
    result[id(code)] = frozenset(names)
    return result


def _variable_slots(code: CodeType) -> tuple[str, ...]:
    """The names of a frame's variables in the order of its slots; a captured parameter has one slot."""
    parameters = frozenset(code.co_varnames)
    cells = tuple(name for name in code.co_cellvars if name not in parameters)
    return code.co_varnames + cells + code.co_freevars


def _all_names(code: CodeType) -> set[str]:
    """The names of globals and attributes that a code object and those nested in it use."""
    names = set(code.co_names)
    for nested in nested_codes(code):
        names |= _all_names(nested)
    return names


def _is_data(name: str, namespace: Mapping[str, Any]) -> bool:
    """Whether a global variable is missing or holds anything but a definition."""
    try:
        value = namespace[name]
    except KeyError:
        return not hasattr(builtins, name)
    return not issubclass(type(value), _DEFINITIONS)


def _arguments(code: CodeType, opcodes: frozenset[int]) -> Iterator[int]:
    """The arguments of those instructions of a code object that have one of the opcodes."""
    content = code.co_code
    extended = 0
    for position in range(0, len(content), 2):
        opcode = content[position]
        argument = content[position + 1] | extended
        extended = argument << 8 if opcode == EXTENDED_ARG else 0
        if opcode in opcodes:
            yield argument
