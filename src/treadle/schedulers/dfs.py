"""Depth-first search over all schedules with at most a given number of preemptions.

One pass explores every schedule of at most ``bound`` preemptions; the explorer iterates the bound 0, 1,
2, ... (iterative context bounding: Musuvathi, Qadeer, PLDI 2007), so that the first failure found has the
fewest preemptions possible. Choices where the running task cannot go on are free. A pass that never met
the bound (``was_cut`` is false) has explored everything.

Who looks for the simplest of the failing schedules also limits the switches: a schedule that leaves the
running task more often is of no use once one is known that does not.

The search is stateless: it keeps the stack of choices of one execution and nothing per execution.
"""

from __future__ import annotations

from treadle.schedulers.base import Point, Scheduler

NO_LIMIT = 2**31 - 1
"""More switches than any execution has."""


class Node:
    """A choice on the stack: which possibility is being tried, out of how many."""

    def __init__(
        self, arity: int, default: int, is_preemption: bool, preemptions: int, switches: int
    ) -> None:
        self.index = default
        self.tried = 1
        self.arity = arity
        self.default = default
        self.is_preemption = is_preemption
        self.preemptions = preemptions
        self.switches = switches


class DepthFirst(Scheduler):
    """Enumerates schedules, the default choice first, then the others in order of creation.

    Args:
        bound: Largest number of preemptions; -1 for no bound.

    Attributes:
        most_switches: Largest number of choices by which a task begins or resumes; may become smaller during
            a pass.
        was_cut: Whether some choice was not tried because of the bound; the limit of switches is not counted.
        spent: Preemptions of the current execution so far.
        switches: Choices of the current execution so far by which a task began or resumed.
        divergence: A sentence when an execution did not repeat the choices of the one before, else None.
    """

    def __init__(self, bound: int = -1) -> None:
        self.bound = bound
        self.most_switches = NO_LIMIT
        self.was_cut = False
        self.spent = 0
        self.switches = 0
        self.divergence: str | None = None
        self._stack: list[Node] = []
        self._depth = 0
        self._is_first = True

    def begin(self) -> bool:
        """Move to the next schedule; False when all were tried."""
        self._depth = 0
        self.spent = 0
        self.switches = 0
        if self._is_first:
            self._is_first = False
            return True
        while self._stack:
            node = self._stack[len(self._stack) - 1]
            if node.tried < node.arity:
                if node.is_preemption and node.preemptions == self.bound:
                    self.was_cut = True
                elif node.switches < self.most_switches:
                    # The default was first; then 0, 1, 2, ... without it.
                    node.index = node.tried if node.tried > node.default else node.tried - 1
                    node.tried += 1
                    return True
            self._stack.pop()
        return False

    def choose(self, point: Point) -> int:
        """The choice on the stack, or the default where the stack ends."""
        switches = self.switches
        index = self._take(len(point.enabled), point.default, point.is_preemption, switches)
        if index != point.default or not point.is_preemption:
            self.switches = switches + 1
        return index

    def draw(self, arity: int, kind: int) -> int:
        """The choice on the stack, or 0 where the stack ends."""
        return self._take(arity, 0, False, -1)

    def _take(self, arity: int, default: int, is_preemption: bool, switches: int) -> int:
        if self._depth == len(self._stack):
            self._stack.append(Node(arity, default, is_preemption, self.spent, switches))
        node = self._stack[self._depth]
        self._depth += 1
        if node.arity != arity or node.default != default:
            self.divergence = (
                f"choice {self._depth} of the schedule had {node.arity} possibilities and has {arity} "
                "when the same choices are made again"
            )
            return default
        if is_preemption and node.index != default:
            self.spent += 1
        return node.index

    def end(self) -> None:
        """Notice an execution that ended before it repeated all choices of its prefix."""
        if self.divergence is None and self._depth < len(self._stack):
            self.divergence = (
                f"the program ended after {self._depth} choices where it went on for {len(self._stack)} "
                "when the same choices were made before"
            )
