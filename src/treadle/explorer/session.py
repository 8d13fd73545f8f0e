"""A session: one loaded target, ready to be executed any number of times under any scheduler."""

from __future__ import annotations

import functools
import gc
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self

from treadle.analysis.deadlock import Diagnosis
from treadle.engine.conflicts import forget_races
from treadle.engine.kernel import kernel
from treadle.engine.recorder import Recorder
from treadle.engine.site import Site
from treadle.engine.task import Task
from treadle.errors import UncontrolledError
from treadle.explorer.naming import Naming
from treadle.explorer.observe import Observer, Outcome, message_of, task_label
from treadle.explorer.options import CheckOptions
from treadle.explorer.orders import learn_orders
from treadle.explorer.sites import Sites
from treadle.explorer.stuck import Stuck, locate
from treadle.explorer.survey import Survey
from treadle.explorer.tracing import NamedRace, TraceBuilder, shown_file
from treadle.instrument import hooks
from treadle.instrument.checks import Checks
from treadle.instrument.hook_table import HOOK_NAMES, HookTable
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.rewrite import is_instrumented
from treadle.instrument.scenario_program import ScenarioProgram
from treadle.instrument.scope import Category, Scope
from treadle.instrument.targets import Program, Target, load_object, load_target, parse_target
from treadle.interpose.output import CapturedOutput
from treadle.interpose.patch import install, uninstall
from treadle.interpose.program import MainBody
from treadle.model.access import Access
from treadle.model.interpreter import ALL, FREE_THREADED, GIL, GIL_310
from treadle.model.schedule import Choice, ChoiceKind, Schedule, Timeouts
from treadle.model.trace import Trace
from treadle.primitives.event import Event
from treadle.schedulers.base import Scheduler

DEFAULT_MAX_STEPS = 200_000
WARM_UPS = 3

CHECKS = {
    FREE_THREADED: Checks.NONE,
    GIL: Checks.RUNNING,
    GIL_310: Checks.PY310,
    ALL: Checks.PY310,
}
"""Which checks of the eval breaker are hooked under each model."""

_SILENT = (Event.is_set,)
"""Those of the primitives' functions after whose effect CPython's own have no check of the eval breaker."""

MOST_GARBAGE = 4000
"""So many new objects are let live before garbage is collected, between two executions."""

FULL_COLLECTION = 100
"""Every so many collections is one of all generations."""


@dataclass(frozen=True, slots=True)
class Death:
    """A task that was ended by an exception; the exception itself is let go, with all that it holds.

    Args:
        task: The task's number.
        label: Its label.
        is_assertion: Whether it was an AssertionError.
        type_name: The type of the exception.
        message: Its text.
        place: (file name, line) of the innermost frame.
        traceback: The traceback as Python prints it, only the program's own frames.
    """

    task: int
    label: str
    is_assertion: bool
    type_name: str
    message: str
    place: tuple[str, int]
    traceback: str


@dataclass(slots=True)
class Execution:
    """What the search needs to know of one execution.

    Args:
        status: How it ended: "finished", "deadlock", "step-limit", "interrupted", "uncontrolled", or
            "waiting" when the calls of a scenario wait for ever and may do so.
        outcome: What could be observed.
        deaths: The tasks that were ended by an exception.
        preemptions: How many preemptions it had.
        tape: The kernel's choices.
        operations: How many visible operations it had.
        threads: How many tasks.
        timeouts: Which timeouts might fire early.
        early: How many did.
        withheld: Whether more could have.
        brief_waits: How many brief waits it had.
        long_waits: How many other waits with a deadline.
        watches_clock: Whether somebody looked at a clock in the second half of it.
        stood_aside: How often a task that could have gone on had to let others run.
        blocked: Where unfinished tasks were waiting: (task path, how, resource kind, line).
    """

    status: str
    outcome: Outcome
    deaths: list[Death]
    preemptions: int
    tape: list[tuple[int, int, int, int, int, int]]
    operations: int
    threads: int
    timeouts: Timeouts
    early: int = 0
    withheld: bool = False
    brief_waits: int = 0
    long_waits: int = 0
    watches_clock: bool = False
    stood_aside: int = 0
    blocked: tuple[tuple[Any, ...], ...] = ()

    def schedule(self) -> Schedule:
        """The execution's schedule."""
        return Schedule(
            tuple(
                Choice(ChoiceKind(kind), index, arity, after, site, line)
                for kind, index, arity, after, site, line in self.tape
            ),
            self.timeouts,
        )


class Session:
    """A loaded target. While there is one, automatic garbage collection is off.

    Args:
        target: The target as the user typed it, or taken apart.
        options: How to check it.
        guest: A program of this process and what rewrites it, instead of loading the target.

    Attributes:
        known_sites: The sites, to be found again by where they are.
        can_share: Whether executions can also happen in copies of this process, made by ``fork``.
        keeps_errors: Whether ``errors`` is filled.
        errors: By the number of a task, the exception that ended it in the last execution.
        make_recorder: Makes the recorder of the next recorded execution.
        event_of_step: By the number of a step, from 1, which event it was, in the last recorded execution.
    """

    def __init__(
        self,
        target: str | Target,
        options: CheckOptions,
        guest: tuple[Program, Instrumenter] | None = None,
    ) -> None:
        self.options = options
        self.parsed = parse_target(target) if isinstance(target, str) else target
        self._was_collecting = gc.isenabled()
        install()
        try:
            self._open(guest)
        except BaseException:
            self.close()
            raise

    def _open(self, guest: tuple[Program, Instrumenter] | None) -> None:
        """Load the target, and make what executions need."""
        options = self.options
        self.sites: list[Site] = []
        self.known_sites = Sites()
        self._known_codes: dict[int, tuple[CodeType, bool]] = {}
        self.program: Program
        if guest is None:
            self._load()
        else:
            self.program, self.instrumenter = guest
            self.scope = self.instrumenter.scope
            hooks.bind(self.instrumenter.ensure, (), _SILENT)
        self.use_model(options.model)
        self.module = self.program.module_name
        self.naming = Naming(self.program.module_globals, self.is_program_frame)
        self.observer = Observer(self.naming, self.module, self.program.module_globals)
        self.output = CapturedOutput()
        self.body = MainBody(self._run_program)
        self.timeouts = options.timeouts
        self.can_share = guest is None
        self.collects = False
        self.make_recorder: Callable[..., Recorder] = Recorder
        self.keeps_errors = False
        self.errors: dict[int, BaseException] = {}
        self._executed = 0
        self._collections = 0
        # Collected between executions only: a weak reference or __del__ must not act in the middle of one.
        gc.disable()
        self._deaths: list[Death] = []
        self.outcome: Outcome = ()
        self.trace: Trace | None = None
        self.accesses: list[Access] = []
        self.diagnosis: Diagnosis | None = None
        self.races: list[NamedRace] = []
        self._builder: TraceBuilder | None = None
        self._recorder: Recorder | None = None
        self._survey: Survey | None = None
        forget_races()
        kernel.max_operations = options.max_steps or DEFAULT_MAX_STEPS
        if isinstance(self.program, ScenarioProgram):
            learn_orders(self, self.program, self.make_reference())

    def _load(self) -> None:
        """Load the target."""
        path = self.parsed.path
        roots = [Path(path).absolute().parent] if path else [Path.cwd()]
        self.scope = Scope(list(self.options.include), list(self.options.exclude), roots)
        checks = CHECKS[self.options.model]
        self.instrumenter = Instrumenter(self.scope, production_hooks(self.make_site), checks)
        rewritten = self.instrumenter.project_files
        if self.parsed.kind == "script":
            rewritten["__main__"] = str(Path(path or "").absolute())
        hooks.bind(self.instrumenter.ensure, rewritten, _SILENT)
        self.instrumenter.import_hook().install()
        self.program = load_target(self.parsed, self.instrumenter, self.options.arguments)

    def make_site(self, *args: Any) -> Site:
        """Make a site of the rewritten code, and remember it."""
        site = self.known_sites.adopt(Site(*args))
        self.sites.append(site)
        return site

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the process back as it was, where it is to go on without Treadle."""
        kernel.on_first_spawn = kernel.on_stop = None
        kernel.timeouts = Timeouts.QUIESCENT
        kernel.is_gil = kernel.is_310 = False
        kernel.run(_nothing, Scheduler())  # the kernel lets go of the last execution
        hooks.bind(None)
        kernel.meet(True)
        self.instrumenter.uninstall()
        self.instrumenter.restore()
        self.errors = {}
        uninstall()
        if self._was_collecting:
            gc.enable()

    def use_model(self, model: str) -> None:
        """Choose where a task can be suspended in the executions to come; what was learned is forgotten.

        Args:
            model: A model of the interpreter whose checks were hooked when the target was loaded.
        """
        kernel.is_gil = model not in {FREE_THREADED, ALL}
        kernel.is_310 = model == GIL_310
        forget_points(self.sites)

    def make_reference(self) -> Callable[[], Any] | None:
        """What makes the object that says what is right, in a scenario; None for the program's own."""
        if self.options.reference is None or self.parsed.scenario is None:
            return None
        made = load_object(parse_target(self.options.reference), self.instrumenter)
        return functools.partial(self.parsed.scenario.constructor.applied, made)

    def is_program_frame(self, frame: FrameType) -> bool:
        """Whether a frame runs the program's own code rather than the library's or Treadle's."""
        code = frame.f_code
        known = self._known_codes.get(id(code))  # a code object's hash takes long
        if known is None:
            module = frame.f_globals.get("__name__", "")
            is_own = self.scope.category(module, code.co_filename).is_instrumented
            known = self._known_codes[id(code)] = code, is_own
        return known[1]

    def where(self, frame: FrameType | None) -> Stuck:
        """Where the running task is stuck.

        Args:
            frame: The frame in which the process is.

        Returns:
            "T1 stayed in lock.acquire() at file.py:7 (function) for 10 seconds without ...", as a string.
        """
        who = "a thread" if kernel.current is None else task_label(kernel.current)
        return locate(frame, self.is_program_frame, who, self.options.stuck_after)

    def _death(self, task: Task, error: BaseException) -> Death:
        """What there is to say of an exception that ended a task."""
        own = [
            (f, n) for f, n in traceback.walk_tb(error.__traceback__) if self.is_program_frame(f)
        ]
        text = ""
        if self._recorder is not None:
            lines = traceback.StackSummary.extract(iter(own)).format()
            head = "Traceback (most recent call last):\n"
            text = "".join([head, *lines, *traceback.format_exception_only(error)])
        frame: FrameType | None = None
        line = 0
        for frame, line in own or traceback.walk_tb(error.__traceback__):  # noqa: B007 - the last one
            pass
        return Death(
            task.number,
            task_label(task),
            isinstance(error, AssertionError),
            type(error).__name__,
            message_of(error),
            ("" if frame is None else frame.f_code.co_filename, line),
            text,
        )

    def stay_in_this_process(self) -> None:
        """From now on, execute in this process, as this kind of session always does."""

    def execute(self, scheduler: Scheduler) -> Execution:
        """Run the program once.

        Args:
            scheduler: Chooses at every point; its ``begin`` was called.

        Returns:
            What happened.
        """
        naming = self.naming
        naming.begin()
        self.body.begin()
        kernel.on_first_spawn = naming.first_spawn
        kernel.on_stop = self._on_stop
        kernel.timeouts = self.timeouts
        if self._executed <= WARM_UPS:
            kernel.meet(self._executed < WARM_UPS)
            self._executed += 1
        with self.output:
            if self._survey is None:
                self._survey = Survey(is_instrumented)
                with self._survey.watching():
                    status = kernel.run(self.body, scheduler)
            else:
                status = kernel.run(self.body, scheduler)
        if status == "deadlock" and isinstance(self.program, ScenarioProgram):
            # Where its calls would wait in some sequential order too, nothing is wrong.
            status = "waiting" if self.program.may_wait() else status
        naming.forget()
        self.program.forget()
        if self.collects:
            gc.collect()
        elif gc.get_count()[0] > MOST_GARBAGE:
            self._collections += 1
            gc.collect(2 if self._collections % FULL_COLLECTION == 0 else 0)
        return Execution(
            status,
            self.outcome,
            self._deaths,
            kernel.preemptions,
            kernel.choices,
            kernel.operations,
            len(kernel.tasks),
            self.timeouts,
            kernel.early,
            kernel.withheld,
            kernel.brief_waits,
            kernel.long_waits,
            kernel.watches_clock,
            kernel.stood_aside,
            self._blocked,
        )

    def record(self, scheduler: Scheduler, schedule: Schedule) -> tuple[Execution, Trace]:
        """Run the program once at the finest grain and record what happens.

        Args:
            scheduler: Chooses at every operation; its ``begin`` was called.
            schedule: The schedule that the trace will carry; the execution's own when empty.

        Returns:
            The execution and its trace.
        """
        self.naming.search_now()
        recorder = self.make_recorder(self.is_program_frame, hooks.MISSING)
        self._recorder = recorder
        kernel.recorder = recorder
        kernel.all_points = True
        try:
            execution = self.execute(scheduler)
        finally:
            kernel.recorder = None
            kernel.all_points = False
            self._recorder = None
        builder, self._builder = self._builder, None
        assert builder is not None
        self.accesses = builder.accesses
        self.diagnosis = builder.diagnosis
        self.races = builder.races
        self.event_of_step = builder.event_of_step
        return execution, builder.trace(execution.schedule() if not schedule.choices else schedule)

    def execute_finely(self, scheduler: Scheduler) -> Execution:
        """Run the program once, asking the scheduler at every operation, without recording.

        Args:
            scheduler: Chooses at every operation; its ``begin`` was called.

        Returns:
            What happened.
        """
        kernel.all_points = True
        try:
            return self.execute(scheduler)
        finally:
            kernel.all_points = False

    def warm_up(self) -> None:
        """Run without preemptions until imports are done, code is instrumented and objects have names.

        Raises:
            UncontrolledError: A task did not come back.
        """
        for _ in range(WARM_UPS):
            require_control(self.execute(Scheduler()))
            if not self.naming.wants_search and not self.observer.has_grown:
                break

    def uninstrumented(self) -> tuple[str, ...]:
        """Modules whose code ran in several tasks without being instrumented."""
        return () if self._survey is None else self._survey.shared_modules()

    def is_stdlib(self, module: str) -> bool:
        """Whether a module belongs to the standard library."""
        return self.scope.category(module, None) is Category.STDLIB

    @property
    def last_failure(self) -> str | None:
        """What ended the last execution, as "Type: message (file:line)", None when nothing did."""
        if not self._deaths:
            return None
        death = self._deaths[0]
        filename, line = death.place
        where = f" ({shown_file(filename)}:{line})" if filename else ""
        return f"{death.type_name}: {death.message}{where}"

    def _run_program(self) -> object:
        try:
            return self.program.run()
        finally:
            self.naming.main_returned()

    def _on_stop(self) -> None:
        self.naming.finish()
        if self.keeps_errors:
            self.errors = {task.number: error for task, error in kernel.failures}
        self._deaths = [self._death(task, error) for task, error in kernel.failures]
        self._blocked = (
            tuple(
                (t.path, t.waiting_verb, type(t.waiting_for).__name__, t.site.line)
                for t in kernel.tasks
                if t.is_blocked and not t.is_enabled
            )
            if kernel.status == "deadlock"
            else ()
        )
        self.outcome = self.observer.observe(kernel, self)
        if self._recorder is not None:
            self._builder = TraceBuilder(
                self._recorder,
                self.naming,
                self.module,
                self.outcome,
                self.output.text(),
                self.options.model,
            )

    # --- what `observe` asks --------------------------------------------------------------------

    @property
    def returned(self) -> object:
        """What the program returned in this execution."""
        return self.body.returned

    def output_by_task(self) -> list[tuple[str, str]]:
        """What each task wrote, as outcome pairs."""
        pairs = []
        for number, text in self.output.by_task():
            pairs.append((f"output of {task_label(kernel.tasks[number])}", text))
        return pairs


def require_control(execution: Execution) -> None:
    """Give up when an execution did not come to an end of its own.

    Args:
        execution: The execution, the last there was.

    Raises:
        UncontrolledError: A task did not come back.
        KeyboardInterrupt: The person ended it.
    """
    if execution.status == "uncontrolled":
        raise UncontrolledError(f"{kernel.status_detail}, so it was not controlled.")
    if execution.status == "interrupted":
        raise KeyboardInterrupt


def _nothing() -> None:
    """A program that does nothing."""


def forget_points(sites: list[Site]) -> None:
    """Forget which operations were seen to conflict.

    Args:
        sites: Where they are.
    """
    for site in sites:
        site.is_point = False
        site.count = 0
        site.segment = -1
        site.children.clear()


def production_hooks(make_site: Callable[..., Any] = Site) -> HookTable:
    """The compiled hooks.

    Args:
        make_site: Makes the sites.
    """
    return HookTable(
        site=make_site,
        tracking=hooks.tracking,
        attentive=hooks.attentive,
        **{name: getattr(hooks, name) for name in HOOK_NAMES},
    )
