"""Which steps to leave out when a trace is longer than its place.

Steps are ranked: those that made the difference first, then the switches and what the tasks at the end wait
for, then everything on the resource in question, then the other shared accesses and synchronisation, then
starts and ends. The best are taken until the place is full. Where it is known which steps made the
difference, only their neighbourhood is told; otherwise the latest steps go first, for what came shortly
before a failure explains more than what came long before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from treadle.explain.labels import Labels
from treadle.explain.words import listing, plural
from treadle.model.trace import Action, Step, Trace

NEAR = 3
"""So many steps before and after the deciding ones are told as well."""

_LIFE = frozenset({Action.BEGIN, Action.START, Action.JOIN, Action.TERMINATE, Action.IS_ALIVE})
_SWITCHES = frozenset({Action.SUSPEND, Action.RESUME})
_WAITS = frozenset({Action.WAIT, Action.WAIT_DONE})
_SIGNALS = frozenset({Action.NOTIFY, Action.SET, Action.CLEAR})
_TAKES = frozenset({Action.ACQUIRE, Action.TRY_ACQUIRE})


@dataclass(frozen=True, slots=True)
class Folded:
    """Neighbouring steps that are left out.

    Args:
        steps: The steps, at least one.
    """

    steps: tuple[Step, ...]

    @property
    def tasks(self) -> tuple[int, ...]:
        """Numbers of the tasks whose steps these are."""
        return tuple(sorted({step.task for step in self.steps}))

    def text(self, labels: Labels) -> str:
        """What stands in their place.

        Args:
            labels: How tasks are called.

        Returns:
            "... 14 steps of T1 (7-20)".
        """
        first, last = self.steps[0].number, self.steps[-1].number
        numbers = f"{first}-{last}" if last > first else f"{first}"
        names = [labels.task(task) for task in self.tasks]
        whose = listing(names) if len(names) <= 3 else plural(len(names), "thread")
        return f"... {plural(len(self.steps), 'step')} of {whose} ({numbers})"


class Folding:
    """Chooses what to tell of one trace, for any number of rows.

    Args:
        trace: The trace.
        deciding: Numbers of the steps that made the difference.
        resource: Label of what the finding is about.
        cost: How many rows a step takes; a left-out part takes one.
    """

    def __init__(
        self,
        trace: Trace,
        deciding: Collection[int] = (),
        resource: str = "",
        cost: Callable[[Step], int] = lambda _step: 1,
    ) -> None:
        self._steps = trace.steps
        self._cost = cost
        self._costs = [cost(step) for step in trace.steps]
        self._order = _by_importance(trace, deciding, resource)

    def items(self, budget: int) -> list[Step | Folded]:
        """The steps that fit into a number of rows, and what was left out between them.

        Args:
            budget: The number of rows.

        Returns:
            Steps and left-out parts, in order.
        """
        count = len(self._steps)
        if sum(self._costs) <= budget:
            kept = {index for index in range(count) if not self._is_noise(index)}
            return _with_gaps(self._steps, kept, self._cost)
        chosen = [False] * (count + 1)
        chosen[-1] = True  # stands for what is before the first step and after the last
        rows, gaps, fitting = 0, 1, 0
        for taken, index in enumerate(self._order, 1):
            gaps += 1 - chosen[index - 1] - chosen[index + 1]
            rows += self._costs[index]
            chosen[index] = True
            if rows > budget:
                break
            if rows + gaps <= budget:
                fitting = taken
        return _with_gaps(self._steps, set(self._order[:fitting]), self._cost)

    def _is_noise(self, index: int) -> bool:
        """Whether a step writes a line of a traceback: printed, but not by a line of the program."""
        step = self._steps[index]
        return step.action is Action.PRINT and step.place is None


def _with_gaps(
    steps: Sequence[Step], kept: Collection[int], cost: Callable[[Step], int]
) -> list[Step | Folded]:
    """The kept steps, and one item for every run of others that is worth it."""
    items: list[Step | Folded] = []
    gap: list[Step] = []

    def end_gap() -> None:
        """A gap that takes as many rows as its steps would is none."""
        if sum(map(cost, gap)) <= 1:
            items.extend(gap)
        else:
            items.append(Folded(tuple(gap)))
        gap.clear()

    for index, step in enumerate(steps):
        if index not in kept:
            gap.append(step)
            continue
        end_gap()
        items.append(step)
    end_gap()
    return items


def _by_importance(trace: Trace, deciding: Collection[int], resource: str) -> list[int]:
    """Indices of the steps worth telling, the most important first."""
    ranks = _ranks(trace, deciding, resource)
    if not deciding:
        return sorted(range(len(ranks)), key=lambda index: (ranks[index], -index))
    first, last = min(deciding), max(deciding)
    away = [max(first - step.number, step.number - last, 0) for step in trace.steps]
    near = [
        index
        for index, rank in enumerate(ranks)
        if rank < 2 or (away[index] <= NEAR and not (rank > 3 and index < first - 1))
    ]
    return sorted(near, key=lambda index: (ranks[index], away[index], -index))


def _ranks(trace: Trace, deciding: Collection[int], resource: str) -> list[int]:
    """The rank of each step, 0 the most important."""
    last_of = {step.task: step.number for step in trace.steps}
    awaited = {waiting.resource for waiting in trace.waiting} - {""}
    held = {label for waiting in trace.waiting for label, _ in waiting.held}
    misled = {trace.steps[number - 1].task for number in deciding}
    ends = {last_of.get(waiting.task) for waiting in trace.waiting}

    def rank(step: Step) -> int:
        if step.number in deciding:
            return 0
        if step.action in _SWITCHES or step.action is Action.RAISE or step.number in ends:
            return 1
        if step.action in _TAKES and step.resource in held:
            return 1
        if step.action in _SIGNALS and not step.woken and step.resource in awaited:
            return 1
        if step.task in misled and step.action in _WAITS:
            return 1
        if step.action is Action.PRINT and step.place is None:
            return 5
        if step.woken or (step.resource and step.resource == resource) or step.resource in awaited:
            return 2
        return 4 if step.action in _LIFE else 3

    return [rank(step) for step in trace.steps]
