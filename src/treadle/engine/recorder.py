"""The recorder: notes what happens in one execution, for a trace.

Only replays are recorded; a search runs without. Values are turned into text at once, because they change.
Names are not known yet: an event keeps the location or primitive it is about, and whoever builds the
trace names it when the execution is over and everything can still be reached.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from treadle.analysis.races import Races, Touch
from treadle.engine.conflicts import is_race
from treadle.engine.kernel import kernel
from treadle.engine.real_threads import caller_of
from treadle.engine.site import Site
from treadle.engine.task import Task
from treadle.model.describe import describe
from treadle.model.interpreter import ONLY_310
from treadle.model.trace import RELEASES, Action

MAX_EVENTS = 20_000
"""More events than this are not kept: a trace is for people."""


class Activation:
    """Marks a frame, by standing in its ``f_trace``, as one call of a function.

    A frame's identity can be used again by a later call; this object cannot.
    """

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, *_: object) -> None:
        """Do nothing: tracing was switched on by somebody else."""


class Event:
    """Something that happened, not yet named.

    Attributes:
        task: Number of the task.
        action: What it did.
        subject: The Location or primitive concerned, or None.
        place: (file name, line, end line, column, end column, function) or None.
    """

    __slots__ = (
        "action", "activation", "detail", "eligible", "held", "holders", "is_write", "other", "place",
        "previous", "subject", "task", "time", "value", "woken",
    )  # fmt: skip

    def __init__(self, task: int, action: Action, subject: object) -> None:
        self.task = task
        self.action = action
        self.subject = subject
        self.value: str | None = None
        self.previous: str | None = None
        self.detail = ""
        self.is_write = action in {Action.WRITE, Action.DELETE}
        self.other: int | None = None
        self.woken: tuple[int, ...] = ()
        self.eligible: tuple[int, ...] = ()
        self.holders: tuple[int, ...] = ()
        self.held: tuple[object, ...] = ()
        self.place: tuple[Any, ...] | None = None
        self.activation = 0
        self.time = 0.0


class Recorder:
    """Collects the events of one execution.

    Args:
        is_program_frame: Says whether a frame runs the program's own (instrumented) code.
        missing: The object that hooks pass for "no value".

    Attributes:
        events: What happened, in order.
        is_full: Some events were not kept.
        taken_at: Where each lock now held was taken: (task number, lock) -> place.
        races: The data races so far.
    """

    def __init__(self, is_program_frame: Callable[[FrameType], bool], missing: object) -> None:
        self.events: list[Event] = []
        self.is_full = False
        self.taken_at: dict[tuple[int, int], tuple[Any, ...] | None] = {}
        self.waiting_at: dict[int, tuple[Any, ...] | None] = {}
        self.races = Races(is_race)
        self._is_program_frame = is_program_frame
        self._missing = missing
        self._activations = 0
        self._places: dict[tuple[int, int], tuple[CodeType, tuple[Any, ...]]] = {}

    # --- called by the kernel -----------------------------------------------------------------

    def begin(self, task: Task) -> None:
        """A task runs for the first time."""
        if task.number:
            self._add(task, Action.BEGIN, None)

    def terminate(self, task: Task) -> None:
        """A task has finished."""
        failure = task.failure
        if failure is not None:
            event = self._add(task, Action.RAISE, None)
            event.value = _in_words(failure)
            event.place = self._place_of_failure(failure)
        else:
            self._add(task, Action.TERMINATE, None)

    def suspend(self, task: Task) -> None:
        """A task was suspended although it could have gone on."""
        event = self._add(task, Action.SUSPEND, None, self._frame())
        if kernel.is_gil:
            event.detail = _check_in_words(task.check_site)

    def stand_aside(self, task: Task) -> None:
        """A task that only spins lets others run."""
        self._add(task, Action.YIELD, None, self._frame())

    def resume(self, task: Task) -> None:
        """A suspended task runs again."""
        self._add(task, Action.RESUME, None)

    def block(self, task: Task, resource: Any, verb: str) -> None:
        """A task cannot go on."""
        event = self._add(task, Action.BLOCK, resource, self._frame())
        event.detail = verb
        self.waiting_at[task.number] = event.place
        owners = getattr(resource, "owners", None)
        if owners is not None:
            event.holders = tuple(owner.number for owner in owners() if isinstance(owner, Task))

    def wake(self, task: Task, resource: object) -> None:
        """A blocked task goes on."""
        self.waiting_at.pop(task.number, None)
        self._add(task, Action.WAKE, resource)

    def touch(self, location: Any, kind: int, task: Task, site: Site) -> None:
        """Shared data is about to be accessed; one event, which follows, may touch several locations."""
        frame = self._frame()
        if frame is None:
            return
        stack = []
        caller: FrameType | None = frame
        while caller is not None:
            if self._is_program_frame(caller):
                code = caller.f_code
                stack.append((code.co_filename, caller.f_lineno or 0, code.co_qualname))
            caller = caller_of(caller)
        is_named = location.form in {"attribute", "global", "cell"}
        clock = task.clock
        touch = Touch(
            task.number,
            kind,
            clock[task.number],
            stack[0][:2],
            site,
            len(self.events),
            tuple(stack),
            tuple(task.held),
        )
        self.races.note(location, location.key if is_named else None, touch, clock)

    # --- called by primitives and hooks ---------------------------------------------------------

    def sync(
        self,
        action: Action,
        resource: object,
        value: str | None = None,
        detail: str = "",
        other: int | None = None,
        woken: tuple[int, ...] = (),
    ) -> None:
        """An operation on a primitive was performed.

        Args:
            action: What was done.
            resource: The primitive, or a thread.
            value: Its result as text.
            detail: More words, see Action.
            other: Number of another task concerned.
            woken: Numbers of the tasks that were woken.
        """
        task = kernel.current
        if task is None:
            return
        event = self._add(task, action, resource, self._frame())
        event.value = value
        event.detail = detail
        event.other = other
        event.woken = woken
        if action in {Action.ACQUIRE, Action.TRY_ACQUIRE}:
            self.taken_at[task.number, id(resource)] = event.place

    def data(
        self,
        action: Action,
        location: object,
        value: object,
        previous: object,
        detail: str,
        is_write: bool = False,
    ) -> None:
        """Shared data is accessed.

        Args:
            action: READ, WRITE, DELETE, CONTAINS, ITERATE, LENGTH or CALL.
            location: The location.
            value: The value read or written.
            previous: The value before a write.
            detail: The text of a call.
            is_write: Whether a call changes its container.
        """
        task = kernel.current
        if task is None:
            return
        event = self._add(task, action, location, self._frame())
        if value is not self._missing:
            event.value = describe(value)
        if previous is not self._missing:
            event.previous = describe(previous)
        event.detail = detail
        event.is_write = event.is_write or is_write

    def variable(self, action: Action, location: Any, value: object) -> None:
        """A module's variable is accessed; its current value is looked up.

        Args:
            action: READ, WRITE or DELETE.
            location: Its location; ``key`` is the name.
            value: The value written.
        """
        frame = self._frame()
        current = (
            self._missing if frame is None else frame.f_globals.get(location.key, self._missing)
        )
        if action is Action.READ:
            self.data(action, location, current, self._missing, "")
        else:
            self.data(action, location, value, current, "")

    # --- frames -------------------------------------------------------------------------------

    def _add(
        self, task: Task, action: Action, subject: object, frame: FrameType | None = None
    ) -> Event:
        event = Event(task.number, action, subject)
        event.time = kernel.now
        event.held = tuple(task.held)
        if frame is not None:
            event.place = self._place(frame)
            event.activation = self._activation(frame)
        if action in RELEASES:
            others = (each for each in kernel.tasks if each is not task and not each.is_finished)
            event.eligible = tuple(each.number for each in others if each.is_enabled)
        if len(self.events) < MAX_EVENTS:
            self.events.append(event)
        else:
            self.is_full = True
        return event

    def _frame(self) -> FrameType | None:
        """The innermost frame of the program's own code."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not self._is_program_frame(frame):
            frame = caller_of(frame)
        return frame

    def _activation(self, frame: FrameType) -> int:
        mark = frame.f_trace
        if not isinstance(mark, Activation):
            self._activations += 1
            mark = Activation(self._activations)
            try:
                frame.f_trace = mark
            except (AttributeError, TypeError, ValueError):
                return 0
        return mark.number

    def _place(self, frame: FrameType) -> tuple[Any, ...]:
        code = frame.f_code
        known = self._places.get((id(code), frame.f_lasti))
        if known is None:
            known = self._places[id(code), frame.f_lasti] = code, self._new_place(frame)
        return known[1]

    @staticmethod
    def _new_place(frame: FrameType) -> tuple[Any, ...]:
        code = frame.f_code
        line = frame.f_lineno
        positions = list(code.co_positions())
        start = end = -1
        end_line: int | None = line
        index = frame.f_lasti // 2
        if 0 <= index < len(positions):
            first, end_line, start_column, end_column = positions[index]
            line = first or line
            start = -1 if start_column is None else start_column
            end = -1 if end_column is None else end_column
        return (code.co_filename, line or 0, end_line or line or 0, start, end, code.co_qualname)

    def _place_of_failure(self, failure: BaseException) -> tuple[Any, ...] | None:
        traceback = failure.__traceback__
        place = None
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if self._is_program_frame(traceback.tb_frame):
                place = (
                    code.co_filename,
                    traceback.tb_lineno,
                    traceback.tb_lineno,
                    -1,
                    -1,
                    code.co_qualname,
                )
            traceback = traceback.tb_next
        return place


def _check_in_words(site: Site) -> str:
    """Where the interpreter checked its eval breaker, as words after "eval breaker"."""
    called = f"{site.name}()" if site.name else "a call"
    only = f", {ONLY_310}" if site.only_310 else ""
    match site.operation:
        case "enter":
            return f"on entering {site.function.rpartition('.')[2]}()"
        case "jump":
            return f"at a jump{only}" if only else "at a jump of a loop"
        case "returned":
            return f"after {called}{only}"
        case _:
            return f"in {called}" if site.line else ""


def _in_words(failure: BaseException) -> str:
    """An exception as text; the program's own ``__str__`` and ``__repr__`` run as if outside."""
    task, kernel.current = kernel.current, None
    try:
        return f"{type(failure).__name__}: {failure}"
    except Exception:  # a broken __str__ is the program's; the type says enough
        return type(failure).__name__
    finally:
        kernel.current = task
