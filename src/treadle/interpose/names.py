"""Which names of the standard library stand for what while a program is interposed."""

from __future__ import annotations

import os
from typing import Any

from treadle.interpose import entropy, exits, processes, randomness, signals, time
from treadle.interpose.builtin import bound, builtin
from treadle.primitives import cached, functions, low_level, real
from treadle.primitives.active import active
from treadle.primitives.barrier import Barrier
from treadle.primitives.condition import Condition
from treadle.primitives.event import Event
from treadle.primitives.failures import default_hook
from treadle.primitives.handle import ThreadHandle, start_joinable_thread
from treadle.primitives.local import local
from treadle.primitives.lock import LockType, allocate_lock
from treadle.primitives.queue import LifoQueue, PriorityQueue, Queue
from treadle.primitives.rlock import RLock
from treadle.primitives.semaphore import BoundedSemaphore, Semaphore
from treadle.primitives.simple_queue import SimpleQueue
from treadle.primitives.thread import Thread
from treadle.primitives.timer import Timer

_get_ident = builtin(functions.get_ident, real.get_ident)
_get_native_id = builtin(functions.get_native_id, real.get_native_id)
_allocate_lock = bound(allocate_lock, real.allocate_lock)
_start_new_thread = builtin(low_level.start_new_thread, real.start_new_thread)

_THREADING: dict[str, Any] = {
    "Thread": Thread,
    "Timer": Timer,
    "Lock": LockType if real.VERSION >= (3, 13) else _allocate_lock,
    "RLock": RLock,
    "_CRLock": RLock,
    "_allocate_lock": _allocate_lock,
    "Condition": Condition,
    "Event": Event,
    "Semaphore": Semaphore,
    "BoundedSemaphore": BoundedSemaphore,
    "Barrier": Barrier,
    "local": local,
    "current_thread": functions.current_thread,
    "currentThread": functions.currentThread,
    "main_thread": functions.main_thread,
    "enumerate": functions.enumerate,
    "active_count": functions.active_count,
    "activeCount": functions.activeCount,
    "get_ident": _get_ident,
    "get_native_id": _get_native_id,
    "_register_atexit": functions.register_atexit,
    "_active": active,
    "_start_new_thread": _start_new_thread,
    "__excepthook__": default_hook,
}

_LOW_LEVEL: dict[str, Any] = {
    "allocate_lock": _allocate_lock,
    "allocate": _allocate_lock,
    "lock": LockType,
    "LockType": LockType,
    "RLock": RLock,
    "_local": local,
    "start_new_thread": _start_new_thread,
    "start_new": _start_new_thread,
    "get_ident": _get_ident,
    "get_native_id": _get_native_id,
    "_count": builtin(low_level.count, real.count),
    "interrupt_main": builtin(signals.interrupt_main, real.interrupt_main),
}

if real.start_joinable_thread is not None:
    _start_joinable_thread = builtin(start_joinable_thread, real.start_joinable_thread)
    _LOW_LEVEL["start_joinable_thread"] = _start_joinable_thread
    _THREADING["_start_joinable_thread"] = _start_joinable_thread
    _LOW_LEVEL["_ThreadHandle"] = ThreadHandle

REPLACEMENTS: dict[str, dict[str, Any]] = {
    "threading": _THREADING,
    "_thread": _LOW_LEVEL,
    "queue": {
        "Queue": Queue,
        "LifoQueue": LifoQueue,
        "PriorityQueue": PriorityQueue,
        "SimpleQueue": SimpleQueue,
    },
    "_queue": {"SimpleQueue": SimpleQueue},
    "time": time.REPLACEMENTS,
    "random": randomness.REPLACEMENTS,
    "atexit": exits.REPLACEMENTS,
    "os": {
        **processes.REPLACEMENTS,
        **entropy.REPLACEMENTS,
        "kill": builtin(signals.kill, os.kill),
    },
    "signal": signals.REPLACEMENTS,
    "functools": cached.REPLACEMENTS,
}
"""By module and name; names that the running interpreter does not have are left out when installing."""
