"""Tasks: the controlled threads of one execution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from treadle.engine.site import BEGINNING, Site


class TaskKilled(BaseException):
    """Thrown into a task whose execution is abandoned, so that it unwinds. Never seen by users."""


class TaskStuck(TaskKilled):
    """Raised in a task that does not come back to the kernel; its only argument says where it is."""


class Task:
    """A controlled thread; the program's main thread is one too.

    Args:
        number: 0 for the main task, then in order of starting.
        path: Creation path: the parent's path and which of its children this is. Stable across schedules.
        function: What it runs, without arguments.
        name: What reports call it.
        is_daemon: Whether the program ends without waiting for it.

    Attributes:
        thread: The program's thread object, if any.
        is_enabled: Whether it may be chosen.
        is_blocked: Whether it waits in an operation; it may be enabled already when it was woken.
        deadline: Virtual time at which a timed wait gives up, -1 without a limit.
        waiting_for: The primitive it waits for.
        clock: Vector clock of happens-before over all synchronisation.
        fork_clock: Vector clock over starting and joining threads only.
        held: The locks it holds, in the order in which it took them.
        site: The call from which threading primitives are being used.
        failure: The exception that ended it, or None.
        local: Values of ``threading.local`` objects, by object.
        rounds_aside: How often it stood aside because it only spun.
        pending_kind: The kind of the operation that it is about to do, or blocked in; -1 when it has not
            begun or stands aside, so that nobody knows.
        pending_location: What that operation touches; None where nobody knows.
        looks: How often it looked, without changing anything, since the change of that number.
        looked_at: What it looked at, and from where, once that was often.
        paused_since: The change after which it last let others run by itself.
        is_brief: Its deadline is so near that it might come while other tasks still run.
        generators: Those that it runs and others may know, the innermost last.
        atomic: How many sections without preemption it is in.
        noted_at: The site of the operation that a scheduler is being told of.
        identity: Number of its creation path, for a scheduler that numbers paths; -1 before.
        check_site: Under the GIL, where it last could have been suspended.
        check_next: Under the GIL, a place where it can be suspended before its next operation; None for none.
        is_spinning: Under the GIL, it has to let others run at the next such place.
    """

    def __init__(
        self,
        number: int,
        path: tuple[int, ...],
        function: Callable[[], object],
        name: str,
        is_daemon: bool,
        site: Site,
    ) -> None:
        self.number = number
        self.path = path
        self.children = 0
        self.function: Callable[[], object] | Any = function
        self.thread: Any = None
        self.name = name
        self.is_daemon = is_daemon
        self.is_enabled = True
        self.is_fresh = True
        self.is_yielding = False
        self.is_finished = False
        self.is_blocked = False
        self.was_timed_out = False
        self.is_started = False
        self.worker: Any = None
        self.deadline = -1.0
        self.waiting_for: Any = None
        self.waiting_verb = ""
        self.clock: list[int] | Any = None
        self.fork_clock: list[int] | Any = None
        self.held: list[object] = []
        self.site = site
        self.looks = 0
        self.looking_since = -1
        self.generators: list[Any] = []
        self.looked_at: set[tuple[Site, object]] | None = None
        self.paused_since = -1
        self.rounds_aside = 0
        self.kills = 0
        self.failure: BaseException | None = None
        self.local: Any = None
        self.pending_kind = -1
        self.pending_location: Any = None
        self.atomic = 0
        self.identity = -1
        self.noted_at = site
        self.is_brief = False
        self.check_site = BEGINNING
        self.check_next: Site | None = None
        self.is_spinning = False

    def __repr__(self) -> str:
        return f"<Task {self.number} {self.name}>"
