"""Partial order reduction among the schedules with at most a given number of preemptions.

A race may be reversible only by one preemption more than the bound allows, and equivalent executions differ
in how many they have. So wherever a race asks for a task to come before a step, that task is also to come
where the block of steps that this step belongs to begins: to switch to it there costs no more than the
switch that was made there (a *conservative* point). Nor is it all the same whether a task finds a lock free
and a thread ended or has to wait: a task that waits is left without a preemption.

No task sleeps, since a step may cost a preemption where it comes first and none where it comes later.
Therefore some traces are met more than once; such executions count as redundant. What was met is known by a
hash of 64 bits for each trace.

Source: Coons, Musuvathi, McKinley, "Bounded partial-order reduction", OOPSLA 2013, procedure 3.
"""

from __future__ import annotations

from treadle.model.operation import Kind
from treadle.schedulers.dpor import Dpor, Frame
from treadle.schedulers.events import Access, Event, happens_before
from treadle.schedulers.wakeup import Node

_ACQUIRE = int(Kind.ACQUIRE)
_RELEASE = int(Kind.RELEASE)


class BoundedFrame(Frame):
    """A state of the current execution, and which tasks are to come next there.

    Attributes:
        running: The task whose step was the last, where it can go on; else -1.
        preemptions: How many lead here.
        wanted: The tasks that were found to be explored from here.
    """

    running: int
    preemptions: int
    wanted: set[int]


class BoundedDpor(Dpor):
    """Explores every trace that has a schedule with few preemptions.

    Args:
        bound: Largest number of preemptions.

    Attributes:
        was_cut: Whether a race was not reversed, or not everywhere, because of the bound.
    """

    def __init__(self, bound: int) -> None:
        Dpor.__init__(self)
        self.bound = bound
        self.was_cut = False
        self._met: set[int] = set()

    def step(self, indexes: dict[int, int], default: int) -> int:
        """As without a bound; where nothing asks for another, the running task goes on."""
        if self.events:
            event: Event = self.events[len(self.events) - 1]
            default = event.task
        return Dpor.step(self, indexes, default)

    def _make_frame(
        self, enabled: list[int], sleep: dict[int, list[Access]], pending: list[Node]
    ) -> Frame:
        frame = BoundedFrame(self._depth, enabled, sleep, self._places, pending)
        frame.running = -1
        frame.preemptions = 0
        frame.wanted = set()
        if self._frames:
            parent: BoundedFrame = self._frames[len(self._frames) - 1]  # type: ignore[assignment]
            task = parent.chosen.task  # type: ignore[union-attr]
            if task in enabled:
                frame.running = task
            frame.preemptions = parent.preemptions
            if parent.running >= 0 and task != parent.running:
                frame.preemptions += 1
        return frame

    def _put_to_sleep(self, frame: Frame) -> None:
        """No task sleeps: what it leads to when it comes later may have fewer preemptions."""
        state: BoundedFrame = frame  # type: ignore[assignment]
        state.wanted.add(state.chosen.task)  # type: ignore[union-attr]

    def over(self, status: str) -> None:
        """The execution is over: find its races, and whether it was met before."""
        before = self.traces
        Dpor.over(self, status)
        if self.traces == before:
            return
        self._let_wait()
        steps = [(event.task, event.position, tuple(event.clock)) for event in self.events]
        trace = hash(tuple(sorted(steps)))
        if trace in self._met:
            self.traces = before
            self.redundant += 1
            self.is_redundant = True
        self._met.add(trace)

    def _let_wait(self) -> None:
        """Have tasks come in time to wait where they found ended what they would have waited for.

        Whether a task finds a lock free or a thread ended makes no difference to what happens. But one that
        waits is left without a preemption.
        """
        event: Event
        access: Access
        before: dict[int, Event] = {}
        released: dict[int, Event] = {}
        for index, event in enumerate(self.events):
            if event.joined is not None:
                for task in event.joined:
                    self._let_come(before.get(event.task), before.get(task), event, index)
            for access in event.accesses:
                if access.kind == _ACQUIRE:
                    self._let_come(before.get(event.task), released.get(access.place), event, index)
                elif access.kind == _RELEASE:
                    released[access.place] = event
            before[event.task] = event

    def _let_come(self, mine: Event | None, ended: Event | None, event: Event, index: int) -> None:
        """Have a task come to an event before what it would have waited for, if it came later."""
        if mine is None or ended is None or ended.task == event.task:
            return
        if ended.frame.depth < mine.frame.depth and not happens_before(ended, mine):
            self._reverse(ended, event, index)

    def _reverse(self, race: Event, event: Event, index: int) -> None:
        """Let the later task come before the earlier event, and before the block that it belongs to."""
        frame: BoundedFrame = race.frame
        self._want(frame, event.task)
        depth = frame.depth
        other: Event
        while depth > 0:
            other = self.events[depth - 1]
            if other.task != race.task:
                break
            depth -= 1
        if depth < frame.depth:
            self._want(self._frames[depth], event.task)  # type: ignore[arg-type]

    def _want(self, frame: BoundedFrame, task: int) -> None:
        """Explore a task's step from a state, or that of every task where it could not come."""
        for each in [task] if task in frame.enabled else frame.enabled:
            if each == frame.chosen.task or each in frame.wanted:  # type: ignore[union-attr]
                continue
            if frame.running >= 0 and each != frame.running and frame.preemptions >= self.bound:
                self.was_cut = True
                continue
            frame.wanted.add(each)
            frame.pending.append(Node(each, []))
