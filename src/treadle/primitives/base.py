"""What the primitives have in common: who they are, where they were made, what they cannot do.

A primitive lives in two worlds. Inside an execution (``kernel.here`` is a task) its state is modelled
and the kernel decides who goes on. Outside of one there are real threads, and a *real twin* of the
interpreter's own does the work: made at once for primitives made outside, on demand for one that escaped
from an execution. :meth:`Primitive.adopt` copies the twin's state when an execution first touches a
primitive made outside of it, :meth:`Primitive.restore` forgets the modelled state; the twin never noticed.
"""

from __future__ import annotations

import itertools
import os
import sys
from typing import Any, ClassVar, NoReturn, SupportsIndex

from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.engine.task import Task
from treadle.primitives import real

next_serial = itertools.count(1).__next__
"""Numbers for primitives in their order of creation."""

_PACKAGE = __file__.rpartition(os.sep)[0] + os.sep
_NOT_THE_CREATOR = frozenset({"threading", "queue"})
_probe = real.allocate_lock()


class Primitive(Resource):
    """Base class of the primitives.

    Attributes:
        kind_name: What reports call such a primitive.
        pickled_as: The type that the interpreter names when it refuses to pickle the real one.
        serial: Grows in the order of creation.
    """

    # Where the engine is not compiled, its class can be referred to weakly already.
    __slots__ = ("serial",) if hasattr(Resource, "__weakref__") else ("__weakref__", "serial")

    kind_name: ClassVar[str] = "Primitive"
    pickled_as: ClassVar[str] = "_thread.lock"

    def __init__(self) -> None:
        self.serial = next_serial()
        if kernel.here is not None:
            self.born = kernel.epoch
            if kernel.recorder is not None:
                self.created_at = creation_place()
        else:
            self.created_at = creation_place()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"cannot pickle '{self.pickled_as}' object")

    @property
    def is_modelled(self) -> bool:
        """Whether the modelled state counts: an execution is going on and has touched this primitive."""
        return kernel.is_active and kernel.epoch in {self.epoch, self.born}


def creation_place() -> tuple[str, int] | None:
    """Where the program made the primitive that is being made.

    Returns:
        (file name, line) of the innermost frame that is neither ours nor ``threading``'s.
    """
    frame: Any = sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if (
            not filename.startswith(_PACKAGE)
            and frame.f_globals.get("__name__") not in _NOT_THE_CREATOR
        ):
            return filename, frame.f_lineno
        frame = frame.f_back
    return None


def check_timeout(timeout: Any) -> None:
    """Refuse what is not a timeout, with the running interpreter's own words.

    Args:
        timeout: Seconds, not negative.

    Raises:
        OverflowError: It is too large.
        TypeError: It is not a number.
        ValueError: It is not a number of seconds.
    """
    _probe.acquire(True, timeout)
    _probe.release()


def check_acquire(blocking: Any, timeout: Any) -> None:
    """Refuse arguments that the ``acquire`` of a real lock refuses.

    Args:
        blocking: Whether to wait.
        timeout: How long; -1 for ever.

    Raises:
        OverflowError: The timeout is too large.
        TypeError: An argument has the wrong type.
        ValueError: The timeout is negative, or was given without ``blocking``.
    """
    _probe.acquire(blocking, timeout)
    _probe.release()


def numbers_of(tasks: Any) -> tuple[int, ...]:
    """The numbers of tasks, for the recorder.

    Args:
        tasks: Some tasks.

    Returns:
        Their numbers, in the same order.
    """
    return tuple(task.number for task in tasks)


def is_task(holder: object) -> bool:
    """Whether a lock's holder is a task, and not somebody outside of the execution.

    Args:
        holder: Who holds a lock.

    Returns:
        True for a task.
    """
    return isinstance(holder, Task)
