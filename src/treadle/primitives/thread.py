"""``threading.Thread``: inside an execution, a task.

The class derives from the interpreter's own ``Thread``, so that ``isinstance`` holds and a thread started
outside of an execution is a real one. Inside an execution it never calls the constructor of its base,
which takes longer than everything else about a thread together: it sets the few attributes that programs
see, and the rest when somebody asks (``__getattr__``).

What the kernel sees of a thread is its :class:`Life`.
"""

from __future__ import annotations

import sys
import threading as _threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.engine.task import Task, TaskKilled
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import check_timeout
from treadle.primitives.failures import is_ours_to_handle, report_failure
from treadle.primitives.idents import ident_of, native_id_of
from treadle.primitives.local import forget_locals
from treadle.primitives.threads import threads

_START = int(Kind.START)
_JOIN = int(Kind.JOIN)
_TRY_JOIN = int(Kind.TRY_JOIN)
_THREAD_READ = int(Kind.THREAD_READ)
_EXIT = int(Kind.EXIT)

_STARTER = "_start_joinable_thread" if real.VERSION >= (3, 13) else "_start_new_thread"
"""What ``Thread.start`` calls by a name that programs replace, to see a thread fail to start."""
_real_starter = getattr(_threading, _STARTER)

_RESTORED = ("_target", "_args", "_kwargs", "_name", "_daemonic", "_ident", "_native_id")


class Life(Resource):
    """What the kernel sees of a thread: whether it was started, whether it is over, who joins it.

    Attributes:
        thread: The thread object.
        task: The task it runs as in this execution, None before it is started.
        is_over: It has ended.
        joiners: Tasks blocked in ``join``.
    """

    kind_name: ClassVar[str] = "Thread"

    # No constructor: programs make many threads.
    thread: Thread
    task: Task | None = None
    is_over = False
    joiners: list[Task] | tuple[()] = ()
    kept: dict[str, Any] | None = None

    def adopt(self) -> None:
        """A thread object made outside can be started in each execution; one that escaped is over."""
        if self.born == 0:
            attributes = self.thread.__dict__
            self.kept = {name: attributes[name] for name in _RESTORED if name in attributes}
        elif self.task is not None:
            self.is_over = True

    def would_wait(self, task: Task) -> bool:
        """Whether the thread has to end first."""
        return not self.is_over and self.task is not None and self.task is not task

    def restore(self) -> None:
        """Put a thread object made outside back to where it was."""
        self.task = None
        self.is_over = False
        self.joiners = ()
        self.thread.__dict__.update(self.kept or {})
        self.kept = None


class Gone(NamedTuple):
    """What a trace wants to know of a thread that has ended.

    Attributes:
        name: Its name.
    """

    name: str


class Thread(real.Thread):
    """A thread of control.

    Args:
        group: Must be None.
        target: What it runs.
        name: Its name; "Thread-N (target)" when None.
        args: Arguments for the target.
        kwargs: Keyword arguments for the target.
        daemon: Whether the program ends without waiting for it; as the creating thread when None.

    CPython:
        As ``threading.Thread``; deviations: trace and profile functions are not called in tasks.
    """

    __module__ = "threading"

    kind_name: ClassVar[str] = "Thread"
    _life: Life
    _number: int
    _given_name: str | None = None
    _target_name: Any
    _hash: int = 0

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        life = self._life = Life()
        life.thread = self
        task = kernel.here
        if task is None:
            real.Thread.__init__(self, group, target, name, args, kwargs, daemon=daemon)
            self._started = real.Event()
            if name:
                self._given_name = self._name
            self._target_name = getattr(target, "__name__", None)
            return
        life.born = kernel.epoch
        assert group is None, "group argument must be None for now"
        if name:
            self._name = self._given_name = str(name)
        else:
            self._number = _threading._counter()  # type: ignore[attr-defined]
        self._target = target
        self._target_name = getattr(target, "__name__", None)
        self._args = args
        self._kwargs = {} if kwargs is None else kwargs
        self._daemonic = task.is_daemon if daemon is None else daemon
        self._initialized = True

    def __hash__(self) -> int:
        # An executor keeps its threads in a set: its order must be the same in every replay.
        if not self._hash:
            is_modelled = kernel.here is not None
            self._hash = kernel.next_serial() if is_modelled else object.__hash__(self)
        return self._hash

    def __getattr__(self, name: str) -> Any:
        """Attributes of the real class that are seldom asked for."""
        if name == "_name" and self._initialized:
            return _default_name("Thread", self._number, self._target_name)
        if name in {"_ident", "_native_id"} and self._initialized:
            task = self._life.task
            if task is None:
                return None
            return ident_of(task) if name == "_ident" else native_id_of(task)
        if name == "_started" and self._initialized:
            started = real.Event()
            if self._life.task is not None:
                started.set()
            return started
        if name == "_is_stopped" and self._initialized:
            return self._life.is_over
        if name == "_tstate_lock" and real.VERSION < (3, 13):
            return None
        if name == "_stderr":
            return sys.stderr
        if name == "_life" and self._initialized:
            # Made as an object of the interpreter's class, before that was replaced.
            life = self._life = Life()
            life.thread = self
            return life
        if name == "_target_name":
            return getattr(self.__dict__.get("_target"), "__name__", None)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        if self._is_real():
            return real.Thread.__repr__(self)
        assert self._initialized, "Thread.__init__() was not called"
        life = self._life
        status = "initial" if life.task is None else "stopped" if life.is_over else "started"
        if self._daemonic:
            status += " daemon"
        if self._ident is not None:
            status += f" {self._ident}"
        return f"<{self.__class__.__name__}({self._name}, {status})>"

    def start(self) -> None:
        """Start the thread; its ``run`` is called in a task of its own.

        Raises:
            RuntimeError: It was started already.

        Scheduling:
            One point before. The thread does not run before it is chosen.

        CPython:
            As ``threading.Thread.start``; deviations: none.
        """
        task = kernel.here
        if task is None:
            if "_started" not in self.__dict__ and self._initialized:
                self._become_real()
            real.Thread.start(self)
            return
        if not self._initialized:
            raise RuntimeError("thread.__init__() not called")
        life = self._life
        kernel.operation(_START, life)
        if life.task is not None or self._is_real():
            raise RuntimeError("threads can only be started once")
        if threads.is_watched:
            kernel.note_operation(_START, threads, _START)
        starter = getattr(_threading, _STARTER)
        if starter is not _real_starter and getattr(starter, "__self__", None) is not _real_starter:
            self._start_by(starter)
            return
        if self._daemonic:
            threads.daemons_in = kernel.epoch
        child = kernel.spawn(self._live, self._label(), self._daemonic)
        self._attach(child)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.START, self, other=child.number)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended.

        Args:
            timeout: Seconds of virtual time to wait; None waits for ever.

        Raises:
            RuntimeError: It was not started, or is the current thread.

        Scheduling:
            One point before; blocks until the thread has ended.

        CPython:
            As ``threading.Thread.join``; deviations: none.
        """
        task = kernel.here
        if task is None or self._is_real():
            self._join_outside(timeout)
            return
        if not self._initialized:
            raise RuntimeError("Thread.__init__() not called")
        life = self._life
        # Who starts it, and whether somebody has, is known only after the announcement.
        kernel.operation(_JOIN if timeout is None else _TRY_JOIN, life)
        if life.task is None:
            raise RuntimeError("cannot join thread before it is started")
        if life.task is task:
            raise RuntimeError("cannot join current thread")
        deadline = -1.0
        if timeout is not None:
            timeout = max(timeout, 0)
            check_timeout(timeout)
            deadline = kernel.now + timeout
        if not life.is_over and timeout != 0:
            if not life.joiners:
                life.joiners = []
            life.joiners.append(task)  # type: ignore[union-attr]
            kernel.block(self, "joins", deadline)
            life.joiners.remove(task)  # type: ignore[union-attr]
        if life.is_over and life.born in {0, kernel.epoch}:
            kernel.finish_join(life.task)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.JOIN, self, str(life.is_over), other=life.task.number)

    def is_alive(self) -> bool:
        """Whether the thread was started and has not ended.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Thread.is_alive``; deviations: none.
        """
        assert self._initialized, "Thread.__init__() not called"
        if self._is_real():
            return real.Thread.is_alive(self)
        life = self._life
        if kernel.here is None:
            return kernel.is_active and life.task is not None and not life.is_over
        kernel.operation(_THREAD_READ, life)
        is_alive = life.task is not None and not life.is_over
        if life.is_over and life.born in {0, kernel.epoch}:
            kernel.finish_join(life.task)
        if kernel.recorder is not None:
            other = None if life.task is None else life.task.number
            kernel.recorder.sync(Action.IS_ALIVE, self, str(is_alive), other=other)
        return is_alive

    @property
    def name(self) -> str:
        """Its name, for people."""
        assert self._initialized, "Thread.__init__() not called"
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        """Give it another name."""
        assert self._initialized, "Thread.__init__() not called"
        self._name = self._given_name = str(name)

    @property
    def daemon(self) -> bool:
        """Whether the program ends without waiting for it."""
        assert self._initialized, "Thread.__init__() not called"
        return self._daemonic

    @daemon.setter
    def daemon(self, is_daemon: bool) -> None:
        """Say whether the program ends without waiting for it, before it is started.

        Scheduling:
            One point before.
        """
        if self._is_real():
            real.Thread.daemon.fset(self, is_daemon)  # type: ignore[attr-defined]
            return
        if not self._initialized:
            raise RuntimeError("Thread.__init__() not called")
        if kernel.here is not None:
            kernel.operation(_THREAD_READ, self._life)
        if self._life.task is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemonic = is_daemon

    # --- the task -------------------------------------------------------------------------------

    def _label(self) -> str:
        """What reports call it: the name the program gave it, or what it runs."""
        return self._given_name or str(self._target_name or type(self).__name__)

    def _start_by(self, starter: Any) -> None:
        """Start it by a function of the program's, which may refuse, or call the original."""
        before = len(kernel.tasks)
        if real.VERSION >= (3, 13):
            from treadle.primitives.handle import ThreadHandle  # it starts threads of ours

            handle = ThreadHandle()
            starter(self._bootstrap, handle=handle, daemon=self._daemonic)
        else:
            starter(self._bootstrap, ())
        if self._life.task is None and len(kernel.tasks) > before:
            self._attach(kernel.tasks[-1])

    def _bootstrap(self) -> None:
        """What a starter is given."""
        task = kernel.here
        if task is None:
            real.Thread._bootstrap(self)  # type: ignore[attr-defined]
            return
        if self._life.task is None:
            self._attach(task)
        self._live()

    def _attach(self, task: Task) -> None:
        self._life.task = task
        task.thread = self

    def _live(self) -> None:
        """Body of the task."""
        life = self._life
        task = life.task
        assert task is not None
        try:
            self.run()
        except TaskKilled:
            raise
        except BaseException as error:
            if is_ours_to_handle(error):
                raise
            report_failure(self, task, error)
        kernel.operation(_EXIT, life)
        if threads.is_watched:
            kernel.note_operation(_EXIT, threads, _EXIT)
        life.is_over = True
        for joiner in life.joiners:
            kernel.enable(joiner)
        if task.local is not None:
            forget_locals(task)
        if threads.is_last(task):
            threads.come_to_the_end(task)
        # The program may watch its thread die. A trace only asks for the name.
        task.function = None
        task.pending_location = None
        task.thread = None if kernel.recorder is None else Gone(self.name)

    # --- outside of executions ------------------------------------------------------------------

    def _is_real(self) -> bool:
        """Whether a real thread was started for it."""
        started = self.__dict__.get("_started")
        return started is not None and started.is_set()

    def _become_real(self) -> None:
        """Do now what the constructor left out inside an execution."""
        if self._life.task is not None:
            raise RuntimeError("threads can only be started once")
        real.Thread.__init__(
            self, None, self._target, self._name, self._args, self._kwargs, daemon=self._daemonic
        )
        self._started = real.Event()

    def _join_outside(self, timeout: float | None) -> None:
        """Join a real thread, or one of an execution that is over."""
        if not self._initialized:
            raise RuntimeError("Thread.__init__() not called")
        if self._is_real():
            real.Thread.join(self, timeout)
        elif self._life.task is None:
            raise RuntimeError("cannot join thread before it is started")


def _default_name(kind: str, number: int, target_name: object) -> str:
    return f"{kind}-{number}" if target_name is None else f"{kind}-{number} ({target_name})"
