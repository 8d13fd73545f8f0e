"""Puts our primitives in the place of the interpreter's, everywhere, and takes them out again."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable
from typing import Any

from treadle.engine.task import TaskKilled
from treadle.interpose import dates, event_loops, executors, imports, pools
from treadle.interpose.entropy import Generators, Tempfiles, Uuids
from treadle.interpose.modules import Locks, Names, Threads
from treadle.interpose.names import REPLACEMENTS
from treadle.interpose.program import host
from treadle.primitives import real
from treadle.primitives.failures import print_unraisable
from treadle.primitives.special_threads import DummyThread, MainThread
from treadle.primitives.thread import Thread
from treadle.primitives.timer import Timer

_ADAPTERS: Any = (executors, pools, event_loops, dates, Generators, Tempfiles, Uuids)
_CLASSES: dict[type, type] = {real.Thread: Thread, real.Timer: Timer}
_KEEP = frozenset(
    {Thread, Timer, MainThread, DummyThread, real.Timer, real.MainThread, real.DummyThread}
)


class _Patch:
    """What was replaced."""

    def __init__(self) -> None:
        self.depth = 0
        self.originals: list[tuple[Any, str, Any, Any]] = []
        self.names = Names()
        self.locks = Locks()
        self.threads = Threads()
        self.unraisable_hook: Callable[[Any], Any] | None = None


_patch = _Patch()


def install() -> None:
    """Replace the interpreter's primitives; for each call, one of ``uninstall`` is needed to undo it.

    Outside of executions nothing changes for anybody: there the replacements behave as the originals.
    """
    _patch.depth += 1
    if _patch.depth > 1:
        return
    for module_name, names in REPLACEMENTS.items():
        module = sys.modules[module_name]
        for name, ours in names.items():
            if hasattr(module, name):
                _patch.originals.append((module, name, getattr(module, name), ours))
                setattr(module, name, ours)
    _patch.names.rebind({id(theirs): ours for _, _, theirs, ours in _patch.originals})
    _patch.threads.adopt(_CLASSES, _KEEP)
    _patch.locks.exchange()
    for adapter in _ADAPTERS:
        imports.after_import[adapter.MODULE] = adapter.watch
        if adapter.MODULE in sys.modules:
            adapter.watch(sys.modules[adapter.MODULE])
    imports.watch()
    host.excepthook = threading.excepthook
    _patch.unraisable_hook = sys.unraisablehook
    sys.unraisablehook = _unraisable


def uninstall() -> None:
    """Undo ``install``.

    Raises:
        RuntimeError: Nothing is installed.
    """
    if _patch.depth == 0:
        raise RuntimeError("uninstall() without install()")
    _patch.depth -= 1
    if _patch.depth:
        return
    if sys.unraisablehook is _unraisable:
        sys.unraisablehook = _patch.unraisable_hook or sys.__unraisablehook__
    imports.unwatch()
    imports.after_import.clear()
    for adapter in _ADAPTERS:
        if adapter.MODULE in sys.modules:
            adapter.unwatch(sys.modules[adapter.MODULE])
    _patch.locks.put_back()
    _patch.threads.give_back(_CLASSES)
    _patch.names.put_back({id(ours): theirs for _, _, theirs, ours in reversed(_patch.originals)})
    for module, name, theirs, ours in reversed(_patch.originals):
        if getattr(module, name) is ours:
            setattr(module, name, theirs)
    _patch.originals.clear()


def is_installed() -> bool:
    """Whether the interpreter's primitives are replaced at this moment."""
    return _patch.depth > 0


def _unraisable(details: Any) -> None:
    """Say nothing of callbacks that a dying execution ran."""
    if isinstance(details.exc_value, TaskKilled):
        return
    hook = _patch.unraisable_hook or sys.__unraisablehook__
    if hook is sys.__unraisablehook__ and isinstance(details, types.SimpleNamespace):
        print_unraisable(details)
    else:
        hook(details)
