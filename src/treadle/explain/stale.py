"""Values that a task still holds although somebody has changed them since.

A task that reads a location into a local variable and is then suspended goes on with that value. When
another task has written the location meanwhile, the value is stale; that is the moment a reader must not
miss, so the sentence "T1 resumes" says it.
"""

from __future__ import annotations

from treadle.explain.accesses import is_read, is_same_call, is_write
from treadle.model.trace import Action, Step, Trace


def stale_reads(trace: Trace) -> dict[int, Step]:
    """The stale value with which a task goes on.

    Only a value that the task can still use counts: read in the call that goes on now, and not about to
    be read again.

    Args:
        trace: The trace.

    Returns:
        Number of a RESUME or WAKE step -> the READ whose value is stale.
    """
    next_access, next_call = _look_ahead(trace)
    reads: dict[int, dict[str, Step]] = {}
    writes: dict[str, Step] = {}
    stale: dict[int, Step] = {}
    for step in trace.steps:
        if step.action in {Action.RESUME, Action.WAKE}:
            goes_on = next_call.get(step.number, step)
            held = [
                read
                for resource, read in reads.get(step.task, {}).items()
                if _is_overwritten(read, writes.get(resource))
                and is_same_call(read, goes_on)
                and not _is_read_again(next_access.get(read.number))
            ]
            if held:
                used = [read for read in held if read.number in next_access]
                stale[step.number] = (used or held)[-1]
        elif step.action is Action.READ and step.value is not None:
            mine = reads.setdefault(step.task, {})
            mine.pop(step.resource, None)  # the latest read stands last
            mine[step.resource] = step
        elif step.action in {Action.WRITE, Action.DELETE}:
            writes[step.resource] = step
            reads.get(step.task, {}).pop(step.resource, None)
    return stale


def _is_overwritten(read: Step, write: Step | None) -> bool:
    """Whether a write came after a read and changed the value."""
    return write is not None and write.number > read.number and write.value != read.value


def _is_read_again(later: Step | None) -> bool:
    """Whether the next access brings the value up to date."""
    return later is not None and is_read(later)


def _look_ahead(trace: Trace) -> tuple[dict[int, Step], dict[int, Step]]:
    """The next access of the task to the same location; its next step in a known activation."""
    next_access: dict[int, Step] = {}
    next_call: dict[int, Step] = {}
    access_of: dict[tuple[int, str], Step] = {}
    call_of: dict[int, Step] = {}
    for step in reversed(trace.steps):
        key = (step.task, step.resource)
        if is_read(step) or is_write(step):
            if key in access_of:
                next_access[step.number] = access_of[key]
            access_of[key] = step
        if step.task in call_of:
            next_call[step.number] = call_of[step.task]
        if step.activation:
            call_of[step.task] = step
    return next_access, next_call
