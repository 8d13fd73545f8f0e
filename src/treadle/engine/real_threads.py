"""Threads of the operating system as carriers of tasks, where greenlets are not to be believed.

The kernel decides who runs and hands control over; what it hands control to is a *carrier*. As a rule that
is a pooled greenlet. Here it is a real thread, one for each task, that waits at a gate of its own, a lock of
the interpreter, until control is handed to it. One thread runs at any time, so the same program under the
same schedule does the same things, if it is true that greenlets behave as threads do.

The main task runs on the thread that called :meth:`RealThreads.run`, because programs and libraries care
which thread is the process's first (signals, objects bound to the thread that made them). So the hub, which
gets control when the execution is over, is a thread of its own. It looks after the others meanwhile: one
that does not come back is told to, and given up when it does not listen.
"""

from __future__ import annotations

import _thread
import contextvars
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from treadle.engine.task import TaskKilled, TaskStuck

# The interpreter's own, whatever stands in `_thread` later.
_allocate_lock = _thread.allocate_lock
_start_new_thread = _thread.start_new_thread
_get_ident = _thread.get_ident


class Gate:
    """Where a thread waits until it is called. A call that comes before the wait is not lost."""

    def __init__(self) -> None:
        self._lock = _taken_lock()
        self._is_called = False

    def call(self) -> None:
        """Let the thread go on."""
        lock = self._lock
        self._is_called = True
        lock.release()

    def wait(self) -> None:
        """Wait to be called.

        Raises:
            BaseException: What a signal handler raised meanwhile, once the thread has been called.
        """
        interruption = None
        while True:
            try:
                self._lock.acquire()
                break
            except BaseException as error:
                interruption = error
                if self._is_called:
                    # Whether it was taken before the signal came nobody knows.
                    self._lock = _taken_lock()
                    break
        self._is_called = False
        if interruption is not None:
            raise interruption

    def wait_for(self, seconds: float) -> bool:
        """Wait to be called, but not for long.

        Args:
            seconds: How long, in real time.

        Returns:
            Whether it was called.
        """
        was_called = self._lock.acquire(True, seconds)
        if was_called:
            self._is_called = False
        return was_called


class Carrier:
    """A thread of the operating system that carries one task; used like a greenlet.

    Args:
        threads: All carriers of the execution.
        body: What the thread does; returns the carrier that control goes to when it ends.

    Attributes:
        ident: Identifier of the thread, 0 before it has started.
        is_free: Its task is over.
        is_over: So is its body.
    """

    def __init__(self, threads: RealThreads, body: Callable[[], Carrier] | None) -> None:
        self._threads = threads
        self._body = body
        self._gate = Gate()
        self._thrown: type[BaseException] | None = None
        self._is_started = False
        self.ident = 0
        self.is_free = False
        self.is_over = False

    def switch(self) -> None:
        """Hand control from the calling thread to this one, and wait until it comes back.

        Raises:
            BaseException: What was thrown into the caller meanwhile.
        """
        caller = self._threads.hand_over(self)
        caller.wait()

    def throw(self, error: type[BaseException]) -> None:
        """Hand control to this thread and raise an exception there.

        Args:
            error: The type of the exception.
        """
        self._thrown = error
        self.switch()

    def wait(self) -> None:
        """Wait, in this very thread, until control is handed to it."""
        try:
            self._gate.wait()
        finally:
            self._threads.take_control()
        error, self._thrown = self._thrown, None
        if error is not None:
            raise error

    def go(self) -> None:
        """Let the thread run; it is started now if it was not.

        Raises:
            TaskStuck: The operating system starts no more threads.
        """
        if self._is_started:
            self._gate.call()
            return
        self._is_started = True  # before it is: it may be called again at once
        try:
            _start_new_thread(self._live, ())
        except RuntimeError as error:
            self._is_started = False
            raise TaskStuck(f"the operating system would not start a thread ({error})") from None

    def live_here(self) -> None:
        """Run the body on the calling thread."""
        self._is_started = True
        self._live()

    def _live(self) -> None:
        """The life of the thread; what it leaves behind is gone before control goes on."""
        self.ident = _get_ident()
        self._threads.take_control()
        successor: Carrier = self._threads.hub
        try:
            # A thread begins in an empty context.
            successor = contextvars.Context().run(self._body)  # type: ignore[arg-type]
        except TaskKilled:
            pass
        except BaseException as error:
            self._threads.failure = error
        self._body = None
        self.is_over = True
        try:
            self._threads.hand_over(successor)
        except TaskStuck as error:
            self._threads.failure = error
            self._threads.hand_over(self._threads.hub)


class Hub(Carrier):
    """The thread that has control before and after the tasks, and looks after them meanwhile."""

    def go(self) -> None:
        """Let it go on; it was started before the tasks."""
        self._gate.call()

    def wait(self) -> None:
        """Wait until control is handed to it, or until the running thread is given up."""
        threads = self._threads
        while not self._gate.wait_for(threads.check_every):
            running = threads.running
            if running is not self and threads.is_lost(running.ident):
                break
        threads.running = self
        threads.take_control()


class RealThreads:
    """The carriers of executions on real threads; ``kernel.real_threads`` while such an execution goes on.

    Args:
        take_control: Tells the kernel that the calling thread runs from now on.
        is_lost: Asked every now and then, with the identifier of the running thread: whether to give it up.
        give_up: Called when the thread that began the execution cannot be unwound. It cannot be given up as
            others are, since somebody waits for it to return; so this should end the process.
        check_every: Seconds of real time between two looks at the running thread.

    Attributes:
        running: The carrier that has control.
        hub: The carrier that gets it when the execution is over.
        failure: An error in the kernel itself, in some carrier.
    """

    def __init__(
        self,
        take_control: Callable[[], object],
        is_lost: Callable[[int], bool],
        give_up: Callable[[], object],
        check_every: float = 1.0,
    ) -> None:
        self.take_control = take_control
        self.is_lost = is_lost
        self.check_every = check_every
        self._give_up = give_up
        self.begin()

    def begin(self) -> Carrier:
        """An execution begins.

        Returns:
            Its hub.
        """
        self.hub: Carrier = Hub(self, None)
        self.running: Carrier = self.hub
        self.failure: BaseException | None = None
        self.carriers: list[Carrier] = []
        self._ready = Gate()
        self._done = Gate()
        return self.hub

    def make(self, body: Callable[[], Carrier]) -> Carrier:
        """Make a carrier for a task.

        Args:
            body: What the thread does; returns the carrier that control goes to when it ends.

        Returns:
            The carrier; its thread starts when control is handed to it.
        """
        carrier = Carrier(self, body)
        self.carriers.append(carrier)
        return carrier

    def hand_over(self, other: Carrier) -> Carrier:
        """Hand control from the calling thread to another.

        Args:
            other: The carrier that gets it.

        Returns:
            The carrier of the calling thread.
        """
        caller = self.running
        if caller.ident != _get_ident():
            _sleep_for_ever()  # it was given up, and comes back after all
        self.running = other
        try:
            other.go()
        except TaskStuck:
            self.running = caller
            raise
        return caller

    def run(self, first: Carrier, finish: Callable[[], object]) -> None:
        """Run an execution.

        Args:
            first: The carrier of the main task; it becomes the calling thread.
            finish: What the hub does when the execution is over.

        Raises:
            BaseException: What ``finish`` raised, or an error in the kernel itself.
        """
        _start_new_thread(self._oversee, (first, finish))
        self._ready.wait()
        self.running = first
        first.live_here()
        self._done.wait()
        self.take_control()
        if self.failure is not None:
            raise self.failure

    def _oversee(self, first: Carrier, finish: Callable[[], object]) -> None:
        """The life of the hub."""
        self.hub.ident = _get_ident()
        self._ready.call()
        self.hub.wait()
        try:
            finish()
        except BaseException as error:
            self.failure = self.failure or error
        for carrier in self.carriers:
            if carrier.is_free and not carrier.is_over:
                carrier.switch()  # an error of the scheduler's ended the execution in its hands
        if not first.is_over:
            self._give_up()
        self._done.call()


_LIVE_HERE = Carrier.live_here.__code__


def caller_of(frame: FrameType) -> FrameType | None:
    """The caller of a function, as on a greenlet: what called Treadle is not part of the execution.

    Args:
        frame: The function's frame.

    Returns:
        The caller's frame; None where a task begins.
    """
    return None if frame.f_code is _LIVE_HERE else frame.f_back


def _taken_lock() -> _thread.LockType:
    lock = _allocate_lock()
    lock.acquire()
    return lock


def _sleep_for_ever() -> NoReturn:
    """Never come back; the thread ends with the process."""
    lock = _taken_lock()
    while True:
        lock.acquire()
