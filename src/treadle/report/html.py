"""A trace as one HTML file that works anywhere: no network, no server, nothing beside it.

The viewer is written in TypeScript (``web/`` of the repository) and committed here as two files, which are
put into the page together with the document. Everything of the program enters the page as data and is shown
as text. The page's security policy allows exactly this script and this style sheet, by their hashes, and no
request at all. Without scripts, the page is the report of the terminal.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.resources
import json
from typing import Any

from treadle.explain.words import printable
from treadle.model.finding import Finding, FindingKind
from treadle.model.result import CheckResult, Verdict
from treadle.model.trace import Trace
from treadle.report.commands import replay_command
from treadle.report.document import Subject, document
from treadle.report.outcomes import difference
from treadle.report.terminal import render_check, render_trace

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M1 5h14M1 11h14' stroke='%230072b2' stroke-width='2'/%3E"
    "%3Cpath d='M4 1v9M12 6v9' stroke='%23d55e00' stroke-width='2'/%3E%3C/svg%3E"
)


def render(result: CheckResult, finding: Finding | None = None) -> str:
    """The page of a check.

    Args:
        result: The result of the check.
        finding: The finding to show; the most important one unless given.

    Returns:
        A whole HTML document. Without a finding that has a trace it is the report as text.
    """
    plain = render_check(result, width=100)
    shown = [each for each in result.findings if each.trace.steps]
    finding = finding or next(iter(shown), None)
    if finding is None:
        return _page(f"Treadle: {result.verdict.value} {result.target}", plain, None)
    return render_trace_page(
        finding.trace,
        finding,
        target=result.target,
        replay=replay_command(
            finding.trace.token, result.target, result.options_of(finding), result.runner
        ),
        facts=_facts(result, finding),
        end=_end(result, finding),
        plain=plain,
    )


def render_trace_page(
    trace: Trace,
    finding: Finding | None = None,
    *,
    target: str = "",
    replay: str = "",
    heading: str = "",
    facts: tuple[str, ...] = (),
    end: tuple[str, ...] = (),
    plain: str | None = None,
) -> str:
    """The page of one execution.

    Args:
        trace: The trace.
        finding: What is wrong with it, None where nothing is known to be.
        target: The target as the user typed it.
        replay: The command that gives this trace again.
        heading: The title where there is no finding.
        facts: Further short lines for the head of the page.
        end: How the program ended, as sentences, where the finding does not say it.
        plain: The report as text, for readers without scripts and for paper; made here unless given.

    Returns:
        A whole HTML document.
    """
    if plain is None:
        plain = render_trace(trace, finding, width=100, heading=heading, replay=replay)
    subject = Subject(trace, finding, target, replay, heading, facts, end)
    told = document(subject)
    return _page(f"Treadle: {told['title']}", plain, told)


def _facts(result: CheckResult, finding: Finding) -> tuple[str, ...]:
    """How often it fails, and whether that is all there is."""
    facts = []
    if finding.failing_executions and result.verdict is Verdict.FAIL:
        facts.append(f"{finding.failing_executions:,} of {result.executions:,} schedules fail")
    facts.append("search complete" if result.complete else "search not complete")
    return tuple(facts)


def _end(result: CheckResult, finding: Finding) -> tuple[str, ...]:
    """In what the end differs from what serial orders give, where the finding does not say it itself."""
    if finding.exception_type or finding.kind in {FindingKind.DEADLOCK, FindingKind.LIVELOCK}:
        return ()
    clauses = difference(result, finding.trace.observed)
    return tuple(f"In the end {printable(clause)}." for clause in clauses)


def _page(title: str, plain: str, told: dict[str, Any] | None) -> str:
    """The parts of a page put together."""
    script, style = _asset("viewer.js"), _asset("viewer.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    data = (
        ""
        if told is None
        else f'<script type="application/json" id="trace">{_json(told)}</script>\n'
    )
    text = f"<pre>{_escaped(plain)}</pre>"
    body = text if told is None else f"<noscript>{text}</noscript>"
    program = "" if told is None else f"<script>{script}</script>\n"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" href="{_ICON}">\n'
        f"<title>{_escaped(title)}</title>\n<style>{style}</style>\n"
        f"{program}</head>\n<body>\n{body}\n{data}</body>\n</html>\n"
    )


def _json(told: dict[str, Any]) -> str:
    """A document that cannot end the element it stands in."""
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _escaped(text: str) -> str:
    """Text of the program as text of the page."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def _hash(text: str) -> str:
    """How the security policy names a script or style sheet."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@functools.cache
def _asset(name: str) -> str:
    """A file of the viewer, as it was built."""
    return importlib.resources.files("treadle.report").joinpath("web", name).read_text("utf-8")
