"""``concurrent.futures.thread``: what it remembers between executions, and the order of futures.

The module keeps a list of all worker threads and a flag that the interpreter is shutting down, and an
executor made at import time keeps its workers. An execution starts with none of that, and what was there
before is put back afterwards, so that executors outside of executions work on.

``wait`` and ``as_completed`` keep futures in sets and take their locks in the order of their addresses, which
are others in each execution. Here futures are ordered by when they were first put into a set.
"""

from __future__ import annotations

import itertools
import sys
import weakref
from typing import Any

from treadle.engine.kernel import kernel

MODULE = "concurrent.futures.thread"
_HASH = "_hash_in_executions"

_made_outside: weakref.WeakSet[Any] = weakref.WeakSet()


def watch(module: Any) -> None:
    """Notice executors that are made outside of executions.

    Args:
        module: ``concurrent.futures.thread``, just imported.
    """
    executor = module.ThreadPoolExecutor
    original = executor.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        original(self, *args, **kwargs)
        if kernel.here is None:
            _made_outside.add(self)

    __init__.__wrapped__ = original  # type: ignore[attr-defined]
    __init__.__doc__ = original.__doc__
    executor.__init__ = __init__
    put_in_order(module._base)


def put_in_order(base: Any) -> None:
    """Have futures hashed and sorted by a number that is the same in every execution.

    Args:
        base: ``concurrent.futures._base``.
    """
    base.Future.__hash__ = _hash
    base.id = _identity


def _hash(future: Any) -> int:
    attributes = future.__dict__
    if _HASH not in attributes:
        is_modelled = kernel.here is not None
        attributes[_HASH] = kernel.next_serial() if is_modelled else object.__hash__(future)
    return int(attributes[_HASH])


def _identity(future: Any) -> int:
    """What ``sorted(futures, key=id)`` asks for."""
    return _hash(future)


def unwatch(module: Any) -> None:
    """Undo ``watch``.

    Args:
        module: ``concurrent.futures.thread``.
    """
    executor = module.ThreadPoolExecutor
    executor.__init__ = getattr(executor.__init__, "__wrapped__", executor.__init__)
    module._base.Future.__hash__ = object.__hash__
    vars(module._base).pop("id", None)


def has_workers() -> bool:
    """Whether the module knows of any worker thread in this execution."""
    module: Any = sys.modules.get(MODULE)
    return module is not None and bool(module._threads_queues)


class Executors:
    """The state of the module and of the executors made outside, around one execution."""

    def __init__(self) -> None:
        self._kept: list[tuple[Any, str, Any]] = []

    def begin(self) -> None:
        """Start an execution without workers."""
        module: Any = sys.modules.get(MODULE)
        if module is None:
            return
        if module._threads_queues:
            self._replace(module, "_threads_queues", weakref.WeakKeyDictionary())
        if module._shutdown:
            self._replace(module, "_shutdown", False)
        module.ThreadPoolExecutor._counter = itertools.count().__next__
        if _made_outside:
            for executor in _made_outside:
                self._replace(executor, "_threads", set())
                self._replace(executor, "_shutdown", executor._shutdown)
                self._replace(executor, "_broken", executor._broken)

    def end(self) -> None:
        """Put everything back."""
        module: Any = sys.modules.get(MODULE)
        if module is not None:
            if module._threads_queues:
                module._threads_queues.clear()
            module._shutdown = False
        for target, name, value in self._kept:
            setattr(target, name, value)
        self._kept.clear()

    def _replace(self, target: Any, name: str, value: object) -> None:
        self._kept.append((target, name, getattr(target, name)))
        setattr(target, name, value)
