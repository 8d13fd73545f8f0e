"""Stop in the middle of a schedule: replay it, and call somebody at one of its steps.

The tasks are greenlets of one thread of the operating system, so while that somebody looks around, all
other threads of the program stand still where they are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FrameType

from treadle.engine.kernel import kernel
from treadle.engine.recorder import Event, Recorder
from treadle.engine.task import Task
from treadle.explorer.session import Session
from treadle.model.finding import Finding
from treadle.model.schedule import Schedule
from treadle.model.trace import Action
from treadle.schedulers.replay import Replay


class StoppingRecorder(Recorder):
    """Records until it has seen a given event, then calls somebody, and records no more.

    Args:
        is_program_frame: As for :class:`Recorder`.
        missing: As for :class:`Recorder`.
        stop_at: Which event, from 1.
        stop: What to call, with the frame of the program that is about to do it.
    """

    def __init__(
        self,
        is_program_frame: Callable[[FrameType], bool],
        missing: object,
        stop_at: int,
        stop: Callable[[FrameType], None],
    ) -> None:
        super().__init__(is_program_frame, missing)
        self._left = stop_at
        self._stop = stop

    def _add(
        self, task: Task, action: Action, subject: object, frame: FrameType | None = None
    ) -> Event:
        self._left -= 1
        if self._left < 0:  # nobody looks at what comes after
            return Event(task.number, action, subject)
        event = super()._add(task, action, subject, frame)
        if self._left == 0 and frame is not None:
            self._call(frame)
        return event

    def _frame(self) -> FrameType | None:
        # The debugger's trace function stands where the recorder would mark the frame.
        return super()._frame() if self._left > 0 else None

    def _call(self, frame: FrameType) -> None:
        """Call somebody; what they ask of the program's objects is no step of the program."""
        current, kernel.current = kernel.current, None
        try:
            self._stop(frame)
        finally:
            kernel.current = current


def stop_at_deciding_step(
    session: Session, finding: Finding, stop: Callable[[FrameType], None]
) -> int:
    """Replay a finding up to the step that made the difference, call somebody, and go on.

    Args:
        session: The session that found it, after it was recorded there.
        finding: The finding.
        stop: Called once, with the frame of the program that is about to take the step.

    Returns:
        The number of the step; 0 where the finding has none at which one could stop.
    """
    number = deciding_step(finding)
    event = session.event_of_step.get(number)
    if event is None:
        return 0
    schedule = Schedule.from_token(finding.trace.token)
    scheduler = Replay(schedule)
    scheduler.begin()
    session.timeouts = schedule.timeouts
    make = session.make_recorder
    session.make_recorder = functools.partial(StoppingRecorder, stop_at=event, stop=stop)
    try:
        session.record(scheduler, schedule)
    finally:
        session.make_recorder = make
    return number


def deciding_step(finding: Finding) -> int:
    """The step without which the outcome would be right.

    Args:
        finding: A finding.

    Returns:
        The last of its deciding steps; the last at which a thread stands in the program where it has none;
        0 where there is no such step.
    """
    if finding.deciding:
        return finding.deciding[-1]
    numbers = [
        s.number
        for s in finding.trace.steps
        if s.place is not None and s.action is not Action.RAISE
    ]
    return numbers[-1] if numbers else 0
