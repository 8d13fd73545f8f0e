"""CPython's own ``threading`` and ``queue`` classes over our locks: what the outcomes ought to be.

``Condition``, ``Event``, ``Semaphore``, ``Barrier`` and ``Queue`` of the standard library are Python code
over ``_thread.lock`` and a clock. Here they run unchanged over our Lock, RLock and virtual time, with every
lock operation inside them a scheduling point of its own.
"""

from __future__ import annotations

import queue
import threading
import types

from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.model.operation import Kind
from treadle.primitives import (
    barrier,
    condition,
    event,
    functions,
    lock,
    real,
    rlock,
    semaphore,
)
from treadle.primitives import (
    queue as our_queue,
)

_namespace = dict(
    vars(threading),
    Lock=lock.Lock,
    RLock=rlock.RLock,
    _CRLock=rlock.RLock,
    _allocate_lock=lock.Lock,
    get_ident=functions.get_ident,
    _time=lambda: kernel.now,
)


def _copied(name, *bases):
    return real._copy_class(getattr(threading, name), bases, _namespace)


THEIRS = types.SimpleNamespace(
    name="CPython",
    Lock=lock.Lock,
    RLock=rlock.RLock,
    Condition=_copied("Condition"),
    Event=_copied("Event"),
    Semaphore=_copied("Semaphore"),
    Barrier=_copied("Barrier"),
    BrokenBarrierError=threading.BrokenBarrierError,
    Empty=queue.Empty,
    Full=queue.Full,
)
THEIRS.BoundedSemaphore = _copied("BoundedSemaphore", THEIRS.Semaphore)

_queue_namespace = dict(
    vars(queue), threading=types.SimpleNamespace(**_namespace), time=lambda: kernel.now
)
THEIRS.Queue = real._copy_class(queue.Queue, (), _queue_namespace)
THEIRS.LifoQueue = real._copy_class(queue.LifoQueue, (THEIRS.Queue,), _queue_namespace)
THEIRS.PriorityQueue = real._copy_class(queue.PriorityQueue, (THEIRS.Queue,), _queue_namespace)

OURS = types.SimpleNamespace(
    name="Treadle",
    Lock=lock.Lock,
    RLock=rlock.RLock,
    Condition=condition.Condition,
    Event=event.Event,
    Semaphore=semaphore.Semaphore,
    BoundedSemaphore=semaphore.BoundedSemaphore,
    Barrier=barrier.Barrier,
    BrokenBarrierError=threading.BrokenBarrierError,
    Queue=our_queue.Queue,
    LifoQueue=our_queue.LifoQueue,
    PriorityQueue=our_queue.PriorityQueue,
    Empty=queue.Empty,
    Full=queue.Full,
)


class Place(Resource):
    """Something that tasks touch, and nothing else."""

    def touch(self):
        """A scheduling point."""
        kernel.operation(Kind.WRITE, self)


def sleep(seconds):
    """Sleep in virtual time."""
    kernel.block(None, "sleeps", kernel.now + seconds)
