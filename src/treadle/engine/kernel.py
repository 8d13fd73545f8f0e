"""The kernel: runs the tasks of one execution on greenlets, one at a time, in the order a scheduler chooses.

A task announces each visible operation before it performs it (:meth:`Kernel.operation` for threading
primitives, :meth:`Kernel.access` for shared data). If the operation's site is a scheduling point, another
task may run first. Then the operation is performed without interruption. An operation that cannot be
performed yet blocks its task; whether it can is computed from modelled state by whoever changes that
state (:meth:`Kernel.enable`, :meth:`Kernel.disable`), never by trying.

Control passes from greenlet to greenlet directly, or on request from real thread to real thread
(:mod:`treadle.engine.real_threads`). The *hub*, where :meth:`Kernel.run` was called, gets it back when the
execution is over: every task that the program waits for has finished, or nothing can go on, or the step
bound is reached. What is left then is unwound by throwing :class:`TaskKilled`, silently.

A beginning task runs on to its first scheduling point without another choice, since what it does before
is invisible to others; so two tasks with two accesses each have exactly six schedules.

Time is virtual and quiescent: it stands still while any task can run and jumps to the earliest deadline
when none can (as trio's ``MockClock(autojump_threshold=0)``); each look at a clock moves it a little.

Prior art: Shuttle and Loom (announce, then execute), Fray (modelled enabledness), trio (the clock).
"""

from __future__ import annotations

import _thread
import contextlib
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import greenlet  # type: ignore[import-untyped]

from treadle.engine.conflicts import Location, join_into
from treadle.engine.real_threads import RealThreads  # now, while _thread is the interpreter's
from treadle.engine.resource import Resource
from treadle.engine.site import BEGINNING, NOWHERE, Site
from treadle.engine.task import Task, TaskKilled, TaskStuck
from treadle.model.operation import Kind
from treadle.model.schedule import ChoiceKind, Timeouts
from treadle.schedulers.base import GIVE_UP, Point, Scheduler

if TYPE_CHECKING:
    from treadle.engine.recorder import Recorder

IDLE_LOOKS = 1000
"""A task that has looked so often while nothing changed stands aside when it looks at the same once more."""

LONG_STINT = 10_000
"""After so many operations in a row a task lets others run, and the time for the next deadline has come."""

IDLE_ROUNDS = 20
"""After so many rounds in which the tasks that could run only spun, virtual time passes."""

MAX_KILLS = 50
"""A task that swallows TaskKilled so often is dropped with its greenlet."""

CLOCK_TICK = 1e-6
"""Seconds by which a look at the clock moves it; more and more while a task does nothing else."""

# Compiled code calls the C functions of these names; the .pxd file says so.
globals()["PyThread_get_thread_ident"] = _thread.get_ident
globals()["leave_locked_objects"] = lambda: 0
globals()["return_to_locked_objects"] = lambda _: None

BRIEF = 0.1
"""Seconds: a timeout this short can pass on a busy machine while another thread does a single step."""

MAX_EARLY = 3
"""So many timeouts of one execution fire early, at the most."""

_BROKEN = "broken-scheduler"
"""How an execution ends whose scheduler failed: an error of ours or of its author, not of the program."""

_PREEMPT = int(ChoiceKind.PREEMPT)
_FORCED = int(ChoiceKind.FORCED)
_EAGER = int(Timeouts.EAGER)
_MOST_LOOKS = IDLE_LOOKS
_STINT = LONG_STINT

# These change nothing, or only when they succeed; the primitive then says so (`made_progress`, `publish`).
_LOOKS = sum(
    1 << kind
    for kind in (
        Kind.READ,
        Kind.ITEM_READ,
        Kind.SHAPE_READ,
        Kind.ALL_READ,
        Kind.TRY_ACQUIRE,
        Kind.SEMAPHORE_ACQUIRE,
        Kind.EVENT_WAIT,
        Kind.EVENT_READ,
        Kind.TRY_PUT,
        Kind.TRY_GET,
        Kind.QUEUE_READ,
        Kind.TRY_JOIN,
        Kind.THREAD_READ,
        Kind.CACHE_READ,
    )
)

# A task may have to wait in these. What it does afterwards is another step, whether it has to wait or not.
_MAY_WAIT = sum(
    1 << kind
    for kind in (
        Kind.ACQUIRE,
        Kind.TRY_ACQUIRE,
        Kind.SEMAPHORE_ACQUIRE,
        Kind.WAIT,
        Kind.EVENT_WAIT,
        Kind.BARRIER,
        Kind.GET,
        Kind.TRY_PUT,
        Kind.TRY_GET,
        Kind.QUEUE_JOIN,
        Kind.JOIN,
        Kind.TRY_JOIN,
    )
)


class Guard(list[bool]):
    """True unless empty: no other object that can change tells the interpreter so quickly whether it is true.

    It stands among the constants of code objects, which have to be hashable.
    """

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__  # type: ignore[assignment]


class Worker:
    """A carrier of tasks: a pooled greenlet that runs one after another, or a real thread for one task."""

    def __init__(self) -> None:
        self.carrier: Any = None
        self.switch: Any = None
        self.task: Task | Any = None


class Kernel:
    """Runs executions. There is one in a process: ``treadle.engine.kernel.kernel``.

    Attributes:
        is_active: An execution is going on.
        is_tracking: It has, or had, more than one task, so that accesses matter; :meth:`track` sets it.
        tracking: True while ``is_tracking``: instrumented code asks it at every access.
        attentive: True while ``is_tracking``, and while code may be met that is to be instrumented yet.
        is_tearing_down: It is over; what is left is being unwound.
        is_interrupted: The person pressed Ctrl-C; the execution ends as soon as the signal arrives.
        all_points: Every operation is a scheduling point, learned or not.
        timeouts: Which timeouts may fire while other tasks can run, a
            :class:`~treadle.model.schedule.Timeouts`; which of them do is the scheduler's choice.
        is_gil: The model of the interpreter with a GIL: a task can be suspended only at a :meth:`check`, or
            before an operation on a primitive that the standard library writes in Python.
        early: How many did in this execution.
        withheld: Whether more could have, but for :data:`MAX_EARLY`.
        brief_waits: How many brief waits there were in this execution.
        long_waits: How many other waits with a deadline.
        stood_aside: How often a task that could have gone on had to let others run.
        recorder: Receives what happens, for a trace; None in a search.
        current: The running task; None outside of tasks.
        tasks: All tasks of the execution, by number.
        now: Virtual seconds since the execution began.
        epoch: Number of this execution in the process.
        operations: Visible operations so far.
        max_operations: The step bound.
        choices: The tape: (kind, index, arity, after, site key, line) of each departure from the default.
        learned: Sites that were seen to conflict and are not scheduling points yet.
        failures: (task, exception) of tasks that died.
        objects, names, classes: Locations by the identity of their object and by name, and what is known
            of classes that this execution made; kept by the hooks.
        shared: Data that two tasks accessed in conflict, in the order in which that was noticed.
        keep_alive: Objects that must live as long as the execution, so that identities stay unique.
        status: How the execution ended: "finished", "deadlock", "step-limit", "interrupted",
            "uncontrolled" (a task did not come back), "redundant" (the scheduler gave up), or what
            :meth:`exit` was told.
        on_first_spawn: Called when the execution is about to get its second task.
        on_stop: Called in the hub when the execution is over, before what is left is unwound.
        on_stint: Called with each task that is about to run, by those who keep something for each task that
            the interpreter keeps for each thread; None where nobody does.
        progress: Counts executions and switches, for a watchdog.
        real_threads: The carriers of an execution on real threads; None for greenlets.
    """

    def __init__(self) -> None:
        self.is_active = False
        self.is_tracking = False
        self.tracking = Guard()
        self.attentive = Guard()
        self._is_meeting = True
        self.track(False)
        self.is_tearing_down = False
        self.is_interrupted = False
        self.all_points = False
        self.timeouts = 0
        self.is_gil = False
        self.is_310 = False
        self.recorder: Recorder | None = None
        # Any: whoever uses these knows that there is one.
        self.scheduler: Scheduler | Any = None
        self.current: Task | Any = None
        self.epoch = 0
        self.tasks: list[Task] = []
        self.max_operations = 200_000
        self.progress = 0
        self.on_stop: Callable[[], object] | None = None
        self.on_first_spawn: Callable[[], object] | None = None
        self.on_stint: Callable[[Task], object] | None = None
        self.real_threads: RealThreads | None = None
        self._graveyard: list[Any] = []
        self._workers: list[Worker] = []
        self._hub: Any = None
        self._hub_switch: Any = None
        self._beginning: Worker | None = None
        self._os_thread = 0
        self._point = Point()
        self._segment = 0
        self._is_noting = False
        self._is_stepping = False
        self._reset()

    def _reset(self) -> None:
        for task in self.tasks:
            # Tasks and threads know each other; without this only the collector could free them.
            task.thread = None
            task.function = None
            task.local = None
            task.failure = None
            task.waiting_for = None
            task.pending_location = None
            task.held = []
        self.tasks = []
        self.now = 0.0
        self.operations = 0
        self.choices: list[tuple[int, int, int, int, int, int]] = []
        self.learned: list[Site] = []
        self.failures: list[tuple[Task, BaseException]] = []
        self.objects: dict[int, Any] = {}
        self.names: dict[tuple[str, str | None], Location] = {}
        self.classes: dict[type, Any] = {}
        self.shared: list[Location] = []
        self.keep_alive: list[object] = []
        self.status = "finished"
        self.status_detail: Any = None
        self.preemptions = 0
        self._adopted: list[Resource] = []
        self._unfinished = 0
        self._yielding = 0
        self._forced = 0
        self._idle_rounds = 0
        self._clock_reads = 0
        self.early = 0
        self.withheld = False
        self.brief_waits = 0
        self.long_waits = 0
        self._clock_read_at = 0
        self.stood_aside = 0
        self._changes = 0
        self._next_check = 0
        self._serial = 0

    # --- an execution -------------------------------------------------------------------------

    def run(self, function: Callable[[], object], scheduler: Scheduler) -> str:
        """Run one execution to its end.

        Args:
            function: The body of the main task, without arguments.
            scheduler: Chooses at every point; its ``begin`` was called.

        Returns:
            How the execution ended (``status``).

        Raises:
            RuntimeError: An execution is going on already.
            Exception: Whatever the scheduler raised; IndexError when it chose what there was not.
        """
        if self.is_active:
            raise RuntimeError("a controlled execution is already going on in this process")
        self._reset()
        self.epoch += 1
        self.progress += 1
        self._segment += 1
        self.scheduler = scheduler
        self._is_noting = scheduler.is_noting()
        self._is_stepping = scheduler.sees_steps()
        self.is_active = True
        self.track(False)
        self.take_control()
        hub = greenlet.getcurrent() if self.real_threads is None else self.real_threads.begin()
        if hub is not self._hub:
            self._hub = hub
            self._hub_switch = hub.switch
            self._workers = []
        main = self.spawn(function, "main", False)
        if self.real_threads is None:
            try:
                self._switch_to(main)
                while self._beginning is not None:
                    worker, self._beginning = self._beginning, None
                    self._hand_over(worker.switch)
            except TaskStuck as error:  # a scheduler in Python was interrupted, between two tasks
                self.status = "uncontrolled"
                self.status_detail = error.args[0]
            except BaseException:
                self._tear_down()
                raise
            self._finish()
        else:
            self._begin_stint(main)
            self.real_threads.run(self._new_worker(main).carrier, self._finish)
        scheduler.end()
        return self.status

    def _finish(self) -> None:
        """In the hub: have the end looked at, then unwind what is left."""
        try:
            self.current = None
            if self.status is _BROKEN:
                raise self.status_detail
            if self._is_stepping:
                self.scheduler.over(self.status)
            if self.on_stop is not None:
                self.on_stop()
        finally:
            self._tear_down()

    def track(self, matters: bool) -> None:
        """Say whether accesses matter.

        Args:
            matters: Whether the execution has, or had, more than one task.
        """
        self.is_tracking = matters
        self.tracking.clear()
        self.attentive.clear()
        if matters:
            self.tracking.append(True)
        if matters or self._is_meeting:
            self.attentive.append(True)

    def meet(self, may_be_new: bool) -> None:
        """Say whether a single task may come upon code that is to be instrumented yet.

        Args:
            may_be_new: Whether it may. What the main task does before it has company is the same in every
                execution, so after a few of them there is nothing left to meet.
        """
        self._is_meeting = may_be_new
        self.track(self.is_tracking)

    def take_control(self) -> None:
        """From now on the calling thread of the operating system runs the tasks."""
        self._os_thread = PyThread_get_thread_ident()  # type: ignore[name-defined]  # noqa: F821

    def forget_workers(self) -> None:
        """Let the pooled greenlets go; on 3.11 one that was made under a profile function stays slow."""
        self._workers = []

    def use_real_threads(
        self,
        is_lost: Callable[[int], bool],
        give_up: Callable[[], object],
        check_every: float = 1.0,
    ) -> None:
        """Carry the tasks of the next executions on threads of the operating system.

        Args:
            is_lost: As for :class:`~treadle.engine.real_threads.RealThreads`.
            give_up: As there.
            check_every: As there.
        """
        self.real_threads = RealThreads(self.take_control, is_lost, give_up, check_every)

    def use_greenlets(self) -> None:
        """Carry the tasks of the next executions on greenlets again."""
        self.real_threads = None

    def spawn(self, function: Callable[[], object], name: str, is_daemon: bool) -> Task:
        """Create a task; it is enabled at once and begins when it is chosen.

        Args:
            function: Its body, without arguments.
            name: What reports call it.
            is_daemon: Whether the program ends without waiting for it.

        Returns:
            The task.
        """
        number = len(self.tasks)
        parent = self.current
        if number == 1 and self.on_first_spawn is not None:
            self.on_first_spawn()
        if number == 0:
            task = Task(0, (0,), function, name, is_daemon, NOWHERE)
            task.clock = [1]
            task.fork_clock = [1]
        else:
            task = Task(
                number, (*parent.path, parent.children), function, name, is_daemon, parent.site
            )
            parent.children += 1
            parent.is_fresh = False  # whoever chose it could not choose this task
            task.clock = _forked(parent.clock, number)
            task.fork_clock = _forked(parent.fork_clock, number)
            parent.clock[parent.number] += 1
            parent.fork_clock[parent.number] += 1
            self.made_progress()
            if number == 1:
                self.track(True)
        self.tasks.append(task)
        if not is_daemon:
            self._unfinished += 1
        return task

    def _execute(self, task: Task) -> None:
        """The life of a task on its worker's carrier."""
        task.is_started = True
        if self.recorder is not None:
            self.recorder.begin(task)
        try:
            task.function()
        except TaskStuck as error:
            if not self.is_tearing_down:
                self.status = "uncontrolled"
                self.status_detail = error.args[0] if error.args else self.status_detail
                self._hand_over(self._hub_switch)
            return
        except TaskKilled:
            return
        except BaseException as error:
            if self.is_tearing_down:
                return
            if self.is_interrupted and isinstance(error, KeyboardInterrupt):
                self.status = "interrupted"
                self._hand_over(self._hub_switch)
                return
            task.failure = error
            self.failures.append((task, error))
        if self.is_tearing_down:
            return
        task.is_finished = True
        task.is_enabled = False
        self.made_progress()
        if self.recorder is not None:
            self.recorder.terminate(task)
        if not task.is_daemon:
            self._unfinished -= 1

    def _work(self, worker: Worker) -> None:
        """Body of a worker's greenlet: run a task, then whichever runs next, for ever."""
        while True:
            task = worker.task
            worker.carrier.gr_context = None  # a thread begins in an empty context
            self._execute(task)
            task.worker = None
            worker.task = None
            if self.is_tearing_down:
                self._workers.append(worker)
                self._hand_over(self._hub_switch)
                continue
            successor = self._choose(False, None)
            if successor is not None and successor.worker is None:
                # It has not begun and this greenlet is free: no switch is needed.
                self._begin_stint(successor)
                successor.worker = worker
                worker.task = successor
                continue
            self._workers.append(worker)
            if successor is None:
                self._hand_over(self._hub_switch)
            else:
                self._switch_to(successor)

    def _work_once(self, worker: Worker) -> Any:
        """Body of a real thread: run a task, then say who runs next."""
        task = worker.task
        try:
            self._execute(task)
        finally:
            task.worker = None
            worker.task = None
            worker.carrier.is_free = True
        if self.is_tearing_down:
            return self._hub
        successor = self._choose(False, None)
        if successor is None:
            return self._hub
        self._begin_stint(successor)
        self.progress += 1
        worker = successor.worker
        return (self._new_worker(successor) if worker is None else worker).carrier

    def _begin_stint(self, task: Task) -> None:
        """From now on a task runs; how long it does so without a switch is watched."""
        self.current = task
        self._next_check = min(self.operations + _STINT, self.max_operations)
        if self.on_stint is not None:
            self.on_stint(task)

    def _hand_over(self, switch: Callable[[], object]) -> None:
        """Leave the running task by a switch to another greenlet or thread; returns when it is back."""
        left = leave_locked_objects()  # type: ignore[name-defined]  # noqa: F821
        try:
            switch()
        finally:
            return_to_locked_objects(left)  # type: ignore[name-defined]  # noqa: F821

    def _switch_to(self, task: Task) -> None:
        self._begin_stint(task)
        self.progress += 1
        worker = task.worker
        if worker is None:
            is_new = not self._workers
            worker = self._new_worker(task)
            if is_new and task.number and self.real_threads is None:
                # A greenlet begins as deep in recursion as who starts it: let the hub do so.
                self._beginning = worker
                self._hand_over(self._hub_switch)
                return
        self._hand_over(worker.switch)

    def _new_worker(self, task: Task) -> Worker:
        """Give a task that begins a worker."""
        if self._workers:
            worker = self._workers.pop()
        else:
            worker = Worker()
            if self.real_threads is None:
                body: Callable[[], Any] = functools.partial(self._work, worker)
                worker.carrier = greenlet.greenlet(body, self._hub)
            else:
                body = functools.partial(self._work_once, worker)
                worker.carrier = self.real_threads.make(body)
            worker.switch = worker.carrier.switch
        worker.task = task
        task.worker = worker
        return worker

    def _stop(self, status: str, detail: object) -> NoReturn:
        """End the execution from within a task; leaves by TaskKilled."""
        self.status = status
        self.status_detail = detail
        self._hand_over(self._hub_switch)
        raise TaskKilled

    def exit(self, status: str, detail: object = None) -> None:
        """End the whole execution from within a task; does not return.

        Args:
            status: How it ended, for reports.
            detail: More about it.
        """
        self._stop(status, detail)

    def _tear_down(self) -> None:
        """Unwind what is left, silently, and put back what outlives the execution."""
        self.track(False)
        self.is_tearing_down = True
        for task in self.tasks:
            worker = task.worker
            if worker is None or task.is_finished:
                continue
            self.current = task
            left = leave_locked_objects()  # type: ignore[name-defined]  # noqa: F821
            with contextlib.suppress(BaseException):
                # Whatever a dying task raises is not a failure of the program.
                worker.carrier.throw(TaskKilled)
            return_to_locked_objects(left)  # type: ignore[name-defined]  # noqa: F821
            if task.worker is not None:
                # It swallowed the exception again and again: dropped, never to run again.
                self._graveyard.append(worker.carrier)
                task.worker = None
        for resource in self._adopted:
            resource.restore()
        for task in self.tasks:
            task.failure = None  # with its traceback, all that the program had in memory
        self.current = None
        self.failures = []
        self.objects = {}
        self.keep_alive = []
        self.is_tearing_down = False
        self.is_active = False
        self._point.enabled = []

    def next_serial(self) -> int:
        """A number for what the program makes in this execution, the same in every replay.

        Returns:
            1, 2, 3, ...
        """
        self._serial += 1
        return self._serial

    def check_killed(self) -> None:
        """Raise TaskKilled in a task that is being unwound; drop it when it will not go."""
        task = self.current
        if task is not None and not task.is_finished:
            task.kills += 1
            if task.kills > MAX_KILLS:
                self._hand_over(self._hub_switch)
            raise TaskKilled

    # --- operations ---------------------------------------------------------------------------

    @property
    def here(self) -> Task | None:
        """The running task; None outside of executions, and in other threads of the operating system."""
        if self.current is None or PyThread_get_thread_ident() != self._os_thread:  # type: ignore[name-defined]  # noqa: F821
            return None
        return self.current

    def operation(self, kind: int, resource: Resource) -> None:
        """Announce an operation of the running task on a primitive; other tasks may run first.

        Args:
            kind: A :class:`~treadle.model.operation.Kind`.
            resource: The primitive.

        Raises:
            TaskKilled: The execution is over.
        """
        if self.is_tearing_down:
            self.check_killed()
            return
        if resource.epoch != self.epoch:
            self.adopt(resource)
        if not self.is_tracking:
            return
        task = self.current
        site = task.site.child(kind)
        if self.is_gil and resource.is_native:
            self._pass(task, kind, resource.location)
        else:
            task.check_site = site
            self._reach(task, kind, resource.location, site)
        point = task.check_site if self.is_gil else site
        resource.location.touch(task.number, kind, task.fork_clock, site, self.learned, point)
        if self._is_noting:
            task.noted_at = site
            self.scheduler.note(task, kind, resource.location)
        if _LOOKS >> kind & 1:
            self._look(task, resource.location, site)
        else:
            self.made_progress()

    def note_operation(self, kind: int, resource: Resource, announced: int = -1) -> None:
        """Note that the operation just announced also affects another primitive, without another point.

        Args:
            kind: A :class:`~treadle.model.operation.Kind`.
            resource: The other primitive.
            announced: The kind that was announced, whose site becomes a point if this conflicts; the
                same kind when left out.
        """
        if self.is_tearing_down:
            return
        if resource.epoch != self.epoch:
            self.adopt(resource)
        if self.is_tracking:
            task = self.current
            site = task.site.child(kind if announced < 0 else announced)
            point = task.check_site if self.is_gil else site
            resource.location.touch(task.number, kind, task.fork_clock, site, self.learned, point)
            if self._is_noting:
                task.noted_at = site
                self.scheduler.note(task, kind, resource.location)

    def note_step(self, kind: int, resource: Resource) -> None:
        """Note what else a task that was woken does, for schedulers that see every step.

        Args:
            kind: A :class:`~treadle.model.operation.Kind`.
            resource: The primitive.
        """
        if self._is_stepping and not self.is_tearing_down:
            self.scheduler.note(self.current, kind, resource.location)

    def access(self, location: Location, kind: int, site: Site) -> None:
        """Announce an access of the running task to shared data; other tasks may run first.

        Args:
            location: What is accessed.
            kind: A :class:`~treadle.model.operation.Kind`.
            site: Where.
        """
        if self.is_gil:
            self._pass(self.current, kind, location)
        else:
            self._reach(self.current, kind, location, site)
        self.note_access(location, kind, site)
        if _LOOKS >> kind & 1:
            self._look(self.current, location, site)
        else:
            self.made_progress()

    def note_access(self, location: Location, kind: int, site: Site) -> None:
        """Note a further effect of the access just announced, without another scheduling point.

        Args:
            location: What else is accessed.
            kind: A :class:`~treadle.model.operation.Kind`.
            site: Where.
        """
        task = self.current
        was_shared = location.is_shared
        point = task.check_site if self.is_gil else site
        location.touch(task.number, kind, task.clock, site, self.learned, point)
        if location.is_shared and not was_shared:
            self.shared.append(location)
        if self.recorder is not None:
            self.recorder.touch(location, kind, task, site)
        # What is no scheduling point is ordered by synchronisation.
        if self._is_noting and (site.is_point or self.all_points or not self._is_stepping):
            task.noted_at = site
            self.scheduler.note(task, kind, location)

    def check(self, site: Site) -> None:
        """Under the GIL: the interpreter checks its eval breaker, so that the running task can be suspended.

        Args:
            site: Where.
        """
        if not (self.is_gil and self.is_tracking):
            return
        task = self.current
        task.check_next = None
        if task.is_spinning:
            task.is_spinning = False
            self.stand_aside()
        task.check_site = site
        self._reach(task, -1, None, site)

    def check_around(self, site: Site) -> None:
        """Code that is not seen is about to run, and checks the eval breaker: now, and before what is next.

        Args:
            site: Where.
        """
        self.check(site)
        self.current.check_next = site

    def _pass(self, task: Task, kind: int, location: Location) -> None:
        """Under the GIL: count an operation before which no task can be suspended."""
        if task.check_next is not None:
            self.check(task.check_next)
        self.operations += 1
        task.pending_kind = kind
        task.pending_location = location
        if task.check_site is BEGINNING:
            task.is_fresh = False  # what it does before its first check can be seen by others

    def _reach(self, task: Task, kind: int, location: Location | None, site: Site) -> None:
        """Count an operation; at a scheduling point, let the scheduler choose who goes first."""
        self.operations += 1
        if self.operations > self._next_check:
            self._check_length(task)
        task.pending_kind = kind
        task.pending_location = location
        may_wait = self._is_stepping and kind >= 0 and _MAY_WAIT >> kind & 1
        if not (site.is_point or self.all_points or may_wait):
            return
        if site.segment != self._segment:
            site.segment = self._segment
            site.count = 0
        site.count += 1
        if task.is_fresh:
            task.is_fresh = False
            if location is not None:
                self.scheduler.begun(task)
            if not self._is_stepping:
                return
        if task.atomic:
            return
        chosen: Task | Any = self._choose(True, site)
        if chosen is not task:
            self.preemptions += 1
            if self.recorder is not None:
                self.recorder.suspend(task)
            self._switch_to(chosen)
            if self.recorder is not None:
                self.recorder.resume(task)

    def _check_length(self, task: Task) -> None:
        """A task has run for long: end an execution that is too long, or else let time and others go on."""
        if self.operations > self.max_operations:
            self._stop("step-limit", None)
        self._next_check = min(self.operations + _STINT, self.max_operations)
        if not task.atomic and len(self.tasks) > 1:
            self._reach_deadline()
            self.stand_aside()

    def draw(self, arity: int, kind: int) -> int:
        """Let the scheduler choose among possibilities that are not tasks.

        Args:
            arity: How many, at least one; 0 is the default.
            kind: A :class:`~treadle.model.schedule.ChoiceKind`.

        Returns:
            A number from 0 to ``arity - 1``.
        """
        if arity < 2:
            return 0
        self._forced += 1
        try:
            index: int = self.scheduler.draw(arity, kind)
            if not 0 <= index < arity:
                raise _out_of_range(self.scheduler, index, arity)
        except Exception as error:
            self._stop(_BROKEN, error)
        if index:
            self._write_choice(kind, index, arity, self._forced, 0, 0)
        return index

    def _write_choice(
        self, kind: int, index: int, arity: int, after: int, key: int, line: int
    ) -> None:
        self.choices.append((kind, index, arity, after, key, line))
        self._segment += 1
        self._forced = 0

    # --- choosing -----------------------------------------------------------------------------

    def _choose(self, can_go_on: bool, site: Site | Any, last: Task | None = None) -> Task | None:
        """The task that runs next, or None when the execution is over (``status`` says how).

        Args:
            can_go_on: Whether the running task can, before ``site``.
            site: Where it stands.
            last: A task that may run, but only if nobody else does by default.
        """
        point: Any = self._point  # a scheduler is promised less of its tasks
        while True:
            if self._unfinished == 0:
                return None
            enabled: list[Task] = point.enabled
            enabled.clear()
            default = 0
            for task in self.tasks:
                if task.is_enabled and not task.is_yielding and task is not last:
                    if can_go_on and task is self.current:
                        default = len(enabled)
                    enabled.append(task)
            if last is not None:
                enabled.append(last)
            arity = len(enabled)
            if self.timeouts and arity:
                self._offer_early(enabled)
                arity = len(enabled)
            if arity > 1:
                break
            if arity == 1:
                if self._is_stepping:
                    point.default = 0
                    self._check_index(self.scheduler.pass_by(point), 1)
                return enabled[0]
            if not self._let_time_pass():
                return None
        point.default = default
        point.is_preemption = can_go_on
        if can_go_on:
            point.site_key = site.key
            point.occurrence = site.count
        else:
            self._forced += 1
            point.site_key = 0
            point.occurrence = self._forced
        try:
            index = self.scheduler.choose(point)
        except Exception as error:
            self._stop(_BROKEN, error)
        self._check_index(index, arity)
        chosen = enabled[index]
        if index != default:
            if can_go_on:
                self._write_choice(_PREEMPT, index, arity, site.count, site.key, site.line)
            else:
                self._write_choice(_FORCED, index, arity, self._forced, 0, 0)
            if not chosen.is_enabled:
                self._fire_early(chosen)
        return chosen

    def _check_index(self, index: int, arity: int) -> None:
        """End the execution when the scheduler gives up, or chooses what there is not."""
        if index == GIVE_UP and self._is_stepping:
            self._stop("redundant", None)
        if not 0 <= index < arity:
            self._stop(_BROKEN, _out_of_range(self.scheduler, index, arity))

    def _let_time_pass(self) -> bool:
        """Nothing can run: let spinning tasks run again, or the earliest deadlines pass."""
        if self._yielding:
            for task in self.tasks:
                task.is_yielding = False
            self._yielding = 0
            self._idle_rounds += 1
            if self._idle_rounds < IDLE_ROUNDS:
                return True
            self._idle_rounds = 0
        if self._reach_deadline():
            return True
        for task in self.tasks:
            if task.is_enabled:
                return True
        self.status = "deadlock"
        return False

    def _reach_deadline(self) -> bool:
        """Let time pass until the earliest deadline; False when there is none."""
        earliest = -1.0
        for task in self.tasks:
            if (
                task.is_blocked
                and not task.is_enabled
                and task.deadline >= 0
                and (earliest < 0 or task.deadline < earliest)
            ):
                earliest = task.deadline
        if earliest < 0:
            return False
        self.now = max(self.now, earliest)
        self._expire(self.now)
        if self._is_stepping:
            self.scheduler.time_passed()
        return True

    def _expire(self, moment: float) -> None:
        """Enable the tasks whose deadline has come."""
        for task in self.tasks:
            if task.is_blocked and not task.is_enabled and 0 <= task.deadline <= moment:
                task.was_timed_out = True
                task.is_enabled = True

    def _offer_early(self, enabled: list[Task]) -> None:
        """Add the tasks whose timeout may fire now although others can run."""
        for task in self.tasks:
            if (
                task.deadline >= 0
                and task.is_blocked
                and not task.is_enabled
                and (task.is_brief or self.timeouts == _EAGER)
            ):
                if self.early == MAX_EARLY:
                    self.withheld = True
                    return
                enabled.append(task)

    def _fire_early(self, task: Task) -> None:
        """A timeout fires although other tasks could run; those that end before it fire too."""
        self.early += 1
        self.now = max(self.now, task.deadline)
        self._expire(self.now)

    def made_progress(self) -> None:
        """Something changed: tasks that stood aside may look again."""
        self._changes += 1
        self._idle_rounds = 0
        self._clock_reads = 0
        if self._yielding:
            for task in self.tasks:
                task.is_yielding = False
            self._yielding = 0

    def _look(self, task: Task, location: Location | None, site: Site) -> None:
        """The running task looked at something; it spins if it does so for ever while nothing changes.

        One that looks at ever new things computes. One that looks at the same from the same place again may
        compute, too, from what only it knows; so it stands aside late, and that is counted.
        """
        if task.looking_since != self._changes:
            task.looking_since = self._changes
            task.looks = 0
            task.looked_at = None
        task.looks += 1
        if task.looks <= _MOST_LOOKS:
            return
        look = (site, location)
        if task.looked_at is None:
            task.looked_at = {look}
        elif look in task.looked_at and self.is_gil:
            task.is_spinning = True
        elif look in task.looked_at:
            self.stand_aside()
        else:
            task.looked_at.add(look)

    def stand_aside(self) -> None:
        """The running task only spins: others run until one of them makes progress."""
        task = self.current
        task.looking_since = -1
        task.is_yielding = True
        self._yielding += 1
        if self._let_run(task, None):
            self.stood_aside += 1

    def pause(self) -> None:
        """The running task lets others run; it may go on, but not once more while nothing has changed."""
        task = self.current
        if task.paused_since == self._changes:
            self.stand_aside()
        else:
            task.paused_since = self._changes
            self._let_run(task, task)

    def _let_run(self, task: Task, last: Task | None) -> bool:
        """Choose again who runs, the task itself last of all or not at all; True when another ran."""
        task.pending_kind = -1  # nobody knows what it does when it looks again
        task.pending_location = None
        task.rounds_aside += 1
        chosen = self._choose(False, None, last)
        if chosen is None:
            self._hand_over(self._hub_switch)
            raise TaskKilled
        if chosen is task:
            return False
        if self.recorder is not None:
            self.recorder.stand_aside(task)
        task.check_site = BEGINNING
        self._switch_to(chosen)
        if self.recorder is not None:
            self.recorder.resume(task)
        return True

    # --- blocking and waking ------------------------------------------------------------------

    def block(self, resource: object, verb: str, deadline: float = -1.0) -> bool:
        """Suspend the running task until somebody enables it, or its deadline comes.

        Args:
            resource: What it waits for; reports name it.
            verb: How it waits: "waits for", "waits on", "joins", "sleeps", "gets from", "puts into".
            deadline: Virtual time at which it gives up; -1 for never.

        Returns:
            True when it was enabled, False when the deadline came first.

        Raises:
            TaskKilled: The execution is over.
        """
        if self.is_tearing_down:
            self.check_killed()
            return False
        task = self.current
        task.is_enabled = False
        task.is_blocked = True
        task.was_timed_out = False
        task.is_fresh = False
        task.deadline = deadline
        task.is_brief = (
            deadline >= 0 and deadline - self.now < BRIEF + CLOCK_TICK
        )  # sums are rounded
        if task.is_brief:
            self.brief_waits += 1
        elif deadline >= 0:
            self.long_waits += 1
        task.waiting_for = resource
        task.waiting_verb = verb
        if self.recorder is not None:
            self.recorder.block(task, resource, verb)
        chosen = self._choose(False, None)
        if chosen is None:
            self._hand_over(self._hub_switch)
            raise TaskKilled
        if chosen is not task:
            self._switch_to(chosen)
        task.check_site = BEGINNING
        task.is_blocked = False
        task.waiting_for = None
        task.deadline = -1.0
        if self._is_stepping and resource is not None and task.pending_location is not None:
            self.scheduler.note(task, task.pending_kind, task.pending_location)
        if self.recorder is not None:
            self.recorder.wake(task, resource)
        return not task.was_timed_out

    def await_as(self, task: Task, kind: int, resource: Resource) -> None:
        """Say what a task that blocks, or is blocked, waits to do.

        Args:
            task: The task.
            kind: A :class:`~treadle.model.operation.Kind`.
            resource: The primitive on which it will do it.
        """
        task.pending_kind = kind
        task.pending_location = resource.location

    def woke(self, task: Task) -> None:
        """The running task has let a waiting one go, which without that would wait on.

        Args:
            task: The waiting task.
        """
        if self._is_stepping:
            self.scheduler.woke(task)

    def enable(self, task: Task) -> None:
        """A blocked task may go on.

        Args:
            task: The task; nothing happens when it is not blocked.
        """
        if task.is_blocked:
            task.is_enabled = True
            if self.current is not None:
                self.current.is_fresh = False

    def disable(self, task: Task) -> None:
        """A woken task must wait on, since another was quicker; one that timed out stays enabled.

        Args:
            task: The task.
        """
        if task.is_blocked and not task.was_timed_out:
            task.is_enabled = False

    @property
    def watches_clock(self) -> bool:
        """Whether some task looked at a clock in the second half of the execution."""
        return 2 * self._clock_read_at > self.operations

    def read_clock(self) -> float:
        """Look at the clock; time moves a little, and more and more while a task does nothing else.

        Returns:
            Virtual seconds since the execution began.
        """
        task = self.current
        self._clock_reads += 1
        self.operations += 1
        self._clock_read_at = self.operations
        if self.operations > self._next_check:
            self._check_length(task)
        self.now += CLOCK_TICK * (1 << min(self._clock_reads >> 6, 40))
        self._expire(self.now)
        if len(self.tasks) > 1:
            self._look(task, None, NOWHERE)
        return self.now

    # --- synchronisation ----------------------------------------------------------------------

    def adopt(self, resource: Resource) -> None:
        """Make a primitive that this execution did not touch before known to it.

        Args:
            resource: The primitive.
        """
        if resource.epoch or resource.born != self.epoch:
            resource.adopt()
            if resource.born == 0:
                self._adopted.append(resource)
        resource.epoch = self.epoch
        resource.clock = None
        resource.location = Location(resource, None, "primitive")

    def publish(self, resource: Resource) -> None:
        """The running task lets others see what it did, by releasing, setting, putting, notifying.

        Args:
            resource: The primitive through which they see it.
        """
        if not self.is_tracking:
            return
        self.made_progress()
        task = self.current
        if resource.clock is None:
            resource.clock = list(task.clock)
        else:
            join_into(resource.clock, task.clock)
        task.clock[task.number] += 1

    def observe(self, resource: Resource) -> None:
        """The running task sees what was published through a primitive.

        Args:
            resource: The primitive.
        """
        if self.is_tracking and resource.clock is not None:
            join_into(self.current.clock, resource.clock)

    def finish_join(self, other: Task) -> None:
        """The running task has joined another, which is finished, and sees all that it did.

        Args:
            other: The finished task.
        """
        task = self.current
        if self._is_stepping:
            self.scheduler.joined(task, other)
        join_into(task.clock, other.clock)
        join_into(task.fork_clock, other.fork_clock)


def _out_of_range(scheduler: Scheduler, index: int, arity: int) -> IndexError:
    return IndexError(f"{type(scheduler).__name__} chose number {index} of {arity} possibilities")


def _forked(clock: list[int], number: int) -> list[int]:
    child = list(clock)
    while len(child) <= number:
        child.append(0)
    child[number] = 1
    return child


kernel = Kernel()
