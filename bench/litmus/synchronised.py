"""Locks, events and queues; and what threads do without them."""

import queue
import threading

from litmus import Litmus


class Locked(Litmus):
    """An update under a lock."""

    FREE_THREADED = GIL = {"2"}

    def __init__(self):
        self.lock = threading.Lock()
        self.bal = 0

    def one(self):
        with self.lock:
            self.bal += 1

    def outcome(self):
        return self.bal


class WrongLock(Litmus):
    """Each thread has a lock of its own; under the GIL the update between them is one step."""

    FREE_THREADED = {"1", "2"}
    GIL = {"2"}

    def __init__(self):
        self.locks = threading.Lock(), threading.Lock()
        self.bal = 0

    def one(self):
        with self.locks[0]:
            self.bal += 1

    def two(self):
        with self.locks[1]:
            self.bal += 1

    def outcome(self):
        return self.bal


class ReadOutside(Litmus):
    """The value is read before the lock is taken, which is a call after which the interpreter checks."""

    FREE_THREADED = GIL = {"1", "2"}

    def __init__(self):
        self.lock = threading.Lock()
        self.bal = 0

    def one(self):
        balance = self.bal
        self.lock.acquire()
        self.bal = balance + 1
        self.lock.release()

    def outcome(self):
        return self.bal


class ReadOutsideWith(ReadOutside):
    """The same with ``with``: a free lock is taken without a check."""

    GIL = {"2"}

    def one(self):
        balance = self.bal
        with self.lock:
            self.bal = balance + 1


class TryLock(Litmus):
    """Two threads try a lock that the first keeps."""

    FREE_THREADED = GIL = {"[False, True]"}

    def __init__(self):
        self.lock = threading.Lock()
        self.got = []

    def one(self):
        self.got.append(self.lock.acquire(False))

    def outcome(self):
        return sorted(self.got)


class LockedTrap(Litmus):
    """``locked`` says what was true then: with both threads there, one may wait."""

    FREE_THREADED = GIL = {"[False, True]", "[True, True]"}

    def __init__(self):
        self.lock = threading.Lock()
        self.was_free = []

    def one(self):
        is_free = not self.lock.locked()
        if is_free:
            self.lock.acquire(False)
        self.was_free.append(is_free)

    def outcome(self):
        return sorted(self.was_free)


class EventPublished(Litmus):
    """Data that is written before an event is set is there when the event is."""

    FREE_THREADED = GIL = {"None", "1"}

    def __init__(self):
        self.event = threading.Event()
        self.data = 0
        self.read = None

    def one(self):
        self.data = 1
        self.event.set()

    def two(self):
        if self.event.is_set():
            self.read = self.data

    def outcome(self):
        return self.read


class PublishedTooEarly(Litmus):
    """A flag is set before the data is written."""

    FREE_THREADED = {"None", "0", "1"}
    GIL = {"None", "1"}

    def __init__(self):
        self.is_ready = False
        self.data = 0
        self.read = None

    def one(self):
        self.is_ready = True
        self.data = 1

    def two(self):
        if self.is_ready:
            self.read = self.data

    def outcome(self):
        return self.read


class StoreBuffering(Litmus):
    """Each thread writes one variable and reads the other's: one of them sees what was written."""

    FREE_THREADED = {"(0, 1)", "(1, 0)", "(1, 1)"}
    GIL = {"(0, 1)", "(1, 0)"}

    def __init__(self):
        self.x = self.y = 0
        self.seen_y = self.seen_x = None

    def one(self):
        self.x = 1
        self.seen_y = self.y

    def two(self):
        self.y = 1
        self.seen_x = self.x

    def outcome(self):
        return self.seen_y, self.seen_x


class StoreBufferingWithCall(StoreBuffering):
    """The same with a call in between."""

    GIL = {"(0, 1)", "(1, 0)", "(1, 1)"}

    def one(self):
        self.x = 1
        abs(1)
        self.seen_y = self.y

    def two(self):
        self.y = 1
        abs(1)
        self.seen_x = self.x


class HandedOver(Litmus):
    """A queue hands an object over; what was written before is there."""

    FREE_THREADED = GIL = {"1"}

    def __init__(self):
        self.queue = queue.Queue()
        self.data = 0
        self.read = None

    def one(self):
        self.data = 1
        self.queue.put("ready")

    def two(self):
        self.queue.get()
        self.read = self.data

    def outcome(self):
        return self.read


class EmptyThenGet(Litmus):
    """``empty`` says what was true then: there is one item for two threads."""

    FREE_THREADED = GIL = {"False", "True"}

    def __init__(self):
        self.queue = queue.Queue()
        self.queue.put(1)
        self.failed = False

    def one(self):
        try:
            if not self.queue.empty():
                self.queue.get_nowait()
        except queue.Empty:
            self.failed = True

    def outcome(self):
        return self.failed


PROGRAMS = [
    Locked, WrongLock, ReadOutside, ReadOutsideWith, TryLock, LockedTrap, EventPublished,
    PublishedTooEarly, StoreBuffering, StoreBufferingWithCall, HandedOver, EmptyThenGet,
]  # fmt: skip
