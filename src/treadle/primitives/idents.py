"""Thread identifiers inside an execution: the same in every execution and on every machine."""

from __future__ import annotations

from treadle.engine.task import Task

_FIRST_IDENT = 0x7F00_0000_0000
_IDENT_STEP = 0x10_0000
_FIRST_NATIVE_ID = 10_000


def ident_of(task: Task) -> int:
    """What ``threading.get_ident()`` returns in a task.

    Args:
        task: The task.

    Returns:
        A number that looks like a real identifier and depends only on the order of starting.
    """
    return _FIRST_IDENT + task.number * _IDENT_STEP


def native_id_of(task: Task) -> int:
    """What ``threading.get_native_id()`` returns in a task.

    Args:
        task: The task.

    Returns:
        A number that depends only on the order of starting.
    """
    return _FIRST_NATIVE_ID + task.number
