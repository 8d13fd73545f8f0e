"""Rewriting functions in place, when they are first entered.

The hooks call :meth:`Instrumenter.ensure` with every callable, class or object they meet for the first time.
If its code is in scope it is rewritten now, so the order of imports does not matter and code that is never
entered costs nothing. What is out of scope but stands before code that is not (a decorator of the standard
library around a function of the project) is looked through.

Looking at the program's objects runs none of its code: see ``unwrap``.
"""

from __future__ import annotations

import ast
import sys
import weakref
from types import CodeType, FunctionType, ModuleType

from treadle.instrument.checks import Checks
from treadle.instrument.hook_table import HookTable
from treadle.instrument.identity import IdentitySet
from treadle.instrument.imports import ImportHook
from treadle.instrument.rewrite import Failure, Rewriter, is_instrumented
from treadle.instrument.scope import Scope
from treadle.instrument.unwrap import class_dict, class_mro, class_qualname, wrapped
from treadle.instrument.variables import (
    loaded_cells,
    loaded_globals,
    script_globals,
    stored_globals,
)


class Instrumenter:
    """Rewrites the program's code: scripts and modules as they are loaded, functions when first entered.

    Args:
        scope: Whose code is rewritten.
        hooks: The hooks that rewritten code calls.
        checks: Which checks of the eval breaker are hooked.
    """

    def __init__(self, scope: Scope, hooks: HookTable, checks: Checks = Checks.NONE) -> None:
        self.scope = scope
        self.project_files: dict[str, str] = {}
        """The files of the project's modules that were rewritten as they were imported, by module."""
        self._rewriter = Rewriter(hooks, checks)
        self._import_hook = ImportHook(scope, self.module_code, self.instrument_module)
        self._settled = IdentitySet()  # code objects that stay as they are
        self._seen = IdentitySet()  # functions and classes that were looked at
        self._rewritten: list[tuple[weakref.ref[FunctionType], CodeType]] = []

    def restore(self) -> None:
        """Give every function that was rewritten in place its own code back; it may be rewritten again."""
        for reference, code in self._rewritten:
            function = reference()
            if function is not None:
                function.__code__ = code
        self._rewritten.clear()
        self._seen = IdentitySet()

    @property
    def failures(self) -> list[Failure]:
        """The code that could not be rewritten, and why."""
        return self._rewriter.failures

    def script_code(self, path: str, source: str | bytes) -> CodeType:
        """Compile and rewrite the script that is run as ``__main__``.

        Args:
            path: The file name that the code is given.
            source: The script's text.

        Returns:
            The code of the script's body.

        Raises:
            SyntaxError: The script does not compile.
            ValueError: The script contains a null byte.
        """
        names = script_globals(ast.parse(source, path))
        code = compile(source, path, "exec", dont_inherit=True)
        names |= stored_globals(code)
        return self._rewriter.rewrite(code, "__main__", names, is_script=True)

    def module_code(self, code: CodeType, module_name: str) -> CodeType:
        """Rewrite the body of a module of the project that is about to be imported.

        Args:
            code: The code as compiled.
            module_name: The module's full name.

        Returns:
            The rewritten code; for code that compares equal to an earlier one, the same as then.
        """
        self.project_files[module_name] = code.co_filename
        return self._rewriter.rewrite(code, module_name, stored_globals(code))

    def import_hook(self) -> ImportHook:
        """A context manager in which the project's modules are rewritten as they are imported."""
        return self._import_hook

    def install(self) -> None:
        """Rewrite the project's modules as they are imported, from now on."""
        self._import_hook.install()

    def uninstall(self) -> None:
        """Import the project's modules as they are again."""
        self._import_hook.uninstall()

    def instrument_function(self, function: object) -> bool:
        """Rewrite a function in place, and the functions that it wraps.

        Followed are ``__wrapped__``, functions in the closure, bound methods, ``functools.partial``, cached
        functions, and static, class and property objects. Code out of scope is left alone.

        Args:
            function: The function or wrapper.

        Returns:
            Whether code was rewritten that was not before.
        """
        return self._guarded(function)

    def instrument_class(self, cls: type) -> bool:
        """Rewrite the methods of a class, of its bases, of its metaclass and of its nested classes.

        Args:
            cls: The class.

        Returns:
            Whether code was rewritten that was not before.
        """
        return self._guarded(cls)

    def instrument_module(self, module: ModuleType) -> bool:
        """Rewrite the functions and classes that a loaded module defines.

        Args:
            module: The module.

        Returns:
            Whether code was rewritten that was not before.
        """
        attributes = object.__getattribute__(module, "__dict__")
        name = attributes.get("__name__")
        found = False
        for value in list(attributes.values()):
            kind = type(value)
            if kind is FunctionType:
                is_own = value.__module__ == name
            else:
                is_own = issubclass(kind, type) and class_dict(value).get("__module__") == name
            if is_own:
                found |= self._guarded(value)
        return found

    def ensure(self, obj: object) -> None:
        """Rewrite whatever code an object leads to, if it is in scope and was not seen before.

        Never raises: what cannot be rewritten is left alone and listed in ``failures``.

        Args:
            obj: A function, method, class or wrapper; any other object stands for its class.
        """
        if type(obj) is FunctionType and is_instrumented(obj.__code__):
            return
        self._guarded(obj)

    def _guarded(self, obj: object) -> bool:
        """Visit an object; record what goes wrong."""
        try:
            return self._visit(obj)
        except Exception as error:  # the program must not notice
            reason = f"{type(error).__name__}: {error}"
            self.failures.append(Failure("", type(obj).__qualname__, "", 0, reason))
            return False

    def _visit(self, obj: object) -> bool:
        """Rewrite what an object leads to; tell whether there was something."""
        kind = type(obj)
        if kind is FunctionType:
            return self._visit_function(obj)  # type: ignore[arg-type]
        if issubclass(kind, type):
            return self._visit_class(obj)  # type: ignore[arg-type]
        found = self._visit_class(kind)
        for inner in wrapped(obj):
            found |= self._visit(inner)
        return found

    def _visit_function(self, function: FunctionType) -> bool:
        """Rewrite a function and look through it, once."""
        code = function.__code__
        if is_instrumented(code) or function in self._seen:
            return False
        self._seen.add(function)
        found = code not in self._settled and self._rewrite(function)
        for inner in wrapped(function):
            found |= self._visit(inner)
        return found

    def _rewrite(self, function: FunctionType) -> bool:
        """Rewrite the code of one function if it is in scope."""
        code = function.__code__
        rewritten = self._rewriter.known(code)
        if rewritten is None:
            module = function.__globals__.get("__name__")
            name = module if isinstance(module, str) else "?"
            if self.scope.category(name, code.co_filename).is_instrumented:
                rewritten = self._rewriter.rewrite(
                    code,
                    name,
                    loaded_globals(code, function.__globals__),
                    cell_names=loaded_cells(code, function.__closure__ or ()),
                )
        if rewritten is None or rewritten is code:
            self._settled.add(code)
            return False
        function.__code__ = rewritten
        self._rewritten.append((weakref.ref(function), code))
        return True

    def _visit_class(self, cls: type) -> bool:
        """Visit the members of a class and of those it is made from, once."""
        if cls in self._seen:
            return False
        self._seen.add(cls)
        found = False
        if self._may_have_own_code(cls):
            nested = f"{class_qualname(cls)}."
            for value in list(class_dict(cls).values()):
                if issubclass(type(value), type):
                    if class_qualname(value).startswith(nested):  # not just mentioned
                        found |= self._visit_class(value)
                else:
                    found |= self._visit(value)
        for base in class_mro(cls)[1:]:
            found |= self._visit_class(base)
        return self._visit_class(type(cls)) or found

    def _may_have_own_code(self, cls: type) -> bool:
        """Whether a class comes from a module in scope, or from one that is not known."""
        module = class_dict(cls).get("__module__")
        if not isinstance(module, str):
            return False  # built in
        if module != "__main__" and module not in sys.modules:
            return True
        return self.scope.category(module, None).is_instrumented
