"""What the viewer shows, as one JSON document: sentences, states and source, ready to be looked up.

The viewer derives nothing: whatever it says about a step was said here, with the words and step numbers of
every other rendering. ``web/src/document.ts`` describes the same document for the viewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from treadle.explain.folding import Folded, Folding
from treadle.explain.labels import Labels
from treadle.explain.narrative import Narrator
from treadle.explain.waiting import waits_text
from treadle.explain.words import plural, printable
from treadle.model.finding import Finding
from treadle.model.trace import Action, Step, Trace
from treadle.report.alignment import aligned
from treadle.report.confirmation import confirmation_lines
from treadle.report.sources import source_files
from treadle.report.state_builder import states_of
from treadle.report.states import History, Known, ResourceState, TaskState, ValueState
from treadle.report.view import view_of
from treadle.store.version import treadle_version

SCHEMA = 1
MOST_UNFOLDED = 400
"""So many steps are shown at once; of a longer trace, what matters least is folded."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about.

    Args:
        trace: The trace that is shown first.
        finding: What is wrong with it, None where nothing is known to be.
        target: The target as the user typed it.
        replay: The command that gives the trace again.
        heading: The title where there is no finding.
        facts: Further lines for the head of the page: how often it fails, how far the search got.
        end: How the program ended, as sentences, where the finding does not say it.
    """

    trace: Trace
    finding: Finding | None
    target: str
    replay: str
    heading: str = ""
    facts: tuple[str, ...] = ()
    end: tuple[str, ...] = ()


def document(subject: Subject) -> Json:
    """The document of a page.

    Args:
        subject: What the page is about.

    Returns:
        Objects of JSON.
    """
    finding = subject.finding
    passing = finding.passing if finding is not None else None
    traces = [subject.trace] if passing is None else [subject.trace, passing]
    files = source_files(traces)
    numbers = {file.name: index for index, file in enumerate(files)}
    told = [_trace(subject.trace, finding, _role(finding), numbers)]
    if passing is not None:
        told.append(_trace(passing, None, "passing", numbers))
    return {
        "schema": SCHEMA,
        "title": finding.summary if finding is not None else subject.heading or "one schedule",
        "kind": finding.kind.value if finding is not None else "",
        "id": finding.id if finding is not None else "",
        "why": printable(finding.why) if finding is not None else "",
        "error": _error(finding),
        "target": subject.target,
        "model": subject.trace.model,
        "python": subject.trace.python,
        "treadle": treadle_version(),
        "replay": subject.replay,
        "facts": [plural(subject.trace.preemptions, "preemption"), *subject.facts],
        "end": list(subject.end),
        "confirmation": " ".join(confirmation_lines(finding.confirmation, 120)) if finding else "",
        "files": [
            {"name": file.name, "note": file.note, "lines": [[n, list(r)] for n, r in file.lines]}
            for file in files
        ],
        "traces": told,
        "rows": aligned(subject.trace, passing) if passing is not None else [],
    }


def _role(finding: Finding | None) -> str:
    return "failing" if finding is not None else "single"


def _error(finding: Finding | None) -> str:
    """The exception, as Python would say it."""
    if finding is None or not finding.exception_type:
        return ""
    message = printable(finding.exception_message)
    return f"{finding.exception_type}: {message}" if message else finding.exception_type


def _trace(trace: Trace, finding: Finding | None, role: str, files: dict[str, int]) -> Json:
    """One trace."""
    view = view_of(trace, finding, width=80, color=False, verbose=0)
    labels = Labels(trace)
    narrator = Narrator(trace, view.deciding)
    states = states_of(trace)

    def task_state(state: TaskState) -> list[Any]:
        waits = waits_text(labels, state.verb, state.resource) if state.resource else ""
        flags = 1 * state.is_suspended + 2 * state.has_failed
        return [state.status.value, state.resource, waits, flags]

    resources = {info.label: info for info in trace.resources}
    steps = trace.steps
    return {
        "role": role,
        "token": trace.token,
        "preemptions": trace.preemptions,
        "tasks": [
            {"number": each.number, "label": each.label, "name": labels.name(each.number)}
            | {"thread": each.thread_name, "daemon": each.daemon, "parent": each.parent}
            for each in trace.tasks
        ],
        "resource": view.resource,
        "deciding": list(view.deciding),
        "opening": _opening(trace, view.deciding),
        "steps": {
            "task": [step.task for step in steps],
            "action": [step.action.value for step in steps],
            "place": [_place(step, files) for step in steps],
            "text": [narrator.sentence(step) for step in steps],
            "resource": [step.resource for step in steps],
            "time": [round(step.time, 6) for step in steps] if any(s.time for s in steps) else [],
        },
        "change": {
            str(step.number): [step.previous, step.value]
            for step in steps
            if step.action is Action.WRITE and step.value is not None
        },
        "from": {str(s.number): s.reads_from for s in steps if s.reads_from is not None},
        "local": {str(step.number): step.local_before for step in steps if step.local_before > 1},
        "folds": _folds(trace, view.deciding, view.resource, labels),
        "states": {
            "tasks": [_history(states.tasks[each.number], task_state) for each in trace.tasks],
            "stale": [_history(states.stale[each.number], _stale) for each in trace.tasks],
            "values": [
                {"label": label, "short": labels.short(label), "history": _history(each, _value)}
                for label, each in states.values.items()
            ],
            "resources": [
                {"label": label, "short": labels.short(label)}
                | {"kind": resources[label].kind if label in resources else ""}
                | {"history": _history(each, _resource)}
                for label, each in states.resources.items()
            ],
        },
        "cycle": list(trace.cycle),
        "waiting": [
            {"task": each.task, "resource": each.resource, "why": printable(each.why)}
            for each in trace.waiting
        ],
        "observed": [[label, printable(value)] for label, value in trace.observed],
        "prints": [[s.number, s.value] for s in steps if s.action is Action.PRINT and s.value],
    }


def _opening(trace: Trace, deciding: Sequence[int]) -> int:
    """The step that a page opens at: the one that made the difference, else the last that says something."""
    if deciding:
        return deciding[-1]
    for step in reversed(trace.steps):
        if step.action in {Action.RAISE, Action.BLOCK}:
            return step.number
    return len(trace.steps)


def _place(step: Step, files: dict[str, int]) -> list[int] | None:
    """File, first line, last line, first column, column after the last."""
    place = step.place
    if place is None or not place.line:
        return None
    return [files[place.file], place.line, place.end_line, place.column, place.end_column]


def _folds(
    trace: Trace, deciding: Sequence[int], resource: str, labels: Labels
) -> list[tuple[int, int, str]]:
    """What is folded at first: first and last step, and what stands in their place."""
    if len(trace.steps) <= MOST_UNFOLDED:
        return []
    items = Folding(trace, deciding, resource).items(MOST_UNFOLDED)
    return [
        (item.steps[0].number, item.steps[-1].number, item.text(labels))
        for item in items
        if isinstance(item, Folded)
    ]


def _history(history: History[Any], written: Any) -> list[list[Any]]:
    """Step number and what :data:`written` makes of the state, for each entry."""
    return [[number, *written(state)] for number, state in history.entries]


def _stale(known: tuple[Known, ...]) -> list[Any]:
    return [[[each.label, each.value, each.step] for each in known]]


def _value(state: ValueState) -> list[Any]:
    return [state.text, state.source.value, state.task]


def _resource(state: ResourceState) -> list[Any]:
    return [state.text, state.owner, list(state.waiters), state.items and list(state.items)]
