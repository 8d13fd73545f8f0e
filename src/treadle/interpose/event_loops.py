"""``asyncio``: event loops, each in a task of its own, that wait in virtual time.

Coroutines need no scheduler of ours: within one loop only what the loop does is possible. What matters is
what happens between a loop and other threads. So a loop's selector is a primitive here: putting a callback
into the loop is an operation on it, waiting for callbacks, timers and sockets is another, and who calls
``call_soon_threadsafe`` wakes the loop, while who only calls ``call_soon`` does not, as in CPython.

The interpreter keeps the running loop, and the hooks of asynchronous generators, for each thread of the
operating system; on greenlets they are exchanged whenever another task runs. A loop with sockets beside its
own waits for them in real time, which is not controlled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives.base import Primitive
from treadle.primitives.functions import get_ident
from treadle.primitives.local import local

MODULE = "asyncio"

_PUT = int(Kind.PUT)
_SELECT = int(Kind.TRY_GET)


class Selector(Primitive):
    """Stands before the selector of an event loop; everything else is the selector's own.

    Args:
        selector: The selector.
    """

    kind_name: ClassVar[str] = "event loop"

    def __init__(self, selector: Any) -> None:
        Primitive.__init__(self)
        self._selector = selector
        self._sleeper: Task | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)

    def select(self, timeout: float | None = None) -> Any:
        """Wait until somebody wakes the loop, or a socket is ready, or time is up.

        Args:
            timeout: Seconds of virtual time; None waits for ever.

        Returns:
            The sockets that are ready, the one through which the loop is woken among them.
        """
        task = kernel.here
        if task is None:
            return self._selector.select(timeout)
        kernel.operation(_SELECT, self)
        ready = self._selector.select(0)
        if not ready and (timeout is None or timeout > 0):
            if len(self._selector.get_map()) > 1:
                return self._selector.select(timeout)
            self._sleeper = task
            kernel.block(self, "waits in", -1.0 if timeout is None else kernel.now + timeout)
            self._sleeper = None
            ready = self._selector.select(0)
        if ready:
            kernel.made_progress()
        kernel.observe(self)
        return ready

    def announce(self, callback: object, is_foreign: bool) -> None:
        """The running task is about to put a callback into the loop.

        Args:
            callback: The callback.
            is_foreign: Whether the loop runs in another task.
        """
        kernel.operation(_PUT, self)
        kernel.publish(self)
        if is_foreign and kernel.recorder is not None:
            name = getattr(callback, "__qualname__", type(callback).__name__)
            kernel.recorder.sync(Action.PUT, self, str(name))

    def wake(self) -> None:
        """The running task has woken the loop."""
        if self._sleeper is not None:
            kernel.enable(self._sleeper)

    def adopt(self) -> None:
        """Forget the tasks of earlier executions."""
        self._sleeper = None

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        self._sleeper = None


class RunningLoops(Primitive):
    """The running loop of each task, and its hooks of asynchronous generators."""

    kind_name: ClassVar[str] = "running loops"

    def __init__(self) -> None:
        Primitive.__init__(self)
        self._by_task: dict[int, tuple[Any, tuple[Any, ...]]] = {}
        self._none: tuple[Any, tuple[Any, ...]] = (None, (None, None))
        self._set: Callable[[Any], None] | None = None

    def note(self, task: Task, loop: Any, set_running_loop: Callable[[Any], None]) -> None:
        """The running task begins to run a loop, or has ended.

        Args:
            task: The running task.
            loop: The loop; None at the end.
            set_running_loop: The interpreter's function.
        """
        if kernel.real_threads is not None:
            return
        self._set = set_running_loop
        if self.epoch != kernel.epoch:
            kernel.adopt(self)
        if loop is None:
            self._by_task.pop(task.number, None)
        else:
            hooks: Any = sys.get_asyncgen_hooks()
            self._by_task[task.number] = (loop, tuple(hooks))
            kernel.on_stint = self._begin_stint

    def _begin_stint(self, task: Task) -> None:
        loop, hooks = self._by_task.get(task.number, self._none)
        assert self._set is not None
        self._set(loop)
        sys.set_asyncgen_hooks(*hooks)

    def adopt(self) -> None:
        """No task runs a loop yet."""
        self._by_task.clear()

    def restore(self) -> None:
        """No task runs a loop any more."""
        self._by_task.clear()
        kernel.on_stint = None
        if self._set is not None:
            self._set(None)
            sys.set_asyncgen_hooks(None, None)


running = RunningLoops()
"""There is one in a process."""


class Local(local):
    """What the policy of event loops keeps for each thread."""

    _loop = None
    _set_called = False


def _make_loop(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        original(self, *args, **kwargs)
        self._selector = Selector(self._selector)
        self._made_in = kernel.epoch if kernel.here is not None else 0

    return __init__


def _call_soon(original: Callable[..., Any]) -> Callable[..., Any]:
    def _call_soon(self: Any, callback: Any, args: Any, context: Any) -> Any:
        task = kernel.here
        if task is not None and isinstance(self._selector, Selector):
            self._selector.announce(callback, self._thread_id not in {None, get_ident()})
        return original(self, callback, args, context)

    return _call_soon


def _write_to_self(original: Callable[..., None]) -> Callable[..., None]:
    def _write_to_self(self: Any) -> None:
        original(self)
        if kernel.here is not None and isinstance(self._selector, Selector):
            self._selector.wake()

    return _write_to_self


def _call_exception_handler(original: Callable[..., None]) -> Callable[..., None]:
    def call_exception_handler(self: Any, context: Any) -> None:
        made_in = getattr(self, "_made_in", 0)
        # Of what an execution that is over, or dying, has left behind nothing is said.
        if made_in and (made_in != kernel.epoch or not kernel.is_active or kernel.is_tearing_down):
            return
        original(self, context)

    return call_exception_handler


def _set_running_loop(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def _set_running_loop(loop: Any) -> None:
        original(loop)
        task = kernel.here
        if task is not None:
            running.note(task, loop, original)

    return _set_running_loop


def events() -> Any:
    """The module ``asyncio.events``."""
    return sys.modules["asyncio.events"]


_replaced: list[tuple[Any, str, Any]] = []


def watch(module: Any) -> None:
    """Put event loops under control.

    Args:
        module: ``asyncio``, just imported.
    """
    base = module.base_events.BaseEventLoop
    selecting = module.selector_events.BaseSelectorEventLoop
    policy = events().BaseDefaultEventLoopPolicy
    for target, name, make in (
        (selecting, "__init__", _make_loop),
        (base, "_call_soon", _call_soon),
        (selecting, "_write_to_self", _write_to_self),
        (base, "call_exception_handler", _call_exception_handler),
        (events(), "_set_running_loop", _set_running_loop),
        (policy, "_Local", lambda _: Local),
    ):
        _replace(target, name, make(getattr(target, name)))
    present = events()._event_loop_policy
    if isinstance(present, policy):
        _replace(present, "_local", Local())


def unwatch(_: Any) -> None:
    """Undo ``watch``."""
    while _replaced:
        target, name, original = _replaced.pop()
        setattr(target, name, original)


def _replace(target: Any, name: str, value: Any) -> None:
    _replaced.append((target, name, getattr(target, name)))
    setattr(target, name, value)
