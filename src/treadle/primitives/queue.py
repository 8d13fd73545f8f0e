"""``queue.Queue``, ``LifoQueue`` and ``PriorityQueue``.

``put`` and ``get`` are one operation each. Whoever finds no item, or no room, sleeps in the wait queue of
``not_empty`` or ``not_full``; each put wakes the getter that has slept longest, each get such a putter, and
anybody else may be quicker. ``mutex`` and the three conditions exist as in CPython, for programs that use
them: while a program holds the mutex, no operation goes on.

The operations themselves need no mutex where they run no code of the program. Where they may (``_put`` and
its like are overridden, or items are compared) they hold it meanwhile, because a switch is possible there.

Outside of executions the functions of the interpreter's own class do the work on the same attributes.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.describe import describe
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.condition import Condition
from treadle.primitives.lock import Lock
from treadle.primitives.real import Empty, Full
from treadle.primitives.wait_queue import Waiter, WaitQueue

_PUT = int(Kind.PUT)
_GET = int(Kind.GET)
_TRY_PUT = int(Kind.TRY_PUT)
_TRY_GET = int(Kind.TRY_GET)
_READ = int(Kind.QUEUE_READ)
_TASK_DONE = int(Kind.TASK_DONE)
_JOIN = int(Kind.QUEUE_JOIN)
_SHUTDOWN = int(Kind.SHUTDOWN)

_HOOKS = ("_init", "_qsize", "_put", "_get")
_making = real.RLock()


class Queue(Primitive):
    """A queue: first in, first out.

    Args:
        maxsize: How many items fit; any number when not positive.

    CPython:
        As ``queue.Queue``; deviations: none.
    """

    __module__ = "queue"

    kind_name: ClassVar[str] = "Queue"
    _is_plain: ClassVar[bool] = True
    _is_fifo: ClassVar[bool] = True
    is_shutdown: bool = False
    __class_getitem__ = classmethod(types.GenericAlias)

    def __init__(self, maxsize: int = 0) -> None:
        Primitive.__init__(self)
        self.maxsize = maxsize
        self._init(maxsize)
        self.unfinished_tasks = 0
        self._getters = WaitQueue()
        self._putters = WaitQueue()
        self._joiners = WaitQueue()
        self._mutex: Lock | None = None
        self._conditions: dict[str, Condition] = {}
        self._kept: list[tuple[str, Any, Any]] = []
        if not self.born:
            # Real threads may ask for them all at once.
            _ = self.not_empty, self.not_full, self.all_tasks_done

    def __init_subclass__(cls) -> None:
        own = [name for name in _HOOKS if name in vars(cls)]
        if own and "_is_plain" not in vars(cls):
            cls._is_plain = cls._is_fifo = False

    # --- operations -----------------------------------------------------------------------------

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in.

        Args:
            item: The item.
            block: Whether to wait for room.
            timeout: Seconds of virtual time to wait for it; None waits for ever.

        Raises:
            Full: There is no room.
            ShutDown: The queue was shut down.
            ValueError: The timeout is negative.

        Scheduling:
            One point before; blocks while there is no room; a failed attempt is a point too.

        CPython:
            As ``queue.Queue.put``; deviations: none.
        """
        task = kernel.here
        if task is None:
            real.Queue.put(self, item, block, timeout)
            return
        is_bounded = self.maxsize > 0
        kernel.operation(_TRY_PUT if is_bounded or not self._is_fifo else _PUT, self)
        self._enter(task)
        try:
            if self.is_shutdown:
                raise real.ShutDown
            if is_bounded:
                self._check_timeout(block, timeout)
                if not self._has_room():
                    self._wait(task, self._putters, self._has_room, "puts into", block, timeout)
                    if self.is_shutdown:
                        raise real.ShutDown
                    if not self._has_room():
                        self._record_failure("put", timeout)
                        raise Full
                kernel.observe(self)
            self._put(item)
            self.unfinished_tasks += 1
            kernel.publish(self)
            self._wake(self._getters, 1)
        finally:
            self._leave(task)
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
            ShutDown: The queue was shut down and is empty.
            ValueError: The timeout is negative.

        Scheduling:
            One point before; blocks while there is no item; a failed attempt is a point too.

        CPython:
            As ``queue.Queue.get``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return real.Queue.get(self, block, timeout)
        waits = block and timeout is None
        kernel.operation(_GET if waits and self._is_fifo else _TRY_GET, self)
        self._enter(task)
        try:
            if self.is_shutdown and not self._qsize():
                raise real.ShutDown
            self._check_timeout(block, timeout)
            if not self._qsize():
                self._wait(task, self._getters, self._has_item, "gets from", block, timeout)
                if not self._qsize():
                    if self.is_shutdown:
                        raise real.ShutDown
                    self._record_failure("get", timeout)
                    raise Empty
            item = self._get()
            kernel.made_progress()
            kernel.observe(self)
            if self.maxsize > 0:
                kernel.publish(self)
            self._wake(self._putters, 1)
        finally:
            self._leave(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.GET, self, describe(item))
        return item

    def put_nowait(self, item: Any) -> None:
        """Put an item in if there is room at this moment; see ``put``."""
        self.put(item, block=False)

    def get_nowait(self) -> Any:
        """Take an item out if there is one at this moment; see ``get``."""
        return self.get(block=False)

    def task_done(self) -> None:
        """Say that an item taken out has been dealt with.

        Raises:
            ValueError: There were fewer items.

        Scheduling:
            One point before.

        CPython:
            As ``queue.Queue.task_done``; deviations: none.
        """
        task = kernel.here
        if task is None:
            real.Queue.task_done(self)
            return
        kernel.operation(_TASK_DONE, self)
        self._enter(task)
        try:
            unfinished = self.unfinished_tasks - 1
            if unfinished < 0:
                raise ValueError("task_done() called too many times")
            self.unfinished_tasks = unfinished
            kernel.publish(self)
            if unfinished == 0:
                self._wake(self._joiners, len(self._joiners))
        finally:
            self._leave(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.TASK_DONE, self)

    def join(self) -> None:
        """Wait until all items have been taken out and dealt with.

        Scheduling:
            One point before; blocks while tasks are unfinished.

        CPython:
            As ``queue.Queue.join``; deviations: none.
        """
        task = kernel.here
        if task is None:
            real.Queue.join(self)
            return
        kernel.operation(_JOIN, self)
        self._enter(task)
        if self.unfinished_tasks:
            self._wait(task, self._joiners, self._is_done, "joins", True, None)
        self._leave(task)
        kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.QUEUE_JOIN, self)

    def qsize(self) -> int:
        """How many items it holds at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``queue.Queue.qsize``; deviations: none.
        """
        if kernel.here is None:
            return real.Queue.qsize(self)
        return self._read("qsize", self._qsize)

    def empty(self) -> bool:
        """Whether it is empty at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``queue.Queue.empty``; deviations: none.
        """
        if kernel.here is None:
            return real.Queue.empty(self)
        return self._read("empty", lambda: not self._qsize())

    def full(self) -> bool:
        """Whether it is full at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``queue.Queue.full``; deviations: none.
        """
        if kernel.here is None:
            return real.Queue.full(self)
        return self._read("full", lambda: 0 < self.maxsize <= self._qsize())

    if real.ShutDown is not None:

        def shutdown(self, immediate: bool = False) -> None:
            """Refuse further items, and further takers once it is empty.

            Args:
                immediate: Whether to throw away what is in it.

            Scheduling:
                One point before; wakes everybody who waits.

            CPython:
                As ``queue.Queue.shutdown``; deviations: none.
            """
            task = kernel.here
            if task is None:
                real.Queue.shutdown(self, immediate)
                return
            kernel.operation(_SHUTDOWN, self)
            self._enter(task)
            try:
                self.is_shutdown = True
                kernel.publish(self)
                if immediate:
                    while self._qsize():
                        self._get()
                        if self.unfinished_tasks > 0:
                            self.unfinished_tasks -= 1
                    self._wake(self._joiners, len(self._joiners))
                self._wake(self._getters, len(self._getters))
                self._wake(self._putters, len(self._putters))
            finally:
                self._leave(task)
            if kernel.recorder is not None:
                kernel.recorder.sync(Action.SHUTDOWN, self)

    # --- what subclasses may override -----------------------------------------------------------

    def _init(self, maxsize: int) -> None:
        self.queue: Any = deque()

    def _qsize(self) -> int:
        return len(self.queue)

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def _get(self) -> Any:
        return self.queue.popleft()

    # --- the mutex and the conditions -----------------------------------------------------------

    @property
    def mutex(self) -> Lock:
        """Excludes all operations while a program holds it."""
        if self._mutex is None:
            with _making:
                if self._mutex is None:
                    mutex = Lock()
                    mutex.watcher = self._update
                    self._mutex = mutex
        return self._mutex

    @property
    def not_empty(self) -> Condition:
        """Notified when an item was put in."""
        return self._condition("not_empty", self._getters)

    @property
    def not_full(self) -> Condition:
        """Notified when an item was taken out."""
        return self._condition("not_full", self._putters)

    @property
    def all_tasks_done(self) -> Condition:
        """Notified when the last item was dealt with."""
        return self._condition("all_tasks_done", self._joiners)

    def _condition(self, name: str, queue: WaitQueue) -> Condition:
        condition = self._conditions.get(name)
        if condition is None:
            with _making:
                condition = self._conditions.get(name)
                if condition is None:
                    condition = Condition(self.mutex)
                    condition._waiters = queue
                    condition._has_own_waiters = False
                    self._conditions[name] = condition
        return condition

    # --- the parts of an operation --------------------------------------------------------------

    def _enter(self, task: Task) -> None:
        """Wait while somebody holds the mutex; hold it if the program's code may run."""
        mutex = self._mutex if self._is_plain else self.mutex
        if mutex is not None:
            if mutex.epoch != kernel.epoch:
                kernel.adopt(mutex)
            if not mutex.is_free:
                mutex.wait_turn(task, -1.0)
            if not self._is_plain:
                mutex.take(task)

    def _leave(self, task: Task) -> None:
        """The operation is over, or its task is dead."""
        if kernel.is_tearing_down:
            return
        if self._is_plain:
            self._update()
        elif self.mutex.is_held_by(task):
            self.mutex.drop()

    def _wait(
        self,
        task: Task,
        queue: WaitQueue,
        can_go_on: Callable[[], bool],
        verb: str,
        block: bool,
        timeout: float | None,
    ) -> None:
        """Sleep until woken with something to go on with, if waiting was asked for at all."""
        if not block or (timeout is not None and timeout <= 0):
            return
        if timeout is not None:
            check_timeout(timeout)
        waiter = queue.add(task, self)
        self._leave(task)
        kernel.block(self, verb, -1.0 if timeout is None else kernel.now + timeout)
        waiter.is_late = True
        self._enter(task)
        queue.leave(waiter)

    def _wake(self, queue: WaitQueue, count: int) -> None:
        for waiter in queue.wake(count):
            if waiter.home not in {None, self} and not waiter.is_late:
                waiter.home.admit(waiter)  # it waits on the condition itself

    def admit(self, waiter: Waiter) -> None:
        """A program has notified one of the conditions, and so woken an operation.

        Args:
            waiter: The operation's place in the condition's queue.
        """
        self._update()

    def _update(self) -> None:
        """Tell the kernel which of the woken operations can go on."""
        if not (self._getters.woken or self._putters.woken or self._joiners.woken):
            return
        for queue, can_go_on in (
            (self._getters, self._has_item),
            (self._putters, self._has_room),
            (self._joiners, self._is_done),
        ):
            if queue.woken:
                is_free = self._mutex is None or self._mutex.is_free
                change = kernel.enable if is_free and self._asked(can_go_on) else kernel.disable
                for waiter in queue.woken:
                    if waiter.home is self and not waiter.is_late:
                        change(waiter.task)

    def _asked(self, can_go_on: Callable[[], bool]) -> bool:
        """Ask on behalf of others, without a switch in the program's code."""
        task = kernel.here
        if task is None or self._is_plain:
            return can_go_on()
        task.atomic += 1
        try:
            return can_go_on()
        finally:
            task.atomic -= 1

    def _has_item(self) -> bool:
        return bool(self._qsize()) or self.is_shutdown

    def _has_room(self) -> bool:
        return self._qsize() < self.maxsize or self.is_shutdown

    def _is_done(self) -> bool:
        return not self.unfinished_tasks

    def _read(self, question: str, answer: Callable[[], Any]) -> Any:
        task = kernel.here
        assert task is not None
        kernel.operation(_READ, self)
        self._enter(task)
        try:
            result = answer()
        finally:
            self._leave(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.QUEUE_READ, self, str(result), question)
        return result

    def _check_timeout(self, block: bool, timeout: float | None) -> None:
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")

    def _record_failure(self, what: str, timeout: float | None) -> None:
        if kernel.recorder is None:
            return
        if timeout:
            kernel.recorder.sync(Action.TIMEOUT, self)
        else:
            answer = "Full" if what == "put" else "Empty"
            kernel.recorder.sync(Action.QUEUE_READ, self, answer, f"{what}_nowait")

    # --- between executions ---------------------------------------------------------------------

    def adopt(self) -> None:
        """Forget the tasks of earlier executions; note the state of a queue made outside."""
        self._forget_waiters()
        if self.born == 0:
            self._kept = [(name, value, _contents(value)) for name, value in self.__dict__.items()]

    def restore(self) -> None:
        """Forget the tasks of the execution that is over, and what it did to the queue."""
        self._forget_waiters()
        kept, self._kept = self._kept, []
        for name, value, contents in kept:
            _refill(value, contents)
            self.__dict__[name] = value
        self._kept = []

    def _forget_waiters(self) -> None:
        self._getters.clear()
        self._putters.clear()
        self._joiners.clear()


class LifoQueue(Queue):
    """A queue: last in, first out.

    CPython:
        As ``queue.LifoQueue``; deviations: none.
    """

    __module__ = "queue"

    kind_name: ClassVar[str] = "LifoQueue"
    _is_plain: ClassVar[bool] = True
    _is_fifo: ClassVar[bool] = False

    def _init(self, maxsize: int) -> None:
        self.queue = []

    def _get(self) -> Any:
        return self.queue.pop()


class PriorityQueue(Queue):
    """A queue: smallest first.

    CPython:
        As ``queue.PriorityQueue``; deviations: none.
    """

    __module__ = "queue"

    kind_name: ClassVar[str] = "PriorityQueue"
    _is_plain: ClassVar[bool] = False
    _is_fifo: ClassVar[bool] = False

    def _init(self, maxsize: int) -> None:
        self.queue = []

    def _put(self, item: Any) -> None:
        heappush(self.queue, item)

    def _get(self) -> Any:
        return heappop(self.queue)


def _contents(value: Any) -> Any:
    """A copy of a container, None of anything else."""
    if type(value) in {deque, list, dict, set}:
        return value.copy()
    return None


def _refill(value: Any, contents: Any) -> None:
    """Give a container the contents it had."""
    if contents is None:
        return
    value.clear()
    if isinstance(value, (dict, set)):
        value.update(contents)
    else:
        value.extend(contents)
