"""The provider of our primitives, as they are or with a mistake put in."""

from __future__ import annotations

import os
import queue
import threading
import time
import types
import weakref

from outcome_suite import sources
from outcome_suite.program import Base
from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.interpose.executors import put_in_order
from treadle.model.operation import Kind
from treadle.primitives import real

PACKAGE = "treadle.primitives"
MODULES = (
    "base wait_queue idents failures mutex lock rlock condition event semaphore barrier queue simple_queue "
    "local threads thread timer low_level handle functions"
).split()
"""The modules of the package in an order in which each comes after those that it imports."""


class Place(Resource):
    """What a note is an operation on."""


class Controlled(Base):
    """What all providers on the kernel have in common."""

    def __init__(self):
        super().__init__()
        self.place = Place()

    def note(self, what):
        """Put something at the end of the notes: an operation on shared data."""
        kernel.operation(Kind.WRITE, self.place)
        self.notes.append(what)

    def sleep(self, seconds):
        """Sleep in virtual time."""
        kernel.operation(Kind.SLEEP, self.place)
        kernel.block(None, "sleeps", kernel.now + seconds)

    def now(self):
        """The virtual time, in whole seconds."""
        return round(kernel.now)

    def end(self):
        """The main thread has come to its end; where daemons run on, that is a moment they may see."""

    def forget(self):
        """Let go what the last execution left in modules."""


def primitives(name=None, text=None):
    """The modules of the package.

    Args:
        name: One of them that has another text.
        text: The text.

    Returns:
        A dictionary: private copies of all when there is another text, else those in use.
    """
    if name is None:
        return {each: __import__(f"{PACKAGE}.{each}", fromlist=["x"]) for each in MODULES}
    made = {}
    overlay = {f"{PACKAGE}.real": real}
    for each in MODULES:
        full = f"{PACKAGE}.{each}"
        code = sources.compiled(full, False)
        if each == name:
            code = sources.compiled_text(text, code.co_filename, full, False)
        made[each] = overlay[full] = sources.executed(full, code, overlay)
    return made


def our_classes(modules):
    """The primitives by the names that programs know."""
    names = {
        "lock": ["Lock"],
        "rlock": ["RLock"],
        "condition": ["Condition"],
        "event": ["Event"],
        "semaphore": ["Semaphore", "BoundedSemaphore"],
        "barrier": ["Barrier"],
        "queue": ["Queue", "LifoQueue", "PriorityQueue"],
        "simple_queue": ["SimpleQueue"],
        "local": ["local"],
        "thread": ["Thread"],
        "timer": ["Timer"],
        "functions": ["current_thread", "main_thread", "get_ident"],
    }
    return {
        name: getattr(modules[module], name) for module, names in names.items() for name in names
    }


def pool_modules(threading_module, queue_module, *, is_rewritten):
    """Private copies of the modules of thread pools, over other ``threading`` and ``queue``."""
    overlay = {
        "threading": threading_module,
        "queue": queue_module,
        "time": sources.Facade(time, monotonic=lambda: kernel.now),
        "os": sources.Facade(os, register_at_fork=lambda **callbacks: None),
    }
    for name in ("concurrent.futures._base", "concurrent.futures.thread"):
        overlay[name] = sources.executed(name, sources.compiled(name, is_rewritten), overlay)
    put_in_order(overlay["concurrent.futures._base"])
    return overlay["concurrent.futures._base"], overlay["concurrent.futures.thread"]


def futures_of(threading_module, queue_module, *, is_rewritten=False):
    """What programs use of thread pools, and a function that forgets the last execution's workers."""
    base, thread = pool_modules(threading_module, queue_module, is_rewritten=is_rewritten)
    names = ["CancelledError", "TimeoutError", "wait", "as_completed", "FIRST_COMPLETED", "Future"]
    found = {name: getattr(base, name) for name in names}
    found["ThreadPoolExecutor"] = thread.ThreadPoolExecutor

    def forget():
        thread._threads_queues = weakref.WeakKeyDictionary()

    return found, forget


def provider(name=None, text=None):
    """Our primitives as a provider.

    Args:
        name: The module with a mistake, None for our primitives as they are.
        text: Its text.

    Returns:
        A class; one object for each execution.
    """
    modules = primitives(name, text)
    classes = our_classes(modules)
    threads = modules["threads"].threads
    threading_module = sources.Facade(
        threading, **classes, _register_atexit=lambda *arguments: None
    )
    queues = {
        each: classes[each] for each in ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue")
    }
    futures, forget = futures_of(threading_module, sources.Facade(queue, **queues))
    errors = {"Empty": queue.Empty, "Full": queue.Full, "ShutDown": real.ShutDown}

    class Ours(Controlled):
        BrokenBarrierError = threading.BrokenBarrierError

        def set_excepthook(self, hook):
            threading.excepthook = hook

        def end(self):
            if threads.is_last(kernel.current):
                threads.come_to_the_end(kernel.current)

        def forget(self):
            forget()

    for each, value in {**classes, **errors, **futures}.items():
        is_function = isinstance(value, types.FunctionType)
        setattr(Ours, each, staticmethod(value) if is_function else value)
    return Ours
