"""The program under test: how it is named on the command line, and how it is loaded.

``script.py`` is run as ``__main__``, from the top, once per execution. ``file.py::function`` and
``package.module:function`` are imported once, and each execution is one call of the function. Everything
that can be wrong with a target is told here, in one sentence, before the first execution.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.util
import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from treadle.errors import EXIT_TARGET_FAILS, TargetError
from treadle.instrument.imports import RewritingLoader
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.programs import FunctionProgram, Program, ScriptProgram
from treadle.instrument.scenario_program import ScenarioProgram
from treadle.model.scenario import Scenario, parse_scenario

__all__ = ["Program", "Target", "load_object", "load_target", "parse_target"]

_FORMS = "script.py, file.py::function or package.module:function"
_MODULE_FORM = re.compile(r"(?P<module>[^\W\d][\w.]*):(?P<function>[^\W\d][\w.]*)")


@dataclass(frozen=True, slots=True)
class Target:
    """A target, taken apart.

    Args:
        kind: Whether a script is run, a function is called, or a scenario played on an object.
        path: The file; None for a module that is found on the import path.
        module: The module to import; None for a file.
        function: The function's name, with dots where it is inside a class; None for a script.
        text: The target as it was typed.
        scenario: Who calls what, for a scenario.
        make: Makes its object, where that was given and is not to be looked for by name.
    """

    kind: Literal["script", "function", "scenario"]
    path: str | None
    module: str | None
    function: str | None
    text: str
    scenario: Scenario | None = None
    make: Callable[[], Any] | None = None


def parse_target(text: str) -> Target:
    """Take a target apart. Files are looked for, modules are not yet.

    Args:
        text: The target as it was typed.

    Returns:
        Its parts.

    Raises:
        TargetError: It has none of the three forms, or the file does not exist.
    """
    filename, separator, function = text.partition("::")
    module, colon, rest = text.partition(":")
    if separator and "[" in function:
        scenario = parse_scenario(function)
        path = _existing_file(filename)
        return Target("scenario", path, None, scenario.constructor.name, text, scenario)
    if colon and "[" in rest and not separator:
        scenario = parse_scenario(rest)
        return Target("scenario", None, module, scenario.constructor.name, text, scenario)
    if separator:
        if not function:
            raise TargetError(f"'{text}' names no function after '::'; write file.py::function.")
        name = function.replace("::", ".")
        return Target("function", _existing_file(filename), None, name, text)
    form = _MODULE_FORM.fullmatch(text)
    if form is not None and not Path(text).exists():
        return Target("function", None, form["module"], form["function"], text)
    if not text or not (Path(text).exists() or text.endswith(".py") or os.sep in text):
        raise TargetError(f"'{text}' is not a target; write {_FORMS}.")
    return Target("script", _existing_file(text), None, None, text)


def load_target(target: Target, instrumenter: Instrumenter, argv: Sequence[str] = ()) -> Program:
    """Load a target, ready to be executed any number of times.

    Sets ``sys.argv`` and puts the script's folder, or the current one for a module, first in ``sys.path``,
    as the interpreter does.

    Args:
        target: The target.
        instrumenter: Rewrites its code; for a function its import hook should be installed.
        argv: The arguments that the program finds in ``sys.argv`` after its own name.

    Returns:
        The program.

    Raises:
        TargetError: There is no such module or function, the function cannot be called without arguments
            (exit code 2), or loading the target fails (exit code 4).
    """
    sys.argv = [target.path or target.text, *argv]
    if target.kind == "script":
        return _load_script(target, instrumenter)
    assert target.function is not None
    if target.make is not None:
        module = sys.modules[target.make.__module__]
        return _scenario_program(target, module, target.make, instrumenter)
    module = (
        _import_module(target) if target.path is None else _import_file(target.path, instrumenter)
    )
    function = _find_function(module, target.function)
    if target.kind == "scenario":
        return _scenario_program(target, module, function, instrumenter)
    _check_callable(function, target.function)
    instrumenter.ensure(function)
    return FunctionProgram(module, function, instrumenter.project_files)


def load_object(target: Target, instrumenter: Instrumenter) -> Any:
    """Load what a target of the form of a function names, whatever it is.

    Args:
        target: The target.
        instrumenter: Rewrites its code.

    Returns:
        The class, function or object.

    Raises:
        TargetError: There is no such thing.
    """
    if target.function is None:
        raise TargetError(
            f"'{target.text}' is a script; write file.py::Class or package.module:Class."
        )
    module = (
        _import_module(target) if target.path is None else _import_file(target.path, instrumenter)
    )
    return _find_function(module, target.function)


def _scenario_program(
    target: Target, module: ModuleType, make: Any, instrumenter: Instrumenter
) -> ScenarioProgram:
    """A scenario on an object."""
    assert target.scenario is not None
    constructor = target.scenario.constructor
    if not callable(make):
        raise TargetError(f"'{constructor.name}' is neither a class nor a function.")
    instrumenter.ensure(make)
    maker = functools.partial(constructor.applied, make)
    return ScenarioProgram(module, maker, target.scenario, instrumenter.project_files)


def _load_script(target: Target, instrumenter: Instrumenter) -> Program:
    """Compile and rewrite a script."""
    assert target.path is not None
    path = Path(target.path).absolute()
    _put_first(str(path.parent))
    instrumenter.scope.add_project_root(path.parent)
    try:
        code = instrumenter.script_code(str(path), path.read_bytes())
    except (SyntaxError, ValueError, OSError) as error:
        raise _does_not_compile(target.path, error) from error
    return ScriptProgram(str(path), code, instrumenter.project_files)


def _import_module(target: Target) -> ModuleType:
    """Import a module from the import path."""
    assert target.module is not None
    _put_first(str(Path.cwd()))
    try:
        return importlib.import_module(target.module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if not f"{target.module}.".startswith(f"{missing}."):
            raise _fails_at_import(target.module, error) from error
        raise TargetError(
            f"There is no module '{missing}' (in '{target.text}'); it is looked for in the current folder "
            "and where Python finds installed packages."
        ) from error
    except (Exception, SystemExit) as error:
        raise _fails_at_import(target.module, error) from error


def _import_file(filename: str, instrumenter: Instrumenter) -> ModuleType:
    """Import a file, with the packages around it if it is in one."""
    path = Path(filename).resolve()
    root, name = _place_in_package(path)
    _put_first(str(root))
    instrumenter.scope.add_project_root(root)
    try:
        if "." in name:
            return importlib.import_module(name)
        return _import_as(name, str(path), instrumenter)
    except (Exception, SystemExit) as error:
        raise _fails_at_import(filename, error) from error


def _import_as(name: str, path: str, instrumenter: Instrumenter) -> ModuleType:
    """Import a file under the name of its stem, or one beside it where that belongs to another module."""
    present = sys.modules.get(name)
    taken = present is not None and not isinstance(present.__loader__, RewritingLoader)
    if taken or name in sys.stdlib_module_names:
        name = f"target_{name}"
    loader = instrumenter.import_hook().loader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _place_in_package(path: Path) -> tuple[Path, str]:
    """The folder from which a file is imported, and its module name: with packages around it, if any."""
    folder = path.parent
    parts = [path.stem]
    while (folder / "__init__.py").exists() and folder.name.isidentifier():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)


def _find_function(module: ModuleType, function: str) -> Any:
    """The function of a dotted name in a module."""
    found: Any = module
    owner = f"module '{module.__name__}'"
    for name in function.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            names = [known for known in dir(found) if callable(getattr(found, known, None))]
            close = difflib.get_close_matches(name, names, n=3)
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            raise TargetError(f"The {owner} has no function '{name}'.{hint}") from error
        owner = f"class '{name}'" if isinstance(found, type) else f"object '{name}'"
    return found


def _check_callable(function: Any, name: str) -> None:
    """Refuse what cannot be called without arguments."""
    if not callable(function):
        raise TargetError(f"'{name}' is not a function; it is of type {type(function).__name__}.")
    if inspect.iscoroutinefunction(function):
        raise TargetError(f"'{name}' is an async function; Treadle runs threads, not coroutines.")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return
    required = [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
    ]
    if required:
        raise TargetError(
            f"'{name}' needs arguments ({', '.join(required)}); write a function without parameters that "
            "calls it."
        )


def _existing_file(filename: str) -> str:
    """The name of a file, if it exists."""
    path = Path(filename)
    if path.is_file():
        return filename
    if path.is_dir():
        raise TargetError(f"'{filename}' is a folder, not a file; write {_FORMS}.")
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix == ".py"]
    except OSError:
        names = []
    close = difflib.get_close_matches(path.name, names, n=3)
    hint = (
        f" Did you mean {' or '.join(str(path.parent / name) for name in close)}?" if close else ""
    )
    raise TargetError(f"There is no file '{filename}'.{hint}")


def _put_first(folder: str) -> None:
    """Make a folder the first in which modules are looked for."""
    if not sys.path or sys.path[0] != folder:
        sys.path.insert(0, folder)


def _does_not_compile(what: str, error: Exception) -> TargetError:
    """The error for source text that is no Python."""
    if isinstance(error, SyntaxError) and error.lineno is not None:
        text = f": {error.text.strip()}" if error.text else ""
        sentence = (
            f"{error.filename or what}:{error.lineno}: {type(error).__name__}: {error.msg}{text}"
        )
    else:
        sentence = f"{what} cannot be compiled: {type(error).__name__}: {error}"
    return TargetError(sentence, EXIT_TARGET_FAILS)


def _fails_at_import(what: str, error: BaseException) -> TargetError:
    """The error for a module that raises when it is imported."""
    if isinstance(error, SyntaxError):
        return _does_not_compile(what, error)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(("<frozen", str(Path(__file__).parent)))
    ]
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return TargetError(f"{what} fails at import: {reason}{where}", EXIT_TARGET_FAILS)
