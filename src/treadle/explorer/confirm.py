"""Confirmation: the same schedule once more, on threads of the operating system, and what came of it.

Everything is as before but what carries the tasks: the same rewritten program, the same choices, the same
primitives. If tasks behave as threads do, every step is the same. Where they do not, the first step that
differs says in what Treadle's picture of the program is wrong.

It happens in a child of this process. A real thread can get stuck where nothing can stop it, or take the
process down; and the next execution must not meet what such a thread left behind.
"""

from __future__ import annotations

import dataclasses
import os
import pickle
import select
import signal
import time
from dataclasses import dataclass

from treadle.engine.kernel import kernel
from treadle.errors import EXIT_NOTHING_FOUND
from treadle.explorer.comparison import both_told, common, step_text
from treadle.explorer.findings import FindingBuilder
from treadle.explorer.lifeline import lifeline
from treadle.explorer.session import Session
from treadle.explorer.watchdog import Overseer, watching
from treadle.interpose.processes import exit_at_once
from treadle.model.finding import Confirmation, Finding, FindingKind
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace
from treadle.schedulers.replay import Replay

PATIENCE = 120.0
"""Seconds after which an execution on real threads is ended from outside; its own watchdog speaks earlier."""


@dataclass(frozen=True, slots=True)
class RealExecution:
    """An execution on real threads.

    Args:
        trace: What happened; None when it gave no result.
        finding: What failed, None when nothing did.
        problem: Why it could not go on or gave no result, as a clause; "" where it went on to its end.
    """

    trace: Trace | None
    finding: Finding | None
    problem: str


def confirmed(session: Session, findings: list[Finding]) -> list[Finding]:
    """Execute the schedule of each finding on real threads.

    Args:
        session: The loaded target.
        findings: The findings.

    Returns:
        The same findings, each with its confirmation where it has a schedule.
    """
    told = []
    is_interrupted = False
    for finding in findings:
        if not finding.trace.steps or finding.kind is FindingKind.UNCONTROLLED:
            told.append(finding)
            continue
        confirmation = Confirmation(False, 0, "It was interrupted.")
        if not is_interrupted:
            try:
                confirmation = confirm(session, finding.trace)[0]
            except KeyboardInterrupt:
                lifeline.tell(interrupted=1)
                is_interrupted = True
        told.append(dataclasses.replace(finding, confirmation=confirmation))
    return told


def confirm(session: Session, recorded: Trace) -> tuple[Confirmation, RealExecution]:
    """Execute the schedule of a trace on real threads and compare.

    Args:
        session: The loaded target.
        recorded: The trace, recorded in this session.

    Returns:
        What became of it, and what happened on real threads.
    """
    schedule = Schedule.from_token(recorded.token)
    real = execute_on_threads(session, schedule)
    found = compare(recorded, real)
    if not found.is_confirmed and not real.problem:
        # Not the threads' fault if it parts without them too.
        with watching(session.where, session.options.stuck_after):
            _, again, _ = FindingBuilder.replay(session, schedule)
        other = compare(recorded, RealExecution(again, None, ""))
        if not other.is_confirmed:
            found = dataclasses.replace(
                other,
                reason=f"It does not repeat itself without real threads either. {other.reason}",
            )
    return found, real


def compare(recorded: Trace, real: RealExecution) -> Confirmation:
    """Compare what was recorded with what happened on real threads.

    Args:
        recorded: The recorded trace.
        real: The execution on real threads.

    Returns:
        Whether they are the same, and if not, where they part.
    """
    theirs = () if real.trace is None else real.trace.steps
    same = common(recorded.steps, theirs)
    if real.trace is None or (real.problem and same == len(theirs)):
        reason = f"It could not be executed on real threads to its end: {real.problem}."
        told = step_text(recorded, same)
        return Confirmation(False, same, reason, told, real.problem)
    if same < max(len(recorded.steps), len(theirs)):
        told, other_told = both_told(recorded, real.trace, same)
        reason = f"On real threads it parts from the recorded execution at step {same + 1}."
        return Confirmation(False, same, reason, told, other_told)
    for what in ("observed", "waiting", "output"):
        if getattr(recorded, what) != getattr(real.trace, what):
            told, other_told = (_end(trace, what) for trace in (recorded, real.trace))
            reason = "On real threads every step is the same, but not the end."
            return Confirmation(False, same, reason, told, other_told)
    return Confirmation(True, same)


# --- the execution --------------------------------------------------------------------------------


def execute_on_threads(session: Session, schedule: Schedule) -> RealExecution:
    """Execute a schedule on real threads, in a child of this process.

    Args:
        session: The loaded target.
        schedule: The schedule.

    Returns:
        What happened.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _be_the_child(session, schedule, writer)
    os.close(writer)
    is_collected = False
    try:
        answer = _read_all(reader)
        if answer is None:
            return RealExecution(None, None, f"nothing was heard of it for {PATIENCE:g} seconds")
        _, status = os.waitpid(child, 0)
        is_collected = True
    finally:
        os.close(reader)
        if not is_collected:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if answer:
        execution: RealExecution = pickle.loads(answer)  # noqa: S301 - written by our own child
        return execution
    code = os.waitstatus_to_exitcode(status)
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return RealExecution(None, None, f"it ended the process ({how})")


def _read_all(reader: int) -> bytes | None:
    """What the child says before it ends; None when that takes too long."""
    end = time.monotonic() + PATIENCE
    parts: list[bytes] = []
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return None
        part = os.read(reader, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _be_the_child(session: Session, schedule: Schedule, writer: int) -> None:
    """Execute, tell the parent, and end; never returns."""
    try:
        os.setpgid(0, 0)  # Ctrl-C is for the parent, who ends this process
        execution = _execute(session, schedule, writer)
    except BaseException as error:
        what = f"Treadle itself failed there, with {type(error).__name__}: {error}"
        execution = RealExecution(None, None, what)
    try:
        _tell(writer, execution)
    finally:
        exit_at_once(EXIT_NOTHING_FOUND)


def _execute(session: Session, schedule: Schedule, writer: int) -> RealExecution:
    """Execute on real threads in this process."""

    def give_up() -> None:
        _tell(writer, RealExecution(None, None, str(kernel.status_detail)))
        exit_at_once(EXIT_NOTHING_FOUND)

    session.stay_in_this_process()
    overseer = Overseer(session.where, session.options.stuck_after)
    kernel.use_real_threads(overseer, give_up, overseer.pause)
    scheduler = Replay(schedule)
    scheduler.begin()
    session.timeouts = schedule.timeouts
    execution, trace = session.record(scheduler, schedule)
    if execution.status == "uncontrolled":
        return RealExecution(trace, None, str(kernel.status_detail))
    return RealExecution(trace, FindingBuilder.seen(session, execution, trace), "")


def _tell(writer: int, execution: RealExecution) -> None:
    content = pickle.dumps(execution)
    while content:
        content = content[os.write(writer, content) :]


# --- words ----------------------------------------------------------------------------------------


def _end(trace: Trace, what: str) -> str:
    """How an execution ended, as text."""
    if what == "observed":
        return ", ".join(f"{label} = {value}" for label, value in trace.observed)
    if what == "output":
        return f"it printed {trace.output!r}"
    return "; ".join(
        f"{trace.tasks[wait.task].label} {wait.verb} {wait.resource}" for wait in trace.waiting
    )
