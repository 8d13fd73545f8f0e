"""What a scheduler sees of the engine, which it must not import."""

from __future__ import annotations

from typing import Any, Protocol


class LocationView(Protocol):
    """What an operation touches: a :class:`~treadle.engine.conflicts.Location`."""

    owner: Any
    key: Any
    form: str
    place: int

    def token(self) -> tuple[Any, ...]:
        """What tells it from other locations, the same in every execution and process."""
        ...


class TaskView(Protocol):
    """A controlled thread: a :class:`~treadle.engine.task.Task`."""

    number: int
    path: tuple[int, ...]
    identity: int
    is_blocked: bool
    is_daemon: bool
    is_finished: bool
    is_started: bool
    was_timed_out: bool
    pending_kind: int
    pending_location: Any
    rounds_aside: int
    noted_at: Any
