"""Operations: what a task is about to do at a scheduling point, and which of them conflict.

An operation has a *kind* (one of the integers below) and a *location* (what it touches). Two operations of
different tasks on the same location are dependent when their kinds conflict; the conflict relation is one
bit mask per kind, so the compiled core tests it with one ``and``. Kinds are plain integers because the hot
path compares them hundreds of thousands of times a second; :class:`Kind` gives them names for people.

The table follows the dependence table of SimGrid's ``Transition.cpp`` and Nidhugg, made coarser where
Python's documentation leaves an order open (a dict remembers the order in which keys were added).
"""

from __future__ import annotations

import enum


@enum.unique
class Kind(enum.IntEnum):
    """The kinds of operation; the value is the bit number in a conflict mask."""

    # Accesses to one datum: an attribute, a global, a cell, a container's key or index.
    READ = 0
    WRITE = 1
    # Accesses to a container as a whole, beside the access to the key.
    ITEM_READ = 2  #: one key or index is looked up
    ITEM_WRITE = 3  #: the value under an existing key or index is replaced
    SHAPE_WRITE = 4  #: a key is added or removed; an item is appended
    SHAPE_READ = 5  #: length, truth, iteration over keys
    ALL_READ = 6  #: every value is read
    ALL_WRITE = 7  #: anything may have changed: sort, clear, insert, slices
    # Locks (also reentrant ones).
    ACQUIRE = 8
    TRY_ACQUIRE = 9  #: non-blocking or timed acquire, locked()
    RELEASE = 10
    # Semaphores.
    SEMAPHORE_ACQUIRE = 11
    SEMAPHORE_RELEASE = 12
    # Conditions.
    WAIT = 13
    NOTIFY = 14
    WAKE = 37  #: going on after a notify
    # Events.
    EVENT_WAIT = 15
    EVENT_SET = 16
    EVENT_CLEAR = 17
    EVENT_READ = 18
    # Barriers.
    BARRIER = 19
    # Queues.
    PUT = 20
    GET = 21
    TRY_PUT = 22  #: put_nowait, or with a timeout, or into a bounded queue
    TRY_GET = 23  #: get_nowait, or with a timeout
    QUEUE_READ = 24  #: qsize, empty, full
    TASK_DONE = 25
    QUEUE_JOIN = 26
    SHUTDOWN = 27
    # Threads.
    START = 28
    JOIN = 29
    TRY_JOIN = 30  #: join with a timeout
    THREAD_READ = 31  #: is_alive, enumerate, active_count
    EXIT = 32
    # Time.
    SLEEP = 33
    CLOCK = 34
    # What functools keeps.
    CACHE_READ = 35  #: a result is looked up
    CACHE_WRITE = 36  #: a result is stored, or all are forgotten


DATA_KINDS = frozenset(Kind(n) for n in range(8))
"""Kinds that are accesses to shared data, as opposed to synchronisation."""

READS = frozenset({Kind.READ, Kind.ITEM_READ, Kind.SHAPE_READ, Kind.ALL_READ})
"""Kinds that look at shared data without changing it."""

_QUEUE_TRIES = (Kind.TRY_PUT, Kind.TRY_GET, Kind.QUEUE_READ, Kind.SHUTDOWN)

_CONFLICTING_PAIRS: tuple[tuple[Kind, Kind], ...] = (
    (Kind.READ, Kind.WRITE),
    (Kind.WRITE, Kind.WRITE),
    (Kind.ITEM_READ, Kind.ALL_WRITE),
    (Kind.ITEM_WRITE, Kind.ALL_READ),
    (Kind.ITEM_WRITE, Kind.ALL_WRITE),
    (Kind.SHAPE_WRITE, Kind.SHAPE_WRITE),
    (Kind.SHAPE_WRITE, Kind.SHAPE_READ),
    (Kind.SHAPE_WRITE, Kind.ALL_READ),
    (Kind.SHAPE_WRITE, Kind.ALL_WRITE),
    (Kind.SHAPE_READ, Kind.ALL_WRITE),
    (Kind.ALL_READ, Kind.ALL_WRITE),
    (Kind.ALL_WRITE, Kind.ALL_WRITE),
    (Kind.ACQUIRE, Kind.ACQUIRE),
    (Kind.ACQUIRE, Kind.TRY_ACQUIRE),
    (Kind.TRY_ACQUIRE, Kind.TRY_ACQUIRE),
    (Kind.TRY_ACQUIRE, Kind.RELEASE),
    (Kind.SEMAPHORE_ACQUIRE, Kind.SEMAPHORE_ACQUIRE),
    (Kind.SEMAPHORE_ACQUIRE, Kind.SEMAPHORE_RELEASE),
    (Kind.SEMAPHORE_RELEASE, Kind.SEMAPHORE_RELEASE),
    (Kind.WAIT, Kind.WAIT),
    (Kind.WAIT, Kind.NOTIFY),
    (Kind.NOTIFY, Kind.WAKE),
    (Kind.EVENT_SET, Kind.EVENT_WAIT),
    (Kind.EVENT_SET, Kind.EVENT_READ),
    (Kind.EVENT_SET, Kind.EVENT_CLEAR),
    (Kind.EVENT_CLEAR, Kind.EVENT_WAIT),
    (Kind.EVENT_CLEAR, Kind.EVENT_READ),
    (Kind.BARRIER, Kind.BARRIER),
    (Kind.PUT, Kind.PUT),
    (Kind.GET, Kind.GET),
    (Kind.TASK_DONE, Kind.TASK_DONE),
    (Kind.TASK_DONE, Kind.SHUTDOWN),
    (Kind.PUT, Kind.TASK_DONE),
    (Kind.PUT, Kind.QUEUE_JOIN),
    (Kind.TRY_PUT, Kind.TASK_DONE),
    (Kind.TRY_PUT, Kind.QUEUE_JOIN),
    (Kind.CACHE_READ, Kind.CACHE_WRITE),
    (Kind.CACHE_WRITE, Kind.CACHE_WRITE),
    (Kind.START, Kind.START),
    (Kind.START, Kind.JOIN),
    (Kind.START, Kind.TRY_JOIN),
    (Kind.START, Kind.THREAD_READ),
    (Kind.EXIT, Kind.THREAD_READ),
    (Kind.EXIT, Kind.TRY_JOIN),
    *(
        (attempt, other)
        for attempt in _QUEUE_TRIES
        for other in (Kind.PUT, Kind.GET, *_QUEUE_TRIES)
    ),
)


def _masks() -> tuple[int, ...]:
    masks = [0] * len(Kind)
    for one, other in _CONFLICTING_PAIRS:
        masks[one] |= 1 << other
        masks[other] |= 1 << one
    return tuple(masks)


CONFLICTS: tuple[int, ...] = _masks()
"""``CONFLICTS[kind]`` has bit ``other`` set when the two kinds are dependent on one location."""


RACES: tuple[int, ...] = tuple(
    CONFLICTS[kind] & ~(1 << Kind.SHAPE_WRITE) if kind == Kind.SHAPE_WRITE else CONFLICTS[kind]
    for kind in range(len(DATA_KINDS))
) + (0,) * (len(Kind) - len(DATA_KINDS))
"""As CONFLICTS, for accesses that are a data race where nothing orders them: those to shared data, but not
two additions to one container (``items.append``, new keys). Each of them is atomic in Python, and neither
loses the other."""


def conflict(one: Kind, other: Kind) -> bool:
    """Whether two operations of these kinds, by different tasks on one location, are dependent.

    Args:
        one: The kind of one operation.
        other: The kind of the other.

    Returns:
        True when their order can matter.
    """
    return bool(CONFLICTS[one] >> other & 1)
