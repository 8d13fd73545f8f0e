"""Unserializable triples: two accesses of one activation with another task's access between them.

The four patterns are those of Lu, Tucek, Qin and Zhou, "AVIO: detecting atomicity violations via access
interleaving invariants" (2006): no serial order of the two tasks gives what these orders give. Two of our
names are more special: a check whose answer is acted on after it has become wrong, and a loop over a
container that changes under it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from treadle.explain.accesses import LOOKS, group, is_access, is_read, is_same_call, related
from treadle.model.trace import Action, Step, Trace

LOST_UPDATE = "lost update"
UNREPEATABLE_READ = "unrepeatable read"
DIRTY_READ = "dirty read"
OVERWRITTEN = "overwritten before it was read back"
CHECK_THEN_ACT = "check-then-act"
CHANGED_IN_LOOP = "changed during iteration"

WINDOW = 500
"""How many accesses to the same data are looked back at; what is further apart is not one mistake."""

_READ_ACTIONS = LOOKS | {Action.READ, Action.ITERATE, Action.IS_ALIVE}

_NAMES = {
    (True, False, False): LOST_UPDATE,
    (True, False, True): UNREPEATABLE_READ,
    (False, True, False): DIRTY_READ,
    (False, False, True): OVERWRITTEN,
}


@dataclass(frozen=True, slots=True)
class Triple:
    """Three accesses to the same data that no serial order explains.

    Args:
        first: An access of a task.
        other: A later one of another task.
        last: A later one of the first task again.
    """

    first: Step
    other: Step
    last: Step

    @property
    def name(self) -> str:
        """The name of the pattern; empty where the three accesses are harmless."""
        return pattern_name(*(_effective(step) for step in (self.first, self.other, self.last)))


def pattern_name(first_action: Action, other_action: Action, last_action: Action) -> str:
    """The name of the mistake that three accesses to one location make.

    Args:
        first_action: What a task did first.
        other_action: What another task did in between.
        last_action: What the first task did then.

    Returns:
        "lost update", "unrepeatable read", "dirty read", "overwritten before it was read back",
        "check-then-act" or "changed during iteration"; empty where some serial order does the same.
    """
    reads = tuple(action in _READ_ACTIONS for action in (first_action, other_action, last_action))
    name = _NAMES.get((reads[0], reads[1], reads[2]), "")
    if name and first_action is last_action is Action.ITERATE:
        return CHANGED_IN_LOOP
    if name and first_action in LOOKS and last_action not in LOOKS:
        return CHECK_THEN_ACT
    return name


def triple_at(trace: Trace, deciding: Sequence[int]) -> Triple | None:
    """The triple that the deciding steps of a finding are about.

    Args:
        trace: The trace.
        deciding: Step numbers, at least three of them accesses.

    Returns:
        The triple that ends in the last of these steps, None where they are no triple.
    """
    steps = [trace.steps[number - 1] for number in deciding if 0 < number <= len(trace.steps)]
    steps = [step for step in steps if is_access(step)]
    if len(steps) < 3:
        return None
    last = steps[-1]
    for first in steps[:-2]:
        if first.task != last.task or not related(first, last):
            continue
        for other in reversed(steps[:-1]):
            triple = Triple(first, other, last)
            if first.number < other.number and _is_unserializable(triple):
                return triple
    return None


def find_triples(trace: Trace) -> Iterator[Triple]:
    """All triples of neighbouring accesses in a trace.

    Args:
        trace: The trace.

    Yields:
        Triples, by their last step; for two accesses and several in between, the last one in between.
    """
    seen: dict[str, list[Step]] = defaultdict(list)
    for last in trace.steps:
        if not is_access(last):
            continue
        earlier = seen[group(last)]
        for position in range(len(earlier) - 1, max(len(earlier) - WINDOW, 0) - 1, -1):
            first = earlier[position]
            if first.task == last.task and related(first, last):
                between = reversed(earlier[position + 1 :])
                found = (Triple(first, other, last) for other in between)
                found = (triple for triple in found if _is_unserializable(triple))
                triple = next(found, None)
                if triple is not None and is_same_call(first, last):
                    yield triple
                break
        earlier.append(last)


def _is_unserializable(triple: Triple) -> bool:
    """Whether the accesses are those of two tasks to the same data, in a pattern."""
    return (
        triple.other.task != triple.first.task
        and related(triple.other, triple.last)
        and related(triple.first, triple.other)
        and bool(triple.name)
    )


def _effective(step: Step) -> Action:
    """The action, with a call that only looks counted as a read."""
    return Action.READ if step.action is Action.CALL and is_read(step) else step.action


_GRAVITY = (LOST_UPDATE, CHECK_THEN_ACT)


def gravest_triple(trace: Trace) -> Triple | None:
    """The triple worth a remark in a trace that is not known to be wrong.

    Only a lost update or a check that has become wrong is, and only where no lock protects all three
    accesses: the other patterns are common in correct programs.

    Args:
        trace: The trace.

    Returns:
        The first such triple, lost updates first; None without one.
    """
    found = [
        triple
        for triple in find_triples(trace)
        if triple.name in _GRAVITY
        and not {*triple.first.held}.intersection(triple.other.held, triple.last.held)
    ]
    return min(found, key=lambda triple: _GRAVITY.index(triple.name), default=None)
