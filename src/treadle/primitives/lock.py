"""``threading.Lock``: taken or free; whoever waits may be next."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import check_acquire, creation_place, next_serial, numbers_of
from treadle.primitives.mutex import OUTSIDER, Mutex

_ACQUIRE = int(Kind.ACQUIRE)
_TRY_ACQUIRE = int(Kind.TRY_ACQUIRE)
_RELEASE = int(Kind.RELEASE)
_operation = kernel.operation
_observe = kernel.observe


class Lock(Mutex):
    """A lock that any task may release.

    CPython:
        As ``_thread.lock``; deviations: none.
    """

    __slots__ = ("_twin",)

    __module__ = "_thread"

    kind_name: ClassVar[str] = "Lock"

    def __init__(self) -> None:
        # Written out for speed: programs make many locks.
        self.serial = next_serial()
        self._holder = None
        self._waiters = ()
        self.watcher = None
        if kernel.here is not None:
            self.born = kernel.epoch
            self._twin: Any = None
            if kernel.recorder is not None:
                self.created_at = creation_place()
        else:
            self._twin = real.allocate_lock()
            self.created_at = creation_place()

    def __init_subclass__(cls, *, is_ours: bool = False) -> None:
        if not is_ours:
            raise TypeError("type '_thread.lock' is not an acceptable base type")

    def __repr__(self) -> str:
        is_locked = self._holder is not None if self.is_modelled else self._real().locked()
        return f"<{'locked' if is_locked else 'unlocked'} _thread.lock object at {id(self):#x}>"

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, waiting for it if it is held.

        Args:
            blocking: Whether to wait.
            timeout: Seconds of virtual time to wait; -1 waits for ever.

        Returns:
            Whether the lock was taken.

        Raises:
            ValueError: A timeout was given with ``blocking=False``, or it is negative.

        Scheduling:
            One point before the attempt; blocks while held; a failed attempt is a point too.

        CPython:
            As ``_thread.lock.acquire``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return self._real().acquire(blocking, timeout)
        if blocking is not True or timeout != -1:
            return self._try_acquire(task, blocking, timeout)
        _operation(_ACQUIRE, self)
        if self._holder is not None:
            self.wait_turn(task, -1.0)
        # As `take` does, written out for speed.
        self._holder = task
        task.held.append(self)
        if self._waiters:
            self.forbid()
        _observe(self)
        if self.watcher is not None:
            self.watcher()
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.ACQUIRE, self)
        return True

    def release(self) -> None:
        """Let the lock go; any task may do so.

        Raises:
            RuntimeError: Nobody holds it.

        Scheduling:
            One point before; enables every task that waits for the lock.

        CPython:
            As ``_thread.lock.release``; deviations: none.
        """
        task = kernel.here
        if task is None:
            self._real().release()
            return
        self.give_up(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.RELEASE, self, woken=numbers_of(self._waiters))

    def locked(self) -> bool:
        """Whether somebody holds the lock at this moment.

        Scheduling:
            One point before.

        CPython:
            As ``_thread.lock.locked``; deviations: none.
        """
        if kernel.here is None:
            return self._real().locked()
        _operation(_TRY_ACQUIRE, self)
        is_locked = self._holder is not None
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.LOCKED, self, str(is_locked))
        return is_locked

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _at_fork_reinit(self) -> None:
        self._holder = None
        self._real()._at_fork_reinit()

    def _try_acquire(self, task: Task, blocking: Any, timeout: float) -> bool:
        """Acquire other than by waiting for ever."""
        check_acquire(blocking, timeout)
        _operation(_TRY_ACQUIRE, self)
        if self._holder is not None and not self.try_for_a_while(task, blocking, timeout):
            return False
        self.take(task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.TRY_ACQUIRE, self, "True")
        return True

    def give_up(self, task: Task) -> int:
        """Let the lock go, whoever holds it, as a step of its own; returns how often it was held."""
        # Who releases what another holds, or nobody, changes what an acquire will find.
        _operation(_RELEASE if self._holder is task else _TRY_ACQUIRE, self)
        if self._holder is None:
            raise RuntimeError("release unlocked lock")
        self.drop()
        return 1

    def _real(self) -> Any:
        """The lock that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.allocate_lock()
        return self._twin

    def adopt(self) -> None:
        """Start as the real twin is, for a lock made outside; free, for one that escaped."""
        self._waiters = ()
        self._holder = OUTSIDER if self.born == 0 and self._real().locked() else None


class _NotCalled(type):
    """The class of a class whose objects only a function makes."""

    def __call__(cls, *_: object, **__: object) -> NoReturn:
        raise TypeError(f"cannot create '{cls.__module__}.{cls.__qualname__}' instances")


class MadeLock(Lock, metaclass=_NotCalled, is_ours=True):
    """What programs get up to 3.12, where a lock's class cannot be called."""

    __slots__ = ()

    __module__ = "_thread"


MadeLock.__name__ = MadeLock.__qualname__ = "lock"

LockType: type[Lock] = Lock if real.VERSION >= (3, 13) else MadeLock
"""The class of the locks that programs get."""


def allocate_lock(_original: object = None, /) -> Lock:
    """Make a lock, as ``_thread.allocate_lock`` does.

    Returns:
        A new lock.
    """
    lock = LockType.__new__(LockType)
    lock.__init__()  # type: ignore[misc]
    return lock
