"""The user's function: loaded, called, and looked at."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pickle
import sys
import time
import types
from typing import Any


class LoadError(Exception):
    """The function cannot be loaded or called; the text says why."""


class Work:
    """The function and what it is called with.

    Args:
        request: ``path`` (a file) or ``module``, ``function``, ``args`` and ``kwargs``.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        self.args = tuple(request["args"])
        self.kwargs = dict(request["kwargs"])
        self.folder = (
            os.path.dirname(os.path.abspath(request["path"])) if request["path"] else os.getcwd()
        )
        sys.path.insert(0, self.folder)
        self.module_name, self.function_name = request["module"], request["function"]
        found = self._module(request["path"])
        try:
            for name in self.function_name.split("."):
                found = getattr(found, name)
        except AttributeError:
            raise LoadError(f"{self.module_name} has no {self.function_name}") from None
        if not callable(found):
            raise LoadError(f"{self.function_name} is not a function")
        self.function = found

    def _module(self, path: str) -> Any:
        try:
            if path and not self.module_name.isidentifier():
                spec: Any = importlib.util.spec_from_file_location(self.module_name, path)
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
            return importlib.import_module(self.module_name)
        except BaseException as error:
            raise LoadError(f"{self.module_name} cannot be imported: {in_words(error)}") from None

    def call(self) -> Any:
        """Call it once."""
        return self.function(*self.args, **self.kwargs)

    def timed(self, calls: int) -> float:
        """Call it so often, one after the other.

        Args:
            calls: How often.

        Returns:
            Seconds.
        """
        begun = time.perf_counter()
        for _ in range(calls):
            self.function(*self.args, **self.kwargs)
        return time.perf_counter() - begun

    def state(self) -> dict[str, Any]:
        """The variables of the function's module, and the attributes of its classes, as bytes."""
        module = sys.modules.get(self.function.__module__)
        seen = {}
        for name, value in list(vars(module).items()) if module is not None else []:
            if name.startswith("__") or isinstance(value, types.ModuleType):
                continue
            if isinstance(value, type):
                if value.__module__ == self.function.__module__:
                    for key, inner in list(vars(value).items()):
                        if not key.startswith("__") and not callable(inner):
                            seen[f"{name}.{key}"] = _frozen(inner)
            elif not callable(value):
                seen[name] = _frozen(value)
        return seen


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The names whose value a call changed.

    Args:
        before: A state.
        after: A later one.

    Returns:
        The names, in order; those that cannot be compared are left out.
    """
    return sorted(
        name
        for name, value in after.items()
        if value is not None and before.get(name, b"") != value
    )


def _frozen(value: Any) -> Any:
    """A value as bytes; None where it cannot be told."""
    try:
        return pickle.dumps(value)
    except Exception:
        return None


def in_words(error: BaseException) -> str:
    """An exception in one line.

    Args:
        error: The exception.

    Returns:
        "TypeError: cannot pickle '_thread.lock' object".
    """
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
