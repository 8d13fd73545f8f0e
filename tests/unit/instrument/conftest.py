"""A table of hooks that record, and a way to run source text rewritten with them."""

import dataclasses
import sys
import textwrap

import pytest

from treadle.instrument.hook_table import HOOK_NAMES, HookTable
from treadle.instrument.rewrite import instrument_code


@dataclasses.dataclass(frozen=True)
class FakeSite:
    operation: str
    name: str | None
    module: str
    filename: str
    function: str
    line: int
    end_line: int
    column: int
    end_column: int


@dataclasses.dataclass(frozen=True)
class Event:
    hook: str
    operands: tuple
    site: FakeSite


class Recorder:
    """Hooks that note every call; ``watch`` is called with each event as it happens."""

    def __init__(self):
        self.events = []
        self.watch = None
        self.hooks = HookTable(site=FakeSite, **{name: self._hook(name) for name in HOOK_NAMES})

    def _hook(self, name):
        def hook(*arguments):
            *operands, site = arguments
            event = Event(name, tuple(operands), site)
            self.events.append(event)
            if self.watch:
                self.watch(event)
            return NotImplemented  # must be thrown away

        return hook

    def code(self, source, *, names=(), is_script=False, filename="program.py"):
        code = compile(textwrap.dedent(source), filename, "exec", dont_inherit=True)
        return instrument_code(code, self.hooks, "program", frozenset(names), is_script)

    def run(self, source, *, names=(), is_script=False, **namespace):
        """Execute source text rewritten; gives its namespace."""
        scope = {"__name__": "program", **namespace}
        exec(self.code(source, names=names, is_script=is_script), scope)
        return scope

    def only(self, *hooks):
        """The events of some hooks, as (hook, operands)."""
        return [(event.hook, event.operands) for event in self.events if event.hook in hooks]

    def sites(self, hook):
        return [event.site for event in self.events if event.hook == hook]

    def clear(self):
        self.events.clear()


class CountingHooks:
    """Hooks that do as little as a Python function can, to run a lot of code."""

    def __init__(self):
        def nothing(*arguments):
            self.calls += 1

        self.calls = 0
        self.hooks = HookTable(site=lambda *parts: parts, **dict.fromkeys(HOOK_NAMES, nothing))


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def counting():
    return CountingHooks()


@pytest.fixture
def modules_put_back():
    """The modules imported before stay the ones that everybody has, in their packages too."""
    saved = dict(sys.modules)
    yield
    for name in set(sys.modules) - set(saved):
        if name.partition(".")[0] not in sys.stdlib_module_names:
            del sys.modules[name]
    sys.modules.update(saved)
    for name, module in saved.items():
        package, _, child = name.rpartition(".")
        if package in saved and hasattr(saved[package], child):
            setattr(saved[package], child, module)
