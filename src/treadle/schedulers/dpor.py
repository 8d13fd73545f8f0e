"""Dynamic partial order reduction: one execution for each class of equivalent ones.

Executions that differ only in the order of independent operations end alike. The search runs one of each
class (a Mazurkiewicz trace): it goes forward in any order, finds afterwards which events raced, and notes
for each race, in a *wakeup tree* at the state before it, a sequence that has the race the other way round.
*Sleep sets* hold the tasks whose next step was explored from a state already and would lead to nothing new.
Wakeup trees make the search optimal: no execution is begun that sleep sets would break off.

The algorithm is Optimal-DPOR (Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for optimal
dynamic partial order reduction", J. ACM 64(4), 2017, algorithm 2), with races looked for when an execution
is over, as in Nidhugg and SimGrid. It keeps one frame for each step of one execution, and of executions
past nothing but the sleep sets and wakeup trees of these frames.

What a task is about to do must be known before it is chosen: tasks that were just started run to their
first scheduling point at once, which nobody can see. A task about to take a lock that is held, or to join a
task that has not ended, is not chosen; when there are only such tasks left they are, because the kernel has
to see that nobody can go on before it lets time pass or reports a deadlock. That is no step of theirs.

A search can be shared out (see ``schedulers.sharing``): then the first frames belong to somebody else, who
is told what is to be explored from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from treadle.model.operation import Kind
from treadle.schedulers.base import GIVE_UP, Point, Scheduler
from treadle.schedulers.events import Access, Event, are_dependent, portable, settled
from treadle.schedulers.races import Clocks, sequence_without
from treadle.schedulers.views import LocationView, TaskView
from treadle.schedulers.wakeup import Node, insert, is_covered, is_weak_initial

_ACQUIRE = int(Kind.ACQUIRE)
_TRY_ACQUIRE = int(Kind.TRY_ACQUIRE)
_RELEASE = int(Kind.RELEASE)
_JOIN = int(Kind.JOIN)
_EXIT = int(Kind.EXIT)
_THREAD_READ = int(Kind.THREAD_READ)

_END = -1
"""The place that the end of the last task the program waits for has in common with every daemon."""


class Frame:
    """A state of the current execution, and what is to be explored from it.

    Attributes:
        enabled: The tasks that could be chosen.
        sleep: What the next step of each sleeping task touches.
        depth: How many steps lead here.
        known: How many places were numbered here.
        chosen: The step that is being explored.
        pending: The wakeup tree: further steps to explore, then nothing in particular.
        event: What the chosen step was in this execution.
        done: How many steps were explored from here.
        traces: To how many traces they led.
    """

    def __init__(
        self,
        depth: int,
        enabled: list[int],
        sleep: dict[int, list[Access]],
        known: int,
        pending: list[Node],
    ) -> None:
        self.depth = depth
        self.enabled = enabled
        self.sleep = sleep
        self.known = known
        self.chosen: Node | None = None
        self.pending = pending
        self.event: Event | None = None
        self.done = 0
        self.traces = 0

    def explored(self) -> list[Access]:
        """What the chosen step touches, as far as is known."""
        if self.event is None:
            return self.chosen.accesses  # type: ignore[union-attr]
        return settled(self.event.accesses, self.known)

    def covers(self, sequence: list[Event]) -> bool:
        """Whether a sequence leads to nothing new, since a task sleeps that could come first in it."""
        for task, accesses in self.sleep.items():
            if is_weak_initial(task, accesses, sequence, self.known):
                return True
        return False


class Work:
    """A part of the tree of executions, and how far it is explored.

    Args:
        tasks: The path of each task, by its number.
        lent: The frames that lead to it; the last of them chooses the step with which it begins.
        own: The frames below; none where nothing was explored yet.
    """

    def __init__(self, tasks: list[tuple[int, ...]], lent: list[Frame], own: list[Frame]) -> None:
        self.tasks = tasks
        self.lent = lent
        self.own = own


class Dpor(Scheduler):
    """Explores every trace once.

    Args:
        work: The part of the tree of executions to explore, and how far that has got; all of it when None.

    Attributes:
        divergence: A sentence when an execution did not repeat what an earlier one did, else None.
        is_redundant: Whether the current execution was broken off, since it led to nothing new.
        redundant: How many were.
        learned: Sites that were seen to race, in this execution, and are no scheduling points yet.
        infeasible: How many sequences of a wakeup tree could not be followed.
        traces: How many traces were explored.
        found: (depth, sequence of events) of what is to be explored from frames that were lent.
        has_more: Whether an execution was begun and is still to be executed.
    """

    def __init__(self, work: Work | None = None) -> None:
        self.divergence: str | None = None
        self.is_redundant = False
        self.redundant = 0
        self.infeasible = 0
        self.traces = 0
        self.found: list[tuple[int, list[Event]]] = []
        self.has_more = False
        self._keys: set[tuple[Any, ...]] = set()
        if work is None:
            work = Work([], [], [])
        self._ids = {path: number for number, path in enumerate(work.tasks)}
        self._frames = work.lent + work.own
        self._lent = len(work.lent)
        self._is_new = not work.own
        self._has_run = False
        self._fixed = 0
        self._forget()

    def _forget(self) -> None:
        """Forget the execution."""
        self._depth = 0
        self.learned: list[Any] = []
        self.events: list[Event] = []
        self._event: Event | None = None
        self._waiting: TaskView | None = None
        self._tasks: dict[int, TaskView] = {}
        self._early: dict[int, Event] = {}
        self._places = 0
        self._has_time_passed = False

    # --- the stack ------------------------------------------------------------------------------

    def begin(self) -> bool:
        """Go on to the next trace; False when all were explored."""
        self.has_more = self._go_on()
        return self.has_more

    def _go_on(self) -> bool:
        self._forget()
        if self._is_new:
            self._is_new = False
            self._has_run = True
            self._fixed = len(self._frames)
            return True
        frame: Frame
        size = 1 if self._has_run and not self.is_redundant else 0
        self._has_run = True
        self.is_redundant = False
        while len(self._frames) > self._lent:
            frame = self._frames[len(self._frames) - 1]
            if frame.chosen is not None:
                self._put_to_sleep(frame)
                frame.chosen = None
                frame.event = None
                frame.done += 1
            frame.traces += size
            size = frame.traces
            if self._follow(frame):
                self._fixed = len(self._frames)
                return True
            self._frames.pop()
        return False

    def _put_to_sleep(self, frame: Frame) -> None:
        """What the chosen step leads to was explored: it is not to come first in what comes now."""
        frame.sleep[frame.chosen.task] = frame.explored()  # type: ignore[union-attr]

    def tasks(self) -> list[tuple[int, ...]]:
        """The path of each task, by its number."""
        return list(self._ids)

    def rest(self) -> list[Frame]:
        """What is left to do, between two executions.

        Returns:
            The frames that were not lent, to be gone on with in any process; none when all is done.
        """
        frame: Frame
        own = self._frames[self._lent :]
        for frame in own:
            if frame.chosen is not None:
                frame.chosen.accesses = portable(frame.explored())
            frame.event = None
            frame.sleep = {task: portable(accesses) for task, accesses in frame.sleep.items()}
            frame.pending = [node.portable() for node in frame.pending]
        if own:
            frame = own[len(own) - 1]  # what it has chosen was not gone to
            frame.pending.insert(0, frame.chosen)  # type: ignore[arg-type]
            frame.chosen = None
        return own

    def _follow(self, frame: Frame) -> bool:
        """Choose the next step of a wakeup tree; False when none is left."""
        node: Node
        while frame.pending:
            node = frame.pending.pop(0)
            if node.task in frame.enabled and node.task not in frame.sleep:
                frame.chosen = node
                return True
            self.infeasible += 1
        return False

    def sees_steps(self) -> bool:
        """Every step is counted, also where there is no choice."""
        return True

    def is_noting(self) -> bool:
        """What each step touches is what reduction is about."""
        return True

    def remaining(self) -> tuple[int, int]:
        """How many traces there are beside those explored.

        Returns:
            How many are known, and an estimate: each subtree that is still to be explored is taken to be as
            large as those beside it were on average (as SimGrid does; ten times too low at first).
        """
        known = 0
        size = 0.0
        frame: Frame
        for index in range(len(self._frames) - 1, -1, -1):
            frame = self._frames[index]
            waiting = len(frame.pending)
            known += waiting
            size += frame.traces
            size += waiting * max(size, 1.0) / (frame.done + 1)
        return known, max(known, round(size) - self.traces)

    # --- an execution ---------------------------------------------------------------------------

    def choose(self, point: Point) -> int:
        """The step that the stack asks for; where it ends, any that does not sleep."""
        enabled = point.enabled
        self._meet(enabled)
        self._event = None
        self._waiting = None
        for index, task in enumerate(enabled):
            if not task.is_started:
                self._event = self._early[task.identity] = Event(task.identity, False, None)
                return index
        indexes = {}
        for index, task in enumerate(enabled):
            location = task.pending_location
            if location is not None and location.place < 0:
                self._number(location)
            if not self._would_wait(task):
                indexes[task.identity] = index
        if not indexes:
            self._waiting = enabled[0]
            return 0
        task = enabled[point.default]
        chosen = self.step(indexes, task.identity)
        if chosen < 0:
            return chosen
        index = indexes[chosen]
        task = enabled[index]
        frame = self._frames[self._depth]
        event = self._early.pop(chosen, None) or Event(chosen, False, None)
        event.is_wake = task.is_blocked
        event.is_timed_out = task.is_blocked and task.was_timed_out
        event.frame = frame
        if task.is_daemon:
            event.accesses.append(Access(_END, _END, _THREAD_READ, False, None))
        event.is_after_time = self._has_time_passed
        self._has_time_passed = False
        self._event = frame.event = event
        self.events.append(event)
        self._depth += 1
        return index

    def pass_by(self, point: Point) -> int:
        """A step that there is no choice about."""
        return self.choose(point)

    def draw(self, arity: int, kind: int) -> int:
        """The default: what is not a task is no choice here."""
        return 0

    def step(self, indexes: dict[int, int], default: int) -> int:
        """The task whose step comes next; negative when there is none worth taking."""
        frame: Frame
        if self._depth < len(self._frames):
            frame = self._frames[self._depth]
            if frame.enabled != list(indexes):
                self.divergence = (
                    f"step {self._depth + 1} of the schedule was a choice between {len(frame.enabled)} "
                    f"threads and is one between {len(indexes)}, or others, when the same choices are "
                    "made again"
                )
                return GIVE_UP
            return frame.chosen.task  # type: ignore[union-attr]
        frame = self._new_frame(list(indexes))
        if not self._follow(frame):
            if default in indexes and default not in frame.sleep:
                frame.chosen = Node(default, [])
            else:
                for task in indexes:
                    if task not in frame.sleep:
                        frame.chosen = Node(task, [])
                        break
        if frame.chosen is None:
            self.is_redundant = True
            self.redundant += 1
            return GIVE_UP
        self._frames.append(frame)
        return frame.chosen.task

    def _new_frame(self, enabled: list[int]) -> Frame:
        """The state after the last step: what sleeps on, and what its wakeup tree says."""
        if not self._frames:
            return self._make_frame(enabled, {}, [])
        parent: Frame = self._frames[len(self._frames) - 1]
        sleep = {
            task: accesses
            for task, accesses in parent.sleep.items()
            if not are_dependent(accesses, parent.event.accesses, parent.known)  # type: ignore[union-attr]
        }
        pending = parent.chosen.children  # type: ignore[union-attr]
        parent.chosen.children = []  # type: ignore[union-attr]
        return self._make_frame(enabled, sleep, pending)

    def _make_frame(
        self, enabled: list[int], sleep: dict[int, list[Access]], pending: list[Node]
    ) -> Frame:
        return Frame(self._depth, enabled, sleep, self._places, pending)

    def _meet(self, enabled: Sequence[TaskView]) -> None:
        """Learn of new tasks: the last step has started them."""
        for task in enabled:
            if task.identity < 0:
                task.identity = self._ids.setdefault(task.path, len(self._ids))
                self._tasks[task.identity] = task
                if self.events:
                    event: Event = self.events[len(self.events) - 1]
                    if event.spawned is None:
                        event.spawned = []
                    event.spawned.append(task.identity)

    def _would_wait(self, task: TaskView) -> bool:
        """Whether a task that is about to do something would only wait."""
        if task.is_blocked:
            return False
        kind = task.pending_kind
        if kind not in {_ACQUIRE, _JOIN}:
            return False
        return bool(task.pending_location.owner.would_wait(task))

    def _number(self, location: LocationView) -> None:
        location.place = self._places
        self._places += 1

    # --- what the kernel tells ------------------------------------------------------------------

    def note(self, task: TaskView, kind: int, location: LocationView) -> None:
        """A task does an operation: a part of its step."""
        if task is self._waiting:
            return
        if location.place < 0:
            self._number(location)
        if kind == _RELEASE and not location.owner.is_held_by(task):
            kind = _TRY_ACQUIRE  # what it does depends on who holds the lock now
        is_open = kind in {_ACQUIRE, _TRY_ACQUIRE} and location.owner.is_free
        access = Access(location.place, location.token(), kind, is_open, task.noted_at)
        if self._event is not None:
            self._event.accesses.append(access)

    def joined(self, task: TaskView, other: TaskView) -> None:
        """A task sees that another has ended; only one that joins it could not have come before."""
        if task.pending_kind == _JOIN and self._event is not None and other.identity >= 0:
            if self._event.joined is None:
                self._event.joined = []
            self._event.joined.append(other.identity)

    def woke(self, task: TaskView) -> None:
        """The running task has woken another, which cannot have gone on without that."""
        if self._event is not None:
            if self._event.woke is None:
                self._event.woke = []
            self._event.woke.append(task.identity)

    def time_passed(self) -> None:
        """No task could go on, so time passes."""
        self._has_time_passed = True

    def over(self, status: str) -> None:
        """The execution is over: find its races, and what they leave to explore."""
        self.has_more = False
        if self.is_redundant or self.divergence is not None:
            return
        if self._depth < len(self._frames):
            self.divergence = (
                f"the program ended after {self._depth} steps where it went on for {len(self._frames)} "
                "when the same choices were made before"
            )
            return
        self.traces += 1
        if status == "finished" and self.events:
            self.events[len(self.events) - 1].accesses.append(
                Access(_END, _END, _EXIT, False, None)
            )
        self._find_races()

    def _find_races(self) -> None:
        """Find the races of the execution that is over, and what they leave to explore."""
        clocks = Clocks(len(self._ids))
        # What happened before the step that is new has been looked at in an earlier execution.
        new = self._fixed - 1
        event: Event
        for index, event in enumerate(self.events):
            for race in clocks.add(event, index >= new):
                self._reverse(race, event, index)
        for event in self._unfinished():
            for race in clocks.ask(event):
                self._reverse(race, event, len(self.events))
        self.learned = clocks.learned

    def _unfinished(self) -> list[Event]:
        """What each task that has not ended was about to do."""
        events = []
        for number, task in self._tasks.items():
            if task.is_finished or not task.is_started:
                continue
            event = Event(number, task.is_blocked, None)
            location = task.pending_location
            if location is not None:
                if location.place < 0:
                    self._number(location)
                event.accesses.append(
                    Access(location.place, location.token(), task.pending_kind, False, None)
                )
            if task.is_daemon:
                event.accesses.append(Access(_END, _END, _THREAD_READ, False, None))
            events.append(event)
        return events

    def _reverse(self, race: Event, event: Event, index: int) -> None:
        """Explore, from the state before an event, what leads to a later one without it."""
        frame: Frame = race.frame
        sequence = sequence_without(race, event, self.events[frame.depth + 1 : index])
        if frame.covers(sequence):
            return
        if frame.depth >= self._lent:
            insert(frame.pending, sequence, frame.known)
        elif not is_covered(frame.pending, sequence, frame.known):
            # What else was found must not decide: its owner may have no use for it, but for this.
            self._find(frame, sequence)

    def _find(self, frame: Frame, sequence: list[Event]) -> None:
        """Tell, once, of a sequence to be explored from a frame that was lent."""
        key = (
            frame.depth,
            *[(event.task, event.position, tuple(event.clock)) for event in sequence],
        )
        if key not in self._keys:
            self._keys.add(key)
            self.found.append((frame.depth, [event.portable() for event in sequence]))

    def end(self) -> None:
        """Let the tasks go."""
        self._tasks = {}
        self._waiting = None
