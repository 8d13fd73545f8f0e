"""Private copies of modules: executed from source, rewritten or not, with other modules in place of theirs."""

from __future__ import annotations

import builtins
import functools
import importlib.util
import sys
import types
from pathlib import Path

from treadle.engine.site import NOWHERE, Site
from treadle.explorer.session import production_hooks
from treadle.instrument.rewrite import instrument_code

_sites = []


def _make_site(*arguments):
    site = Site(*arguments)
    _sites.append(site)
    return site


_table = production_hooks(_make_site)


def forget_points():
    """No operation is a scheduling point any more."""
    for site in (*_sites, NOWHERE):
        site.is_point = False
        site.children.clear()


def source_of(name):
    """The source text of a module, by the module's name, and its file name."""
    filename = importlib.util.find_spec(name).origin
    return Path(filename).read_text(encoding="utf-8"), filename


@functools.cache
def compiled(name, is_rewritten=True):
    """The code of a module; with hooks before each access if it is rewritten."""
    text, filename = source_of(name)
    return compiled_text(text, filename, name, is_rewritten)


def compiled_text(text, filename, name, is_rewritten):
    """The code of source text."""
    code = compile(text, filename, "exec", dont_inherit=True)
    return instrument_code(code, _table, name, frozenset()) if is_rewritten else code


def executed(name, code, overlay):
    """A new module.

    Args:
        name: Its name.
        code: Its code.
        overlay: Modules that its imports find, by name, before those of the interpreter.

    Returns:
        The module; it is not in ``sys.modules``.
    """

    def find(wanted, scope=None, local=None, names=(), level=0):
        assert level == 0, wanted
        if wanted in overlay:
            return overlay[wanted]
        if names and all(f"{wanted}.{part}" in overlay for part in names):
            return types.SimpleNamespace(**{part: overlay[f"{wanted}.{part}"] for part in names})
        return __import__(wanted, scope, local, names, level)

    module = types.ModuleType(name)
    module.__dict__["__builtins__"] = dict(vars(builtins), __import__=find)
    module.__dict__["__file__"] = code.co_filename
    before = sys.modules.get(name)
    sys.modules[name] = module  # dataclasses and the like look there
    try:
        exec(code, module.__dict__)
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return module


class Facade(types.ModuleType):
    """A module that answers from overrides first and from another module second.

    Args:
        base: The other module.
        without: Names that it does not have.
        overrides: What it has instead.
    """

    def __init__(self, base, without=(), **overrides):
        super().__init__(base.__name__)
        self.__dict__.update(overrides)
        self.__dict__["_base"] = base
        self.__dict__["_without"] = without

    def __getattr__(self, name):
        if name in self._without:
            raise AttributeError(name)
        return getattr(self._base, name)
