"""Whose code is rewritten, and when.

A module is placed once, by its name and the file its code comes from:

* *project*: the target's own code; rewritten as it is imported.
* *third-party*: installed packages, and parts of the standard library that ``--include`` names; rewritten
  function by function when first entered.
* *stdlib*: the rest of the standard library, and everything built in or frozen; never rewritten.
* *excluded*: what ``--exclude`` names.
* *tool*: Treadle, what it stands on, and the test runner around the program; never rewritten, whatever the
  options say: their code runs between two steps of the program.
"""

from __future__ import annotations

import enum
import fnmatch
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_TOOLS = frozenset(
    {
        "_pytest",
        "_hypothesis_globals",
        "bytecode",
        "greenlet",
        "hypothesis",
        "pluggy",
        "pytest",
        "treadle",
    }
)
_PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages"})


class Category(enum.Enum):
    """Where a module belongs; see the module's docstring."""

    PROJECT = "project"
    THIRD_PARTY = "third-party"
    STDLIB = "stdlib"
    EXCLUDED = "excluded"
    TOOL = "tool"

    @property
    def is_instrumented(self) -> bool:
        """Whether code of this category is rewritten, at once or lazily."""
        return self is Category.PROJECT or self is Category.THIRD_PARTY


class Scope:
    """Decides for modules and files whether their code is rewritten.

    Args:
        include: Globs of modules of the standard library to rewrite; ``logging`` covers ``logging.*``.
        exclude: Globs of modules to leave alone; they win over ``include`` and over project roots.
        project_roots: Folders of the target's own project.
    """

    def __init__(
        self,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        project_roots: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        self._include = tuple(include)
        self._exclude = tuple(exclude)
        self._roots: list[Path] = []
        self._programs: dict[tuple[str, str | None], Category] = {}
        self._by_module: dict[tuple[str, str | None], Category] = {}
        self._by_file: dict[str, Category] = {}
        self._has_metadata: dict[Path, bool] = {}
        for root in project_roots:
            self.add_project_root(root)

    def add_project_root(self, root: str | os.PathLike[str]) -> None:
        """Count a folder as the project's own from now on.

        Args:
            root: The folder.
        """
        folder = Path(root).resolve()
        if folder not in self._roots:
            self._roots.append(folder)
            self._by_module = dict(self._programs)
            self._by_file.clear()

    def add_program(self, module: str, filename: str) -> None:
        """Count code as the project's own from now on, whatever its names look like.

        Args:
            module: The name of its module, such as "__main__".
            filename: Its file, or a name in angle brackets for code that was typed.
        """
        self._by_module[module, filename] = self._programs[module, filename] = Category.PROJECT

    def category(self, module: str, filename: str | None) -> Category:
        """Where code belongs.

        Args:
            module: The name of its module.
            filename: Its file; a name in angle brackets or None stands for the file of the module.

        Returns:
            The category. It is remembered, so asking again is quick.
        """
        key = (module, filename)
        known = self._by_module.get(key)
        if known is None:
            known = self._by_module[key] = self._place(module, filename)
        return known

    def _place(self, module: str, filename: str | None) -> Category:
        """Decide for a module and file that are new."""
        if filename is not None and filename.startswith("<frozen"):
            return Category.STDLIB
        if module.partition(".")[0] in _TOOLS:
            return Category.TOOL
        if filename is None or filename.startswith("<"):
            if module == "__main__":
                return Category.PROJECT  # whatever the module of that name is at the moment
            filename = _file_of(module)
            if filename is None:
                return Category.STDLIB  # built in, or made by exec in a namespace without a file
        if _matches(module, self._exclude):
            return Category.EXCLUDED
        category = self._place_file(filename)
        if category is Category.STDLIB and _matches(module, self._include):
            return Category.THIRD_PARTY
        if module == "__main__" and category is Category.THIRD_PARTY:
            return Category.PROJECT  # a notebook's cells are in files of their own
        return category

    def _place_file(self, filename: str) -> Category:
        """Decide for a file by where it is."""
        known = self._by_file.get(filename)
        if known is None:
            known = self._by_file[filename] = self._place_path(Path(filename).resolve())
        return known

    def _place_path(self, path: Path) -> Category:
        """Decide for a path without links."""
        if path.is_relative_to(_TREADLE):
            return Category.TOOL
        if not _PACKAGE_FOLDERS.isdisjoint(path.parts):
            return Category.THIRD_PARTY
        if any(path.is_relative_to(folder) for folder in _STDLIB):
            return Category.STDLIB
        roots = [root for root in self._roots if path.is_relative_to(root)]
        if not roots or self._is_installed(path, min(roots)):
            return Category.THIRD_PARTY
        return Category.PROJECT

    def _is_installed(self, path: Path, root: Path) -> bool:
        """Whether a file under a project root lies in a folder that ``pip install --target`` filled."""
        for folder in path.parents:
            if folder not in self._has_metadata:
                self._has_metadata[folder] = _has_metadata(folder)
            if self._has_metadata[folder]:
                return True
            if folder == root:
                break
        return False


def _stdlib_folders() -> frozenset[Path]:
    """The folders of the standard library."""
    paths = sysconfig.get_paths()
    return frozenset(Path(paths[kind]).resolve() for kind in ("stdlib", "platstdlib"))


def _file_of(module: str) -> str | None:
    """The file of a loaded module."""
    filename = getattr(sys.modules.get(module), "__file__", None)
    return filename if isinstance(filename, str) else None


def _has_metadata(folder: Path) -> bool:
    """Whether an installer left its records in a folder."""
    try:
        return any(entry.suffix == ".dist-info" for entry in folder.iterdir())
    except OSError:
        return False


def _matches(module: str, globs: tuple[str, ...]) -> bool:
    """Whether a module, or a package it is in, matches a glob."""
    while module:
        if any(fnmatch.fnmatchcase(module, glob) for glob in globs):
            return True
        module = module.rpartition(".")[0]
    return False


_STDLIB = _stdlib_folders()
_TREADLE = Path(__file__).resolve().parent.parent
