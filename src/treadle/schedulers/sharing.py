"""Sharing out a search by partial order reduction: who explores which part of the tree of executions.

Somebody who explores a part meets races with steps that lead to it; what they leave to explore begins in
frames above the part. These frames belong to the :class:`Sharing`, which keeps their wakeup trees and hands
every branch out once. Those who explore find out what else there is to explore and tell when they are done.

A branch must know from the start of all that branches which sleep there have found, or traces are lost: those
that only such findings lead to. So of two branches of one state that begin with independent steps one waits
for the other's end and has it asleep, as if one explored alone (:mod:`treadle.schedulers.dpor`). Branches
that begin with dependent steps do not: neither could sleep in the other. A sequence that could begin with a
branch that was handed out leads to nothing that this branch does not. So every trace is explored once.

How long a part takes shows only when somebody has begun with it. So it is explored for a while and given
back, and when others have nothing to do, its upper frames, down to one from which there is something to
hand out, become common.
"""

from __future__ import annotations

from collections.abc import Iterator

from treadle.schedulers.dpor import Dpor, Frame, Work
from treadle.schedulers.events import Access, Event, are_dependent
from treadle.schedulers.wakeup import Node, insert, is_weak_initial

Found = list[tuple[int, list[Event]]]
"""What is to be explored from the frames above a part: (depth of the frame, sequence of events)."""


Touched = list[Access]
"""What a step touches."""


class Common:
    """A frame from which several explore.

    Args:
        parent: The frame above; None for the first state.
        step: The step that leads here from there.
        frame: What is to be explored from here.

    Attributes:
        claimed: The first step of each branch that is being explored: its task, and what it touches.
        below: What is being explored from here.
    """

    def __init__(self, parent: Common | None, step: Node | None, frame: Frame) -> None:
        self.parent = parent
        self.step = step
        self.frame = frame
        self.claimed: dict[int, Touched] = {}
        self.below: list[Common | Part] = []

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to explore, nor to be found by those who explore."""
        return not self.below and not self.frame.pending

    def claim(self) -> Node | None:
        """Take a branch that can be explored now.

        Returns:
            Its first step; None when there is none that nobody has to wait for.
        """
        frame = self.frame
        asleep = self.asleep()
        frame.pending = [
            step for step in frame.pending if step.task in frame.enabled and step.task not in asleep
        ]
        for index, step in enumerate(frame.pending):
            if all(
                are_dependent(step.accesses, each, frame.known) for each in self.claimed.values()
            ):
                del frame.pending[index]
                self.claimed[step.task] = step.accesses
                return step
        return None

    def asleep(self) -> dict[int, Touched]:
        """The steps that nothing new begins with."""
        return {**self.frame.sleep, **self.claimed}

    def find(self, sequence: list[Event]) -> None:
        """Have a sequence explored, if it leads to something new."""
        frame = self.frame
        for task, accesses in self.asleep().items():
            if is_weak_initial(task, accesses, sequence, frame.known):
                return
        insert(frame.pending, sequence, frame.known)

    def end(self, below: Common | Part) -> None:
        """A branch is explored."""
        assert below.step is not None
        task = below.step.task
        self.below.remove(below)
        self.frame.sleep[task] = self.claimed.pop(task)
        self.frame.done += 1


class Part:
    """A branch that somebody explores.

    Args:
        parent: The frame that it starts from; None for the whole tree.
        step: The step that it starts with.
        sleep: The tasks that slept when it was handed out, and what their steps touch.

    Attributes:
        own: How far it is explored; empty at first.
    """

    def __init__(self, parent: Common | None, step: Node | None, sleep: dict[int, Touched]) -> None:
        self.parent = parent
        self.step = step
        self.sleep = sleep
        self.own: list[Frame] = []


class Sharing:
    """The tree of executions.

    Attributes:
        is_done: Whether all was explored.
        traces: How many traces were.
    """

    def __init__(self) -> None:
        self.is_done = False
        self.traces = 0
        self._tasks: dict[tuple[int, ...], int] = {}
        self._top: Common | Part = Part(None, None, {})
        self._is_begun = False

    @classmethod
    def of(cls, scheduler: Dpor) -> Sharing:
        """Share out what somebody has begun alone.

        Args:
            scheduler: Has just begun an execution, which is not executed now.
        """
        sharing = cls()
        sharing.traces = scheduler.traces
        sharing._tasks = {path: number for number, path in enumerate(scheduler.tasks())}
        sharing._top.own = scheduler.rest()  # type: ignore[union-attr]
        return sharing

    def take(self) -> Part | None:
        """Hand out a part that nobody explores.

        Returns:
            The part; None when there is none now.
        """
        if not self._is_begun and isinstance(self._top, Part):
            self._is_begun = True
            return self._top
        for common in self._commons():
            step = common.claim()
            if step is not None:
                part = Part(common, step, dict(common.frame.sleep))
                common.below.append(part)
                return part
        return None

    def work(self, part: Part) -> Work:
        """What somebody has to know to explore a part, or to go on with it.

        Args:
            part: The part.

        Returns:
            Something that can go to another process; not to be changed in this one.
        """
        lent: list[Frame] = []
        step, common = part.step, part.parent
        while common is not None:
            frame = common.frame
            # Only what is new to all has to be told: hence the wakeup tree, and what sleeps by now.
            copy = Frame(frame.depth, frame.enabled, common.asleep(), frame.known, frame.pending)
            copy.chosen = step
            lent.append(copy)
            step, common = common.step, common.parent
        if lent and not part.own:
            lent[0].sleep = part.sleep
        return Work(list(self._tasks), lent[::-1], part.own)

    def note(self, part: Part, tasks: list[tuple[int, ...]], found: Found, traces: int) -> None:
        """Somebody who explores a part has found something.

        Args:
            part: The part.
            tasks: The path of each task, by the number that it has in ``found``.
            found: What there is to do from the frames above.
            traces: How many traces were explored since the last time.
        """
        numbers = self._numbers(tasks)
        if numbers is not None:
            renumber(numbers, [], found)
        self.traces += traces
        frames = list(_above(part))[::-1]
        for common in frames:
            common.frame.traces += traces
        for depth, sequence in found:
            frames[depth].find(sequence)

    def give_back(self, part: Part, tasks: list[tuple[int, ...]], own: list[Frame]) -> bool:
        """Take a part back, explored as far as it was.

        Args:
            part: The part.
            tasks: The path of each task, by the number that it has in ``own``.
            own: What is left to do there.

        Returns:
            Whether something is.
        """
        numbers = self._numbers(tasks)
        if numbers is not None:
            renumber(numbers, own, [])
        part.own = own
        if own:
            if part.step is not None:
                part.step.children = []  # they are part of what is left
            return True
        if part.parent is None:
            self.is_done = True
        else:
            part.parent.end(part)
            self._tidy_up(part.parent)
        return False

    def _numbers(self, tasks: list[tuple[int, ...]]) -> list[int] | None:
        """The number of each task here; None where it is the same."""
        numbers = [self._tasks.setdefault(path, len(self._tasks)) for path in tasks]
        return None if numbers == list(range(len(numbers))) else numbers

    def split(self, part: Part) -> bool:
        """Make the upper frames of a part common, down to the first from which there is more to explore.

        Args:
            part: A part that nobody explores just now. It goes on below these frames.

        Returns:
            Whether there is such a frame, so that there is something to take.
        """
        for index, frame in enumerate(part.own):  # noqa: B007 - the last one counts
            if _has_more(frame):
                break
        else:
            return False
        parent, step = part.parent, part.step
        if parent is not None:
            parent.below.remove(part)
        for frame in part.own[: index + 1]:
            common = Common(parent, step, frame)
            if parent is None:
                self._top = common
            else:
                parent.below.append(common)
            parent = common
            if frame.chosen is None:  # the next one was not gone to
                part.sleep = dict(frame.sleep)
                step = common.claim()
            else:
                step, frame.chosen = frame.chosen, None
                common.claimed[step.task] = step.accesses
        assert parent is not None
        part.parent, part.step = parent, step
        part.own = part.own[index + 1 :]
        parent.below.append(part)
        return True

    def remaining(self) -> tuple[int, int]:
        """How many traces there are beside those explored.

        Returns:
            How many are known, and an estimate, as :meth:`treadle.schedulers.dpor.Dpor.remaining` makes it.
        """
        known, size = _rest(self._top)
        return known, max(known, round(size))

    def _commons(self) -> Iterator[Common]:
        """The frames from which there may be something to take, from the top."""
        level = [self._top]
        while level:
            commons = [each for each in level if isinstance(each, Common)]
            yield from [each for each in commons if each.frame.pending]
            level = [below for each in commons for below in each.below]

    def _tidy_up(self, common: Common | None) -> None:
        """Let go of frames that are done."""
        while common is not None and common.is_done:
            parent = common.parent
            if parent is None:
                self.is_done = True
            else:
                parent.end(common)
            common = parent


def _has_more(frame: Frame) -> bool:
    """Whether there is something to take from a frame, beside what is being explored."""
    chosen, *others = frame.pending if frame.chosen is None else (frame.chosen, *frame.pending)
    return any(are_dependent(chosen.accesses, each.accesses, frame.known) for each in others)


def _above(part: Part) -> Iterator[Common]:
    """The common frames that lead to a part, the last first."""
    common = part.parent
    while common is not None:
        yield common
        common = common.parent


def _rest(top: Common | Part) -> tuple[int, float]:
    """How many traces are known to be left below, and how many there may be."""
    known = 0
    size = 0.0
    if isinstance(top, Part):
        explored = 0.0
        for frame in reversed(top.own):
            known += len(frame.pending)
            explored += frame.traces
            more = len(frame.pending) * max(explored, 1.0) / (frame.done + 1)
            explored += more
            size += more
        return (known, size) if top.own else (1, 1.0)
    for each in top.below:
        more_known, more = _rest(each)
        known += more_known
        size += more
    waiting = len(top.frame.pending)
    explored = top.frame.traces + size
    size += waiting * max(explored, 1.0) / (top.frame.done + len(top.below) or 1)
    return known + waiting, size


def renumber(numbers: list[int], frames: list[Frame], found: Found) -> None:
    """Call tasks by other numbers.

    Args:
        numbers: The new number of each task, by its old one.
        frames: Frames, changed in place.
        found: Sequences of events, changed in place.
    """

    def change(nodes: list[Node]) -> None:
        for node in nodes:
            node.task = numbers[node.task]
            change(node.children)

    for frame in frames:
        frame.enabled = [numbers[task] for task in frame.enabled]
        frame.sleep = {numbers[task]: accesses for task, accesses in frame.sleep.items()}
        change(frame.pending)
        if frame.chosen is not None:
            change([frame.chosen])
    size = max(numbers, default=-1) + 1
    for _, sequence in found:
        for event in sequence:
            event.task = numbers[event.task]
            clock = [0] * size
            for task, count in enumerate(event.clock):
                clock[numbers[task]] = count
            event.clock = clock
