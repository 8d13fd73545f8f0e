"""``threading.Barrier``: tasks wait for each other; the last one lets all go.

CPython's code in steps: a task *enters* (waits while the barrier drains), *fills* (waits for the others) and
*leaves*; the last to arrive runs the action while holding the inner lock, so that nobody else can enter,
leave, reset or abort meanwhile; the last to leave opens the barrier for the next round. Each of these is a
step here too, but the lock is not: it only shows while the action runs (``_busy``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from treadle.engine.kernel import kernel
from treadle.engine.task import Task, TaskKilled
from treadle.model.operation import Kind
from treadle.model.trace import Action
from treadle.primitives import real
from treadle.primitives.base import Primitive, check_timeout
from treadle.primitives.real import BrokenBarrierError

_BARRIER = int(Kind.BARRIER)

FILLING = 0
DRAINING = 1
RESETTING = -1
BROKEN = -2


class Barrier(Primitive):
    """A barrier for a fixed number of tasks.

    Args:
        parties: How many tasks wait for each other.
        action: Called by the last to arrive, before the others go on.
        timeout: For ``wait`` where it is given none.

    CPython:
        As ``threading.Barrier``; deviations: there is no condition ``_cond``.
    """

    __module__ = "threading"

    kind_name: ClassVar[str] = "Barrier"

    def __init__(
        self, parties: int, action: Callable[[], Any] | None = None, timeout: float | None = None
    ) -> None:
        if parties < 1 and real.VERSION >= (3, 13):
            raise ValueError("parties must be > 0")
        Primitive.__init__(self)
        self._action = action
        self._timeout = timeout
        self._parties = parties
        self._state = FILLING
        self._count = 0
        self._busy: Task | None = None
        self._entering: list[Task] = []
        self._filling: list[Task] = []
        self._kept_out: list[Task] = []
        self._twin: Any = None
        if not self.born:
            self._real()

    def __repr__(self) -> str:
        cls = self.__class__
        place = f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}"
        state, count = self._seen()
        if state == BROKEN:
            return f"{place}: broken>"
        return f"{place}: waiters={count if state == FILLING else 0}/{self._parties}>"

    def wait(self, timeout: float | None = None) -> int:
        """Wait until as many tasks as the barrier has parties are here.

        Args:
            timeout: Seconds of virtual time to wait for the others; None takes the barrier's own.

        Returns:
            A number from 0 to ``parties - 1``, different for each task.

        Raises:
            BrokenBarrierError: The barrier is or gets broken, by ``abort``, ``reset`` or a timeout.

        Scheduling:
            One point before arriving; blocks until the barrier has drained, and until all are here. The
            action is called by the last to arrive, and may have points of its own.

        CPython:
            As ``threading.Barrier.wait``; deviations: none.
        """
        task = kernel.here
        if task is None:
            return self._real().wait(timeout)
        if timeout is None:
            timeout = self._timeout
        if timeout is not None and timeout > 0:
            check_timeout(timeout)
        kernel.operation(_BARRIER, self)
        self._enter(task)
        index = self._count
        self._count += 1
        kernel.publish(self)
        try:
            if index + 1 == self._parties:
                self._open(task)
            else:
                self._fill(task, timeout)
        except TaskKilled:
            raise
        except BaseException:
            self._leave("broken")
            raise
        self._leave(str(index))
        return index

    def reset(self) -> None:
        """Make the barrier whole again; tasks that wait at it get a BrokenBarrierError.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Barrier.reset``; deviations: none.
        """
        task = kernel.here
        if task is None:
            self._real().reset()
            return
        kernel.operation(_BARRIER, self)
        self._keep_out(task)
        if self._count == 0:
            self._state = FILLING
        elif self._state in {FILLING, BROKEN}:
            self._state = RESETTING
        self._changed()

    def abort(self) -> None:
        """Break the barrier; tasks that wait or will wait at it get a BrokenBarrierError.

        Scheduling:
            One point before.

        CPython:
            As ``threading.Barrier.abort``; deviations: none.
        """
        task = kernel.here
        if task is None:
            self._real().abort()
            return
        kernel.operation(_BARRIER, self)
        self._keep_out(task)
        self._break()

    @property
    def parties(self) -> int:
        """How many tasks wait for each other."""
        return self._parties

    @property
    def n_waiting(self) -> int:
        """How many tasks wait at this moment.

        Scheduling:
            One point before.
        """
        if kernel.here is None:
            return self._real().n_waiting
        kernel.operation(_BARRIER, self)
        return self._count if self._state == FILLING else 0

    @property
    def broken(self) -> bool:
        """Whether the barrier is broken at this moment.

        Scheduling:
            One point before.
        """
        if kernel.here is None:
            return self._real().broken
        kernel.operation(_BARRIER, self)
        return self._state == BROKEN

    # --- the parts of a wait --------------------------------------------------------------------

    def _enter(self, task: Task) -> None:
        """Wait until the barrier is neither busy nor draining."""
        self._keep_out(task)
        while self._busy is not None or self._state in {RESETTING, DRAINING}:
            self._block(self._entering, task, -1.0)
        if self._state < 0:
            raise BrokenBarrierError

    def _open(self, task: Task) -> None:
        """All are here: run the action, then let the others go."""
        if self._action is not None:
            self._busy = task
            self._changed()
            try:
                self._action()
            except TaskKilled:
                raise
            except BaseException:
                self._busy = None
                self._break()
                raise
            self._busy = None
        self._state = DRAINING
        self._changed()

    def _fill(self, task: Task, timeout: float | None) -> None:
        """Wait for the others."""
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.WAIT, self)
        if timeout is not None and timeout <= 0:
            kernel.operation(_BARRIER, self)  # it has arrived: the others may come and go now
        else:
            self._block(self._filling, task, -1.0 if timeout is None else kernel.now + timeout)
        self._keep_out(task)
        if self._state == FILLING:
            self._break()
        if self._state < 0:
            raise BrokenBarrierError

    def _leave(self, value: str) -> None:
        """Go on; the last to go opens the barrier again."""
        self._count -= 1
        if self._count == 0 and self._state in {RESETTING, DRAINING}:
            self._state = FILLING
            self._changed()
        kernel.observe(self)
        if kernel.recorder is not None:
            kernel.recorder.sync(Action.WAIT_DONE, self, value)

    def _keep_out(self, task: Task) -> None:
        """Wait while somebody's action runs."""
        while self._busy is not None:
            self._block(self._kept_out, task, -1.0)

    def _break(self) -> None:
        self._state = BROKEN
        self._changed()

    def _block(self, group: list[Task], task: Task, deadline: float) -> None:
        group.append(task)
        kernel.block(self, "waits at", deadline)
        group.remove(task)

    def _changed(self) -> None:
        """Tell the kernel who can go on now."""
        is_free = self._busy is None
        _allow(self._kept_out, is_free)
        _allow(self._entering, is_free and self._state not in {RESETTING, DRAINING})
        _allow(self._filling, is_free and self._state != FILLING)

    # --- between executions ---------------------------------------------------------------------

    def _seen(self) -> tuple[int, int]:
        """State and count in the world we are in."""
        if self.is_modelled:
            return self._state, self._count
        twin = self._real()
        return twin._state, twin._count

    def _real(self) -> Any:
        """The barrier that does the work outside of executions."""
        if self._twin is None:
            self._twin = real.Barrier(self._parties, self._action, self._timeout)
            if self._state == BROKEN:
                self._twin.abort()
        return self._twin

    def adopt(self) -> None:
        """Start as the real twin is, for a barrier made outside; forget who waited at one that escaped."""
        is_broken = self._real().broken if self.born == 0 else self._state == BROKEN
        self.restore()
        self._state = BROKEN if is_broken else FILLING

    def restore(self) -> None:
        """Forget the tasks of the execution that is over."""
        self._state = FILLING
        self._count = 0
        self._busy = None
        self._entering = []
        self._filling = []
        self._kept_out = []


def _allow(tasks: list[Task], can_go_on: bool) -> None:
    change = kernel.enable if can_go_on else kernel.disable
    for task in tasks:
        change(task)
