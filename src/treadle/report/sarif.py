"""Findings as SARIF 2.1.0 (OASIS, 2020), which code scanning services and editors read.

A finding is a result; its schedule is a code flow with one thread flow for each thread. Step numbers are the
``executionOrder``, so the flows can be interleaved again; shared values after a step are its ``state``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from treadle.explain.folding import Folded, Folding
from treadle.explain.narrative import Narrator
from treadle.explain.words import printable
from treadle.model.finding import Finding, FindingKind
from treadle.model.trace import Action, Place, Step, Trace
from treadle.report.commands import replay_command
from treadle.report.state_builder import states_of
from treadle.report.states import States
from treadle.report.view import view_of
from treadle.store.version import treadle_version

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_STEPS = 1000
"""So many steps of a schedule are told; services refuse much longer flows."""

_NOTES = frozenset({FindingKind.DATA_RACE, FindingKind.LEAK})
_KINDS = {
    Action.ACQUIRE: ["acquire", "lock"],
    Action.RELEASE: ["release", "lock"],
    Action.READ: ["memory", "value"],
    Action.WRITE: ["memory", "value"],
    Action.CALL: ["call"],
    Action.BEGIN: ["enter"],
    Action.TERMINATE: ["exit"],
    Action.RAISE: ["danger"],
}
_ABOUT = {
    FindingKind.ASSERTION: "An assertion fails under some schedule.",
    FindingKind.EXCEPTION: "A thread ends by an exception under some schedule.",
    FindingKind.DEADLOCK: "Under some schedule nothing can go on.",
    FindingKind.LIVELOCK: "Under some schedule threads run for ever without getting on.",
    FindingKind.INTERFERENCE: "Threads interfere: the outcome is one that no serial order gives.",
    FindingKind.DATA_RACE: "Two accesses, one of them a write, are ordered by no synchronisation.",
    FindingKind.LINEARIZABILITY: "Concurrent calls give results that no order of the calls gives.",
    FindingKind.LEAK: "Something is left behind.",
    FindingKind.NONDETERMINISM: "The same schedule does not give the same execution.",
    FindingKind.UNCONTROLLED: "A thread did not come back to Treadle.",
}


def render_sarif(findings: Sequence[Finding], target: str, options: Sequence[str] = ()) -> str:
    """Findings as one SARIF log.

    Args:
        findings: The findings, in any number.
        target: The target as the user typed it.
        options: Further options that a replay needs.

    Returns:
        Indented JSON, ending in a line break.
    """
    kinds = sorted({finding.kind for finding in findings})
    rules = [{"id": kind.value, "shortDescription": {"text": _ABOUT[kind]}} for kind in kinds]
    driver = {"name": "Treadle", "version": treadle_version(), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, kinds, target, options) for finding in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _result(
    finding: Finding, kinds: Sequence[FindingKind], target: str, options: Sequence[str]
) -> dict[str, Any]:
    """One finding."""
    summary = f"{finding.summary[:1].upper()}{finding.summary[1:]}"
    text = printable(". ".join(filter(None, (summary, finding.why))))
    result: dict[str, Any] = {
        "ruleId": finding.kind.value,
        "ruleIndex": list(kinds).index(finding.kind),
        "level": "note" if finding.kind in _NOTES else "error",
        "message": {"text": text if text.endswith(".") else f"{text}."},
        "partialFingerprints": {"treadle/v1": finding.id},
        "properties": {
            "schedule": finding.trace.token,
            "preemptions": finding.trace.preemptions,
            "replay": replay_command(finding.trace.token, target, options),
        },
    }
    first, *others = [each.place for each in finding.locations] or _ends(finding) or (None,)
    if first is not None:
        result["locations"] = [_location(first)]
    if others:
        result["relatedLocations"] = [
            {"id": number, **_location(each)} for number, each in enumerate(others, 1)
        ]
    if finding.trace.steps:
        result["codeFlows"] = [_code_flow(finding)]
    return result


def _ends(finding: Finding) -> list[Place]:
    """Where threads were when they could not go on, or where the last step was."""
    trace = finding.trace
    stuck = [each.place for each in trace.waiting if each.place is not None]
    return stuck or [step.place for step in reversed(trace.steps) if step.place is not None][:1]


def _location(place: Place) -> dict[str, Any]:
    """A place; columns count from 1 and are left out where they are not known."""
    region = {"startLine": max(place.line, 1)}
    if 0 <= place.column < place.end_column and place.end_line == place.line:
        region |= {"startColumn": place.column + 1, "endColumn": place.end_column + 1}
    path = PurePath(place.file)
    if path.is_absolute():
        artifact = {"uri": path.as_uri()}
    else:
        artifact = {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _code_flow(finding: Finding) -> dict[str, Any]:
    """The schedule, thread by thread."""
    trace = finding.trace
    view = view_of(trace, finding, width=80, color=False, verbose=0)
    items = Folding(trace, view.deciding, view.resource).items(MOST_STEPS)
    told = [item for item in items if not isinstance(item, Folded)]
    narrator = Narrator(trace, view.deciding, told)
    states = states_of(trace)
    flows = [
        {
            "id": narrator.labels.task(task),
            "message": {"text": narrator.labels.headed(task)},
            "initialState": _values(states, 0, states.values),
            "locations": [
                _step(step, narrator, states, is_deciding=step.number in view.deciding)
                for step in told
                if step.task == task
            ],
        }
        for task in sorted({step.task for step in told})
    ]
    return {"message": {"text": _order(trace)}, "threadFlows": flows}


def _order(trace: Trace) -> str:
    return f"The schedule, in {len(trace.steps)} steps: executionOrder is the number of the step."


def _step(step: Step, narrator: Narrator, states: States, *, is_deciding: bool) -> dict[str, Any]:
    """One step of a thread."""
    location: dict[str, Any] = {"message": {"text": narrator.sentence(step)}}
    if step.place is not None:
        location |= _location(step.place)
    return {
        "executionOrder": step.number,
        "importance": "essential" if is_deciding else "important",
        "kinds": _KINDS.get(step.action, ["unknown"]),
        "location": location,
        "state": _values(states, step.number, {step.resource}),
    }


def _values(states: States, number: int, labels: Iterable[str]) -> dict[str, Any]:
    """What shared locations were like after a step."""
    known = {label: states.values[label].at(number) for label in labels if label in states.values}
    return {label: {"text": state.text} for label, state in known.items() if state is not None}
