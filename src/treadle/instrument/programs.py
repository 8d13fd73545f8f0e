"""A loaded target: what is executed once per execution."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import CodeType, ModuleType
from typing import Any, Protocol


class Program(Protocol):
    """A target that is loaded and can be executed any number of times."""

    module_name: str
    """The name of the module whose variables are the program's globals."""

    @property
    def files(self) -> list[str]:
        """The files of the project that have been loaded, the target's first."""

    def run(self) -> Any:
        """Execute the program once, from its start to its end, and return its result."""

    def module_globals(self) -> dict[str, Any]:
        """The namespace of the last run of a script, or of the function's module."""

    def forget(self) -> None:
        """Let go what the last run left behind, so that it does not end in the middle of the next."""


class ScriptProgram:
    """A script that is run as ``__main__``, in a new module each time.

    Args:
        path: Its file.
        code: Its rewritten code.
        project_files: The files of the modules it imports, by module; grows as it runs.
    """

    module_name = "__main__"

    def __init__(self, path: str, code: CodeType, project_files: Mapping[str, str]) -> None:
        self._path = path
        self._code = code
        self._project_files = project_files
        self._module = self._new_module()

    @property
    def files(self) -> list[str]:
        """The files of the project that have been loaded, the script first."""
        return list(dict.fromkeys([self._path, *self._project_files.values()]))

    def run(self) -> None:
        """Run the script once; what it raises, ``SystemExit`` too, goes to the caller."""
        self._module = module = self._new_module()
        previous = sys.modules.get("__main__")
        sys.modules["__main__"] = module
        try:
            exec(self._code, module.__dict__)  # noqa: S102 - running the script is the purpose
        finally:
            if previous is None:
                del sys.modules["__main__"]
            else:
                sys.modules["__main__"] = previous

    def module_globals(self) -> dict[str, Any]:
        """The namespace of the last run, which is still there when the run has ended."""
        return self._module.__dict__

    def forget(self) -> None:
        """Empty the namespace of the last run: its functions and it hold each other."""
        self._module.__dict__.clear()

    def _new_module(self) -> ModuleType:
        """A module as the interpreter makes it for a script."""
        module = ModuleType("__main__")
        module.__dict__["__file__"] = self._path
        module.__dict__["__builtins__"] = sys.modules["builtins"]
        return module


class FunctionProgram:
    """A function that is called without arguments.

    Args:
        module: Its module, imported once.
        function: The function.
        project_files: The files of the project's modules, by module; grows as it runs.
    """

    def __init__(
        self, module: ModuleType, function: Callable[[], Any], project_files: Mapping[str, str]
    ) -> None:
        self.module_name = module.__name__
        self._module = module
        self._function = function
        self._project_files = project_files

    @property
    def files(self) -> list[str]:
        """The files of the project that have been loaded, the function's first."""
        own = [self._module.__file__] if self._module.__file__ else []
        return list(dict.fromkeys([*own, *self._project_files.values()]))

    def run(self) -> Any:
        """Call the function once and return its result."""
        return self._function()

    def module_globals(self) -> dict[str, Any]:
        """The namespace of the function's module."""
        return self._module.__dict__

    def forget(self) -> None:
        """A module stays as the function left it; that is the program's own state."""
