"""What all threading primitives have in common, as the kernel sees them."""

from __future__ import annotations

from treadle.engine.conflicts import Location
from treadle.engine.task import Task


class Resource:
    """Base class of the threading primitives: a thing with a clock that tasks synchronise by.

    A primitive made outside an execution (at import time) is used by many executions. ``adopt`` is called
    when one of them first touches it, and ``restore`` when that execution is over.

    Attributes:
        epoch: The execution that last touched it.
        born: The execution in which it was made, 0 outside of any.
        clock: Vector clock of its last release, None before.
        location: What operations on it touch, for conflicts; made anew for each execution.
        created_at: (file name, line) of its creation, where known.
        is_native: CPython's own is written in C: its operations are calls that nothing interrupts, but that
            release the GIL where they block.
    """

    epoch: int
    born: int
    clock: list[int] | None
    location: Location
    created_at: tuple[str, int] | None
    given_name: str | None
    is_native = False

    def adopt(self) -> None:
        """An execution touches this primitive for the first time and did not make it.

        Whatever it remembers of tasks of earlier executions must be forgotten. A primitive made outside of
        any execution (``born == 0``) also keeps what ``restore`` needs.
        """

    def restore(self) -> None:
        """The execution that adopted this primitive, made outside of any, is over."""

    def would_wait(self, task: Task) -> bool:
        """Whether a task would wait that did what it is about to do: take this lock, join this thread.

        Args:
            task: The task; it has announced the operation and is not blocked.

        Returns:
            False also where the operation has an effect before it waits.
        """
        return False

    def owners(self) -> list[Task]:
        """The tasks that hold this primitive now."""
        return []


if "epoch" not in vars(Resource):
    # Not compiled, so that no .pxd file has given every resource these fields.
    Resource.epoch = Resource.born = 0
    Resource.clock = Resource.location = Resource.created_at = Resource.given_name = None  # type: ignore[assignment]
