"""The result of a check as one JSON document, for programs.

``schema.json`` beside this module says what it contains; version 1 gains fields only where they are asked
for, as "confirmation" is by ``--confirm``, or where there is something to put in them, as there is for
"notes" and "accesses" in a program with data races.
"""

from __future__ import annotations

import importlib.resources
import json
from typing import Any

from treadle.model.finding import Confirmation, Finding, RacingAccess
from treadle.model.result import CheckResult
from treadle.store.version import treadle_version

SCHEMA_VERSION = 1


def render_json(result: CheckResult) -> str:
    """The document of ``treadle check --json``.

    Args:
        result: The result of a check.

    Returns:
        Indented JSON in ASCII, ending in a line break.
    """
    return json.dumps(document(result), indent=2) + "\n"


def document(result: CheckResult) -> dict[str, Any]:
    """The same, as Python objects.

    Args:
        result: The result of a check.

    Returns:
        What :func:`render_json` writes.
    """
    told = {
        "schema": SCHEMA_VERSION,
        "treadle": treadle_version(),
        "target": result.target,
        "model": result.model,
        "scheduler": result.scheduler,
        "verdict": result.verdict.value,
        "complete": result.complete,
        "incomplete_because": list(result.incomplete_because),
        "bound": None if result.bound is None else f"preemptions <= {result.bound}",
        "executions": result.executions,
        "redundant": result.redundant,
        "elapsed_s": float(result.elapsed),
        "estimate": None if result.estimate is None else list(result.estimate),
        "threads": result.threads,
        "steps_max": result.steps_max,
        "findings": [_finding(finding, result.model) for finding in result.findings],
        "outcomes": [
            {
                "observed": dict(outcome.observed),
                "executions": outcome.executions,
                "serial": outcome.serial,
                "schedule": outcome.token,
            }
            for outcome in result.outcomes
        ],
        "uninstrumented": list(result.uninstrumented),
    }
    if result.assumptions:
        told["assumptions"] = list(result.assumptions)
    if result.notes:
        told["notes"] = [_finding(note, result.model) for note in result.notes]
    return told


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, as it ships with the package.

    Returns:
        The schema.
    """
    text = importlib.resources.files("treadle.report").joinpath("schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _finding(finding: Finding, model: str) -> dict[str, Any]:
    """One element of "findings"."""
    exception = None
    if finding.exception_type:
        exception = {"type": finding.exception_type, "message": finding.exception_message}
    told = {
        "kind": finding.kind.value,
        "id": finding.id,
        "summary": finding.summary,
        "why": finding.why,
        "schedule": finding.trace.token,
        "preemptions": finding.trace.preemptions,
        "found_after": finding.found_after,
        "found_by": finding.found_by,
        "failing_executions": finding.failing_executions,
        "thread": finding.thread,
        "exception": exception,
        "locations": [
            {"file": where.place.file, "line": where.place.line, "thread": where.thread}
            for where in finding.locations
        ],
        "models": dict(finding.models) or {model: True},
    }
    if finding.confirmation is not None:
        told["confirmation"] = _confirmation(finding.confirmation)
    if finding.accesses:
        told["accesses"] = [_access(access) for access in finding.accesses]
    return told


def _access(access: RacingAccess) -> dict[str, Any]:
    """One of the two accesses of a data race."""
    return {
        "thread": access.thread,
        "access": "write" if access.is_write else "read",
        "locks": list(access.held),
        "stack": [
            {"file": place.file, "line": place.line, "function": place.function}
            for place in access.stack
        ],
    }


def _confirmation(confirmation: Confirmation) -> dict[str, Any]:
    """What became of a finding on real threads."""
    is_confirmed = confirmation.is_confirmed
    return {
        "confirmed": is_confirmed,
        "steps": confirmation.steps,
        "reason": None if is_confirmed else confirmation.reason,
        "recorded": None if is_confirmed else confirmation.recorded,
        "real": None if is_confirmed else confirmation.real,
    }
