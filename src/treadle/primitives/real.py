"""The interpreter's own threading, as it was before anything was replaced.

Whatever Treadle itself needs of real threads it takes from here; ``threading.Lock`` may be ours by the time
it is called. This module is imported before :func:`treadle.interpose.patch.install` can run.

``Event``, ``Condition`` and the other primitives that the standard library writes in Python find the parts
they are made of in the globals of their module, where ours stand after ``install``. So those here are
copies of the classes whose functions look into a copy of these globals, made now.
"""

from __future__ import annotations

import _queue
import _thread
import queue as _queue_module
import sys
import threading
import time as _time
import types
from typing import Any

VERSION = sys.version_info[:2]


def _copy_class(original: type, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
    """A class like the original whose functions have other globals."""
    body: dict[str, Any] = {}
    cell = types.CellType()  # what `super()` without arguments refers to
    for name, value in vars(original).items():
        if name in {"__dict__", "__weakref__"}:
            continue
        if isinstance(value, types.FunctionType):
            closure = tuple(cell for _ in value.__closure__ or ())
            copy = types.FunctionType(value.__code__, namespace, name, value.__defaults__, closure)
            copy.__kwdefaults__ = value.__kwdefaults__
            body[name] = copy
        else:
            body[name] = value
    made = type(original.__name__, bases, body)
    made.__qualname__ = original.__qualname__
    cell.cell_contents = made
    namespace[original.__name__] = made
    return made


Thread = threading.Thread
Timer = threading.Timer
MainThread = threading._MainThread
DummyThread = threading._DummyThread
RLock = _thread.RLock
LockType = _thread.LockType
local = _thread._local

allocate_lock = _thread.allocate_lock
start_new_thread = _thread.start_new_thread
count = _thread._count
start_joinable_thread = getattr(_thread, "start_joinable_thread", None)
ThreadHandle = getattr(_thread, "_ThreadHandle", None)
interrupt_main = _thread.interrupt_main
get_ident = _thread.get_ident
get_native_id = threading.get_native_id
current_thread = threading.current_thread
main_thread = threading.main_thread
enumerate = threading.enumerate  # noqa: A001 - the names are those of the threading module
active_count = threading.active_count
register_atexit = threading._register_atexit

sleep = _time.sleep
monotonic = _time.monotonic

_namespace = dict(vars(threading))
Condition = _copy_class(threading.Condition, (), _namespace)
Event = _copy_class(threading.Event, (), _namespace)
Semaphore = _copy_class(threading.Semaphore, (), _namespace)
BoundedSemaphore = _copy_class(threading.BoundedSemaphore, (Semaphore,), _namespace)
Barrier = _copy_class(threading.Barrier, (), _namespace)
BrokenBarrierError = threading.BrokenBarrierError

_queue_namespace = dict(vars(_queue_module), threading=types.SimpleNamespace(**_namespace))
Queue = _copy_class(_queue_module.Queue, (), _queue_namespace)
LifoQueue = _copy_class(_queue_module.LifoQueue, (Queue,), _queue_namespace)
PriorityQueue = _copy_class(_queue_module.PriorityQueue, (Queue,), _queue_namespace)
SimpleQueue = _queue.SimpleQueue
Empty = _queue_module.Empty
Full = _queue_module.Full
ShutDown = getattr(_queue_module, "ShutDown", None)
