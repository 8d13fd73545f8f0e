"""``multiprocessing.pool.ThreadPool``: its threads wake each other through a pipe, which must be modelled.

The thread that looks after the workers waits in the operating system for a message in a pipe of the pool's.
In a pool made inside an execution a queue of ours takes the place of the pipe, and waiting for the pipe is
waiting for the queue.
"""

from __future__ import annotations

from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.model.operation import Kind
from treadle.primitives.simple_queue import SimpleQueue

MODULE = "multiprocessing.pool"

_GET = int(Kind.GET)


class Notifier(SimpleQueue):
    """Stands for the ``multiprocessing.SimpleQueue`` of a pool; it is its own reading end."""

    kind_name: ClassVar[str] = "pool"

    @property
    def _reader(self) -> Notifier:
        return self

    def wait(self, timeout: float | None) -> bool:
        """Wait until there is a message, without taking it.

        Args:
            timeout: Seconds of virtual time to wait; None waits for ever.

        Returns:
            Whether there is one.

        Scheduling:
            One point before; blocks while there is none.
        """
        kernel.operation(_GET, self)
        if not self._items and timeout != 0:
            task = kernel.current
            self._getters.append(task)
            kernel.block(self, "waits for", -1.0 if timeout is None else kernel.now + timeout)
            self._getters.remove(task)
        kernel.observe(self)
        return bool(self._items)

    def close(self) -> None:
        """Nothing to close."""


class Context:
    """A multiprocessing context whose ``SimpleQueue`` is a notifier."""

    SimpleQueue = Notifier

    def __init__(self, original: Any) -> None:
        self._original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def watch(module: Any) -> None:
    """Make thread pools use notifiers inside executions.

    Args:
        module: ``multiprocessing.pool``, just imported.
    """
    set_up, wait = module.ThreadPool._setup_queues, module.wait

    def _setup_queues(self: Any) -> None:
        if kernel.here is not None:
            self._ctx = Context(self._ctx)
        set_up(self)

    def wait_for_any(object_list: Any, timeout: float | None = None) -> list[Any]:
        first = next(iter(object_list), None)
        if not isinstance(first, Notifier):
            return wait(object_list, timeout)
        return [first] if first.wait(timeout) else []

    _setup_queues.__wrapped__ = set_up  # type: ignore[attr-defined]
    wait_for_any.__wrapped__ = wait  # type: ignore[attr-defined]
    module.ThreadPool._setup_queues = _setup_queues
    module.wait = wait_for_any


def unwatch(module: Any) -> None:
    """Undo ``watch``.

    Args:
        module: ``multiprocessing.pool``.
    """
    pool = module.ThreadPool
    pool._setup_queues = getattr(pool._setup_queues, "__wrapped__", pool._setup_queues)
    module.wait = getattr(module.wait, "__wrapped__", module.wait)
