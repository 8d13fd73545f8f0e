"""Interference: an access of another task between two accesses that belong together.

Two accesses of one function activation to one location, with another task's access between them, cannot be
explained by any serial order in four of the eight combinations of reads and writes (AVIO: Lu, Tucek, Qin,
Zhou, ASPLOS 2006). If a common lock protected all three, the other task could come between them only
because the program let it, so such triples do not count.

An unserializable triple alone is no error; the explorer reports one only in an execution whose outcome no
schedule without preemption gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from treadle.model.access import Access

_UNSERIALIZABLE = {
    (False, True, False): "unrepeatable read",
    (True, True, False): "overwritten before it was read back",
    (True, False, True): "dirty read",
    (False, True, True): "lost update",
}
_ORDER = ("lost update", "unrepeatable read", "overwritten before it was read back", "dirty read")


@dataclass(frozen=True, slots=True)
class Triple:
    """Two accesses of one activation with another task's access between them.

    Args:
        pattern: Its name: "lost update", "unrepeatable read", "overwritten before it was read back",
            "dirty read".
        first: The earlier access of the activation.
        other: The other task's access between them.
        last: The later access of the activation.
    """

    pattern: str
    first: Access
    other: Access
    last: Access


def unserializable(accesses: Iterable[Access]) -> list[Triple]:
    """Find the unserializable triples of a trace.

    Args:
        accesses: The accesses to shared data, in order of execution.

    Returns:
        The triples, lost updates first, then by the step at which they are complete.
    """
    by_location: dict[int, list[Access]] = defaultdict(list)
    for access in accesses:
        by_location[access.location].append(access)
    found = []
    for sequence in by_location.values():
        for end, last in enumerate(sequence):
            if not last.activation:
                continue
            begin = _previous(sequence, end)
            if begin is None:
                continue
            first = sequence[begin]
            for other in sequence[begin + 1 : end]:
                pattern = _UNSERIALIZABLE.get((first.is_write, other.is_write, last.is_write))
                if pattern is None or other.task == last.task:
                    continue
                if first.held & other.held & last.held:
                    continue
                found.append(Triple(pattern, first, other, last))
                break
    found.sort(key=lambda triple: (_ORDER.index(triple.pattern), triple.last.step))
    return found


def _previous(sequence: list[Access], end: int) -> int | None:
    """Index of the access by the same activation before the one at ``end``."""
    last = sequence[end]
    for index in range(end - 1, -1, -1):
        access = sequence[index]
        if access.task == last.task and access.activation == last.activation:
            return index
    return None
