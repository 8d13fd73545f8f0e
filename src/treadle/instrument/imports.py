"""Rewriting the project's modules as they are imported.

A finder in front of ``sys.meta_path`` asks the finders behind it for the module's spec. Where the module is
the project's and is loaded from source, the loader is replaced by one that rewrites the code it got; the
bytecode cache on disk keeps the original, because it is read and written below that. Any other loader of a
project module (an assertion-rewriting one, a zip file) does its own work, and the functions and classes it
made are rewritten in place afterwards.
"""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, Self

from treadle.instrument.scope import Category, Scope

RewriteModule = Callable[[CodeType, str], CodeType]


class RewritingLoader(SourceFileLoader):
    """Loads a module from its source file and rewrites its code.

    Args:
        fullname: The module's name.
        path: Its file.
        rewrite: Rewrites the module's code, given its name.
    """

    def __init__(self, fullname: str, path: str, rewrite: RewriteModule) -> None:
        super().__init__(fullname, path)
        self._rewrite = rewrite

    def get_code(self, fullname: str) -> CodeType | None:
        """The rewritten code of the module.

        Args:
            fullname: The module's name.

        Returns:
            The code, from the bytecode cache where that is up to date, rewritten.
        """
        code = super().get_code(fullname)
        return None if code is None else self._rewrite(code, fullname)


class FollowingLoader(importlib.abc.Loader):
    """Lets another loader load a module and rewrites its functions afterwards.

    Args:
        loader: The loader that does the work; all its other attributes show through.
        instrument: Rewrites the functions and classes of a loaded module.
    """

    def __init__(
        self, loader: importlib.abc.Loader, instrument: Callable[[ModuleType], object]
    ) -> None:
        self._loader = loader
        self._instrument = instrument

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the other loader does.

        Args:
            spec: The module's spec.

        Returns:
            The module; None for an ordinary one.
        """
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module as the other loader does, then rewrite what it defined.

        Args:
            module: The module.
        """
        self._loader.exec_module(module)
        self._instrument(module)


class ImportHook(importlib.abc.MetaPathFinder):
    """Rewrites modules of the project while it is installed; also a context manager.

    Args:
        scope: Tells which modules are the project's.
        rewrite: Rewrites a module's code, given its name.
        instrument: Rewrites the functions and classes of a loaded module.
    """

    def __init__(
        self,
        scope: Scope,
        rewrite: RewriteModule,
        instrument: Callable[[ModuleType], object],
    ) -> None:
        self._scope = scope
        self._rewrite = rewrite
        self._instrument = instrument

    def install(self) -> None:
        """Put the hook in front of the other finders, once."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def uninstall(self) -> None:
        """Take the hook away; modules that were rewritten stay so."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def __enter__(self) -> Self:
        self.install()
        return self

    def __exit__(self, *_: object) -> None:
        self.uninstall()

    def loader(self, fullname: str, path: str) -> RewritingLoader:
        """A loader for one file, whatever its place.

        Args:
            fullname: The name that its module is given.
            path: The file.

        Returns:
            The loader.
        """
        return RewritingLoader(fullname, path, self._rewrite)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module as the other finders do; give a module of the project a loader that rewrites.

        Args:
            fullname: The module's name.
            path: The path of the package it is in.
            target: The module that is being reloaded.

        Returns:
            The spec; None when the other finders know no such module.
        """
        spec = self._find(fullname, path, target)
        if spec is None or spec.loader is None or not spec.has_location or spec.origin is None:
            return spec
        if self._scope.category(fullname, spec.origin) is Category.PROJECT:
            loader = spec.loader
            if type(loader) is SourceFileLoader:
                spec.loader = self.loader(fullname, loader.path)
            elif hasattr(loader, "exec_module") and not isinstance(loader, ExtensionFileLoader):
                spec.loader = FollowingLoader(loader, self._instrument)
        return spec

    def _find(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """The spec that the first of the other finders has; the hook of an earlier target has no say."""
        for finder in sys.meta_path:
            if not isinstance(finder, ImportHook) and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
        return None
