"""``queue.SimpleQueue``: unbounded, first in, first out, and nothing else."""

from __future__ import annotations

import types
from collections import deque
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.describe import describe
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.real import Empty

_PUT = int(Kind.PUT)
_GET = int(Kind.GET)
_TRY_GET = int(Kind.TRY_GET)
_READ = int(Kind.QUEUE_READ)


class SimpleQueue(Primitive):
    """A queue without bounds.

    CPython:
        As ``_queue.SimpleQueue``; deviations: any waiting task may get an item, as up to 3.12 and as the
        documentation leaves open; 3.13 hands it to the one that has waited longest.
    """

    __module__ = "_queue"

    kind_name: ClassVar[str] = "SimpleQueue"
    is_native: ClassVar[bool] = True
    pickled_as: ClassVar[str] = "_queue.SimpleQueue"
    __class_getitem__ = classmethod(types.GenericAlias)

    def __init__(self) -> None:
        Primitive.__init__(self)
        self._items: deque[Any] = deque()
        self._getters: list[Task] = []
        self._twin: Any = None if self.born else real.SimpleQueue()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in; never blocks.

        Args:
            item: The item.
            block: Ignored.
            timeout: Ignored.

        Scheduling:
            One point before.

        CPython:
            As ``_queue.SimpleQueue.put``; deviations: none.
        """
        if kernel.here is None:
            self._real().put(item, block, timeout)
            return
        kernel.operation(_PUT, self)
        self._items.append(item)
        kernel.publish(self)
        for getter in self._getters:
            kernel.enable(getter)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.PUT, self, describe(item))

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item out.

        Args:
            block: Whether to wait for one.
            timeout: Seconds of virtual time to wait for it; None waits for ever.

        Returns:
            The item.

        Raises:
            Empty: There is no item.
            ValueError: The timeout is negative.

        Scheduling:
            One point before; blocks while there is no item; a failed attempt is a point too.

        CPython:
            As ``_queue.SimpleQueue.get``; deviations: see the class.
        """
        task = kernel.here
        if task is None:
            return self._real().get(block, timeout)
        if block and timeout is not None:
            if timeout < 0:
                raise ValueError("'timeout' must be a non-negative number")
            check_timeout(timeout)
        kernel.operation(_GET if block and timeout is None else _TRY_GET, self)
        if not self._items and block and timeout != 0:
            self._getters.append(task)
            kernel.block(self, "gets from", -1.0 if timeout is None else kernel.now + timeout)
            self._getters.remove(task)
        if not self._items:
            self._record_failure(timeout)
            raise Empty
        item = self._items.popleft()
        if not self._items:
            for getter in self._getters:
                kernel.disable(getter)
        kernel.made_progress()
        kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.GET, self, describe(item))
        return item

    def put_nowait(self, item: Any) -> None:
        """Put an item in; the same as ``put``."""
        self.put(item)

    def get_nowait(self) -> Any:
        """Take an item out if there is one at this moment; see ``get``."""
        return self.get(block=False)

    def empty(self) -> bool:
        """Whether it is empty at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``_queue.SimpleQueue.empty``; deviations: none.
        """
        if kernel.here is None:
            return self._real().empty()
        return self._read("empty", not self._size())

    def qsize(self) -> int:
        """How many items it holds at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``_queue.SimpleQueue.qsize``; deviations: none.
        """
        if kernel.here is None:
            return self._real().qsize()
        return self._read("qsize", self._size())

    def _size(self) -> int:
        kernel.operation(_READ, self)
        return len(self._items)

    def _read(self, question: str, answer: Any) -> Any:
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.QUEUE_READ, self, str(answer), question)
        return answer

    def _record_failure(self, timeout: float | None) -> None:
        if kernel.recorder is None:
            return
        if timeout:
            kernel.recorder.sync(Action.TIMEOUT, self)
        else:
            kernel.recorder.sync(Action.QUEUE_READ, self, "Empty", "get_nowait")

    # --- between executions ---------------------------------------------------------------------

    def _real(self) -> Any:
        """The queue that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.SimpleQueue()
            for item in self._items:
                self._twin.put(item)
        return self._twin

    def adopt(self) -> None:
        """Start with what the real twin holds, for a queue made outside."""
        self._getters = []
        if self.born == 0:
            twin = self._real()
            self._items = deque(twin.get() for _ in range(twin.qsize()))
            for item in self._items:
                twin.put(item)

    def restore(self) -> None:
        """Forget what the execution that is over did."""
        self._getters = []
        self._items = deque()
