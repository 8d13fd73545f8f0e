"""Which steps read, which write, and which two steps touch the same data.

A step says what was called on a container, but not which part of it the call looked at; so a call, a
length or a loop is taken to touch the whole container, and a key only itself. The binding of a name and
the content of the container bound to it are different data, though both carry the same label.
"""

from __future__ import annotations

from treadle.model.trace import Action, Step

LOOKS = frozenset({Action.CONTAINS, Action.LENGTH, Action.LOCKED, Action.IS_SET, Action.QUEUE_READ})
"""Actions that ask a question whose answer is acted on later."""

_READS = frozenset({Action.READ, Action.CONTAINS, Action.ITERATE, Action.LENGTH})
_WRITES = frozenset({Action.WRITE, Action.DELETE})
_WHOLE = frozenset({Action.ITERATE, Action.LENGTH, Action.CALL})
_READING_CALLS = frozenset(
    {
        *("get", "index", "count", "copy", "keys", "values", "items", "most_common", "elements"),
        *("find", "rfind", "startswith", "endswith", "decode", "hex", "join", "split"),
        *("union", "intersection", "difference", "symmetric_difference"),
        *("issubset", "issuperset", "isdisjoint", "__len__", "__contains__", "__getitem__"),
    }
)


def is_read(step: Step) -> bool:
    """Whether a step looks at shared data without changing it.

    Args:
        step: Any step.

    Returns:
        True for reads, and for calls of methods that only look.
    """
    return step.action in _READS or (step.action is Action.CALL and _only_looks(step))


def is_write(step: Step) -> bool:
    """Whether a step may change shared data.

    Args:
        step: Any step.

    Returns:
        True for writes and deletions, and for calls of methods that are not known to only look.
    """
    return step.action in _WRITES or (step.action is Action.CALL and not _only_looks(step))


def is_access(step: Step) -> bool:
    """Whether a step touches shared data.

    Args:
        step: Any step.

    Returns:
        True for reads and writes.
    """
    return step.action in _READS or step.action in _WRITES or step.action is Action.CALL


def group(step: Step) -> str:
    """What the step's data belongs to: the label of the container, or of the location itself.

    Args:
        step: An access.

    Returns:
        A label; related steps have the same.
    """
    part = part_of(step)
    return step.resource if part is None else part[0]


def related(one: Step, other: Step) -> bool:
    """Whether two accesses touch the same data.

    Args:
        one: An access.
        other: Another.

    Returns:
        True for the same location, and for a container and one of its keys.
    """
    part, other_part = part_of(one), part_of(other)
    if part is None or other_part is None:
        return part is other_part and one.resource == other.resource
    return part[0] == other_part[0] and (
        part[1] is None or other_part[1] is None or part[1] == other_part[1]
    )


def is_same_call(one: Step, other: Step) -> bool:
    """Whether two steps of one task belong to the same activation of a function.

    Args:
        one: A step.
        other: Another.

    Returns:
        True also where the activation of one of them is not known.
    """
    return one.activation == other.activation or not (one.activation and other.activation)


def part_of(step: Step) -> tuple[str, str | None] | None:
    """Which part of a container a step touches.

    Args:
        step: An access.

    Returns:
        Container and key, no key for all of it; None for a plain location.
    """
    if step.action is Action.CONTAINS and step.detail:
        return step.resource, step.detail
    if step.action in _WHOLE:
        return step.resource, None
    if not step.resource.endswith("]"):
        return None
    depth = 0
    for index in range(len(step.resource) - 1, -1, -1):
        char = step.resource[index]
        depth += (char == "]") - (char == "[")
        if not depth:
            return step.resource[:index], step.resource[index + 1 : -1]
    return None


def _only_looks(step: Step) -> bool:
    """Whether a call is one of a method that changes nothing."""
    return step.detail.split("(", 1)[0] in _READING_CALLS
