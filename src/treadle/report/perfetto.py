"""A trace in the format of Chrome's trace viewer, which Perfetto and VizTracer's viewer open.

One track for each thread, with its steps and its waits as slices, and one for each lock, with a slice for
each time it was held. A step takes a millisecond there: it shows in which order things happened, not how long
they took.
Source: "Trace Event Format", the Chromium project.
"""

from __future__ import annotations

import json
from typing import Any

from treadle.explain.labels import place_text
from treadle.explain.narrative import Narrator
from treadle.model.trace import Trace
from treadle.report.state_builder import states_of
from treadle.report.states import History, ResourceState, Status, TaskState
from treadle.store.version import treadle_version

STEP = 1000
"""Microseconds of a step."""

_THREADS, _RESOURCES = 1, 2
"""Numbers of the two "processes" that group the tracks."""

Event = dict[str, Any]


def render_perfetto(trace: Trace, title: str = "") -> str:
    """A trace as one JSON document of trace events.

    Args:
        trace: The trace.
        title: What it is about, as a name for the group of threads.

    Returns:
        JSON, ending in a line break.
    """
    states = states_of(trace)
    events = [_name("process", _THREADS, 0, title or "threads")]
    narrator = Narrator(trace)
    for task in trace.tasks:
        track = task.number + 1  # track 0 means the idle thread to the viewers
        events.append(_name("thread", _THREADS, track, narrator.labels.headed(task.number)))
        events.append(_sorted(_THREADS, track))
        events += _waits(states.tasks[task.number], track, len(trace.steps))
    events += _steps(trace, narrator)
    held = {
        label: slices
        for label, history in states.resources.items()
        if (slices := _holdings(history, trace, narrator))
    }
    if held:
        events.append(_name("process", _RESOURCES, 0, "locks"))
    for track, (label, slices) in enumerate(held.items(), 1):
        events.append(_name("thread", _RESOURCES, track, label))
        events.append(_sorted(_RESOURCES, track))
        events += [{**each, "pid": _RESOURCES, "tid": track} for each in slices]
    told = {
        "otherData": {
            "treadle": treadle_version(),
            "schedule": trace.token,
            "note": "One millisecond is one step; nothing is said about real time.",
        },
        "displayTimeUnit": "ms",
        "traceEvents": events,
    }
    return json.dumps(told, separators=(",", ":")) + "\n"


def _name(what: str, process: int, track: int, name: str) -> Event:
    about = {"ph": "M", "name": f"{what}_name", "pid": process, "tid": track, "ts": 0}
    return about | {"args": {"name": name}}


def _sorted(process: int, track: int) -> Event:
    about = {"ph": "M", "name": "thread_sort_index", "pid": process, "tid": track, "ts": 0}
    return about | {"args": {"sort_index": track}}


def _slice(name: str, first: int, after: int, category: str) -> Event:
    """Something that lasts from the beginning of one step to the beginning of another."""
    when = {"ts": (first - 1) * STEP, "dur": (after - first) * STEP}
    return {"ph": "X", "name": name, "cat": category, **when, "args": {}}


def _steps(trace: Trace, narrator: Narrator) -> list[Event]:
    """A slice for each step, and an arrow from the step that wrote what it reads."""
    events = []
    for step in trace.steps:
        track = {"pid": _THREADS, "tid": step.task + 1}
        event = _slice(narrator.phrase(step), step.number, step.number + 1, "step") | track
        event["args"] = {"step": step.number, "told": narrator.sentence(step)}
        if step.place is not None:
            event["args"]["place"] = place_text(step.place)
        events.append(event)
        if step.reads_from is not None:
            writer = trace.steps[step.reads_from - 1]
            arrow = {"name": "read from", "cat": "value", "id": step.number}
            start = {"ph": "s", "pid": _THREADS, "tid": writer.task + 1}
            end = {"ph": "f", "bp": "e", **track}
            events.append({**arrow, **start, "ts": (writer.number - 1) * STEP + STEP // 2})
            events.append({**arrow, **end, "ts": (step.number - 1) * STEP + STEP // 2})
    return events


def _waits(history: History[TaskState], track: int, last: int) -> list[Event]:
    """A slice for each time that a thread was blocked, from the step after that in which it began."""
    events = []
    entries = history.entries
    for position, (number, state) in enumerate(entries):
        end = entries[position + 1][0] if position + 1 < len(entries) else last + 1
        # The step in which a wait begins has a slice of its own; a lock may be lost again in another's.
        start = number + 1
        if state.status is Status.BLOCKED and end > start:
            name = f"{state.verb or 'waits for'} {state.resource}".strip()
            event = _slice(name, start, end, "blocked")
            events.append(event | {"pid": _THREADS, "tid": track})
    return events


def _holdings(history: History[ResourceState], trace: Trace, narrator: Narrator) -> list[Event]:
    """A slice for each time that somebody held a lock."""
    events = []
    entries = [(number, state.owner) for number, state in history.entries]
    since, owner = 0, None
    for number, now in [*entries, (len(trace.steps) + 1, None)]:
        if now == owner:
            continue
        if owner is not None:
            name = f"held by {narrator.labels.task(owner)}"
            events.append(_slice(name, max(since, 1), number, "lock"))
        since, owner = number, now
    return events
