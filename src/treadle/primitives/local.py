"""``threading.local``: attributes of which every task has its own.

All tasks run in one thread of the operating system, so the interpreter's own ``local`` would give them all
the same attributes. As in the standard library's ``_threading_local``, an access puts the dictionary of the
running task in the place of the object's ``__dict__``, but only when another task was there before. Outside
of executions it does so for every thread, under a real lock.

What the thread that runs executions has stored outside is what the main task finds; what happens to it in
an execution is forgotten afterwards.
"""

from __future__ import annotations

import weakref
from typing import Any

from treadle.engine.kernel import kernel
from treadle.engine.task import Task
from treadle.primitives import real
from treadle.primitives.base import Primitive

_get = object.__getattribute__
_set = object.__setattr__


class Store(Primitive):
    """The dictionaries of one ``local`` object.

    Attributes:
        arguments: What the object was made with, for its ``__init__`` in each new task.
        owner: Whose dictionary is in place: a task, or None outside of executions.
        by_task: A dictionary for each task, by number.
        outside: Holds a dictionary for each real thread.
        lock: Guards the exchange outside of executions.
    """

    __slots__ = ("arguments", "by_task", "lock", "outside", "owner", "target")

    is_native = True

    def __init__(self, target: local, arguments: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
        Primitive.__init__(self)
        self.arguments = arguments
        self.owner: Task | None = None
        self.by_task: dict[int, dict[str, Any]] = {}
        self.outside = real.local()
        self.lock = real.RLock()
        self.target = weakref.ref(target)

    def switch_to(self, target: local, task: Task) -> None:
        """Put a task's dictionary in place, made and filled now if it has none."""
        if self.epoch != kernel.epoch:
            kernel.adopt(self)
        attributes = self.by_task.get(task.number)
        self.owner = task
        if attributes is not None:
            _set(target, "__dict__", attributes)
            return
        attributes = {}
        self.by_task[task.number] = attributes
        if task.local is None:
            task.local = []
        task.local.append(weakref.ref(self))
        _set(target, "__dict__", attributes)
        if task.number == 0 and self.born == 0 and hasattr(self.outside, "attributes"):
            attributes.update(self.outside.attributes)
            return
        try:
            _initialize(target, self.arguments)
        except BaseException:
            del self.by_task[task.number]
            self.owner = None
            raise
        # Others may have come by meanwhile.
        self.owner = task
        _set(target, "__dict__", attributes)

    def switch_outside(self, target: local) -> None:
        """Put the dictionary of the calling real thread in place."""
        self.owner = None
        attributes = getattr(self.outside, "attributes", None)
        if attributes is not None:
            _set(target, "__dict__", attributes)
            return
        attributes = self.outside.attributes = {}
        _set(target, "__dict__", attributes)
        try:
            _initialize(target, self.arguments)
        except BaseException:
            del self.outside.attributes
            raise

    def forget(self, task: Task) -> None:
        """A task has ended."""
        self.by_task.pop(task.number, None)
        if self.owner is task:
            self.owner = None
            target = self.target()
            if target is not None:
                _set(target, "__dict__", {})

    def adopt(self) -> None:
        """Forget the tasks of earlier executions."""
        self.by_task.clear()
        self.owner = None

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        self.by_task.clear()
        self.owner = None
        target = self.target()
        if target is not None:
            _set(target, "__dict__", {})


class local:  # noqa: N801 - the name is that of the threading module
    """An object of whose attributes every task has its own.

    CPython:
        As ``_thread._local``; deviations: none.
    """

    __module__ = "_thread"
    __slots__ = ("__dict__", "__weakref__", "_treadle_store")

    def __new__(cls, /, *args: Any, **kwargs: Any) -> local:
        """Remember the arguments: each task calls ``__init__`` with them when it first comes by."""
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        store = Store(self, (args, kwargs))
        _set(self, "_treadle_store", store)
        # Whoever makes the object runs its __init__ now, as for any class.
        task = kernel.here
        if task is None:
            store.outside.attributes = {}
            _set(self, "__dict__", store.outside.attributes)
        else:
            kernel.adopt(store)
            store.owner = task
            store.by_task[task.number] = {}
            if task.local is None:
                task.local = []
            task.local.append(weakref.ref(store))
            _set(self, "__dict__", store.by_task[task.number])
        return self

    def __getattribute__(self, name: str) -> Any:
        store = _get(self, "_treadle_store")
        task = kernel.here
        if task is not None:
            if store.owner is not task:
                store.switch_to(self, task)
            return _get(self, name)
        with store.lock:
            store.switch_outside(self)
            return _get(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "__dict__":
            _refuse_dict(self)
        store = _get(self, "_treadle_store")
        task = kernel.here
        if task is not None:
            if store.owner is not task:
                store.switch_to(self, task)
            _set(self, name, value)
            return
        with store.lock:
            store.switch_outside(self)
            _set(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "__dict__":
            _refuse_dict(self)
        store = _get(self, "_treadle_store")
        task = kernel.here
        if task is not None:
            if store.owner is not task:
                store.switch_to(self, task)
            object.__delattr__(self, name)
            return
        with store.lock:
            store.switch_outside(self)
            object.__delattr__(self, name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("cannot pickle '_thread._local' object")


def _refuse_dict(target: local) -> None:
    raise AttributeError(f"{type(target).__name__!r} object attribute '__dict__' is read-only")


def _initialize(target: local, arguments: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    """Call the ``__init__`` of a subclass for a task that is new to the object."""
    if type(target).__init__ is not object.__init__:
        args, kwargs = arguments
        type(target).__init__(target, *args, **kwargs)  # type: ignore[misc]


def forget_locals(task: Task) -> None:
    """A task has ended: what it stored in ``local`` objects goes.

    Args:
        task: The task.
    """
    stores, task.local = task.local, None
    for reference in stores:
        store = reference()
        if store is not None:
            store.forget(task)
