"""What Treadle has to say of a test, in a form that goes through xdist to the reports."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from treadle.model.finding import Finding, FindingKind
from treadle.model.result import CheckResult, Verdict
from treadle.report.commands import replay_command
from treadle.report.terminal import render_check

WIDTH = 80
_NOT_THE_TESTS_FAULT = {FindingKind.NONDETERMINISM, FindingKind.UNCONTROLLED}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that made the difference.

    Args:
        file: Its file, relative to the folder of the run.
        line: Its number, from 1.
        text: What happened there.
    """

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What Treadle has to say of a test.

    Args:
        nodeid: The name of the test.
        verdict: The verdict of the exploration.
        executions: How many different schedules were tried.
        complete: Whether those were all that matter.
        kind: What kind of failure it was, "" where Treadle found none.
        summary: The failure in a few words, or why the test could not be explored.
        why: The cause in one or two sentences.
        id: The failure's id.
        token: The schedule that fails.
        preemptions: Its preemptions.
        replay: The command that replays it.
        story: The report, without its first line.
        lines: The lines that made the difference.
        page: The file with the page to step through, "" where none was asked for.
        no_page: Why it could not be written, "" where it was, or none was asked for.
        is_controlled: Whether the test could be explored.
    """

    nodeid: str
    verdict: str
    executions: int = 0
    complete: bool = False
    kind: str = ""
    summary: str = ""
    why: str = ""
    id: str = ""
    token: str = ""
    preemptions: int = 0
    replay: str = ""
    story: str = ""
    lines: tuple[Line, ...] = ()
    page: str = ""
    no_page: str = ""
    is_controlled: bool = True

    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)

    def properties(self) -> list[tuple[str, str]]:
        """What goes into the properties of a JUnit report."""
        pairs = [("treadle.verdict", self.verdict), ("treadle.executions", str(self.executions))]
        if self.token:
            pairs += [
                ("treadle.finding", self.summary),
                ("treadle.id", self.id),
                ("treadle.schedule", self.token),
                ("treadle.replay", self.replay),
            ]
        if self.page:
            pairs.append(("treadle.html", self.page))
        return pairs


FOUND = pytest.StashKey[Found]()
"""Where a test keeps what was found."""

RESULT = pytest.StashKey[CheckResult]()
"""Where it keeps the whole of it, until its report has been made."""


def shown_name(item: pytest.Item) -> str:
    """The name of a test, as the user would type it where pytest was started.

    Args:
        item: The test.

    Returns:
        Its node id, relative to that folder.
    """
    file, colons, rest = item.nodeid.partition("::")
    path = os.path.relpath(item.config.rootpath / file, item.config.invocation_params.dir)
    return f"{Path(path).as_posix()}{colons}{rest}"


def blamed(result: CheckResult) -> Finding | None:
    """The finding that fails the test.

    Args:
        result: The result of exploring it.

    Returns:
        The most important finding that is the test's own; None without one.
    """
    return next((f for f in result.findings if f.kind not in _NOT_THE_TESTS_FAULT), None)


def note(item: pytest.Item, result: CheckResult) -> Found:
    """Keep with a test what was found, for its reports.

    Args:
        item: The test.
        result: The result of exploring it, or a part of it.

    Returns:
        The same, to be reported.
    """
    found = describe(shown_name(item), result, item.config.rootpath)
    item.stash[FOUND] = found
    item.stash[RESULT] = own_result(result, found.nodeid)
    return found


def own_result(result: CheckResult, nodeid: str) -> CheckResult:
    """A result without what is not the fault of the test.

    Args:
        result: The result of exploring it.
        nodeid: The name of the test, as the user would type it.

    Returns:
        What reports show of it.
    """
    own = tuple(f for f in result.findings if f.kind not in _NOT_THE_TESTS_FAULT)
    return replace(result, findings=own, target=nodeid)


def describe(nodeid: str, result: CheckResult, root: Path) -> Found:
    """What a result says.

    Args:
        nodeid: The name of the test, as the user would type it.
        result: The result of exploring it.
        root: The folder of the run.

    Returns:
        The same, to be reported.
    """
    finding = blamed(result)
    verdict = result.verdict
    if finding is None:
        excuse = next(iter(result.findings), None)
        if verdict is Verdict.FAIL:
            verdict = Verdict.INCONCLUSIVE
        return Found(
            nodeid,
            verdict.value,
            result.executions,
            result.complete,
            summary="" if excuse is None else excuse.summary,
            why="" if excuse is None else excuse.why,
            is_controlled=excuse is None,
        )
    text = render_check(own_result(result, nodeid), WIDTH)
    token = finding.trace.token
    return Found(
        nodeid,
        verdict.value,
        result.executions,
        result.complete,
        finding.kind.value,
        finding.summary,
        finding.why,
        finding.id,
        token,
        finding.trace.preemptions,
        replay_command(token, nodeid, (), result.runner),
        text.partition("\n")[2].strip("\n"),
        _lines(finding, root),
    )


def _lines(finding: Finding, root: Path) -> tuple[Line, ...]:
    """The lines of the accesses that made the difference, or where the tasks were; each once."""
    found: dict[tuple[str, int], Line] = {}
    steps = [finding.trace.steps[number - 1] for number in finding.deciding]
    told = [(step.place, _sentence(finding, step.number)) for step in steps]
    told += [
        (each.place, f"{each.thread} was here: {finding.summary}") for each in finding.locations
    ]
    for place, text in told:
        if place is None:
            continue
        path = Path(place.file).absolute()
        file = path.relative_to(root) if path.is_relative_to(root) else path
        found.setdefault((str(file), place.line), Line(file.as_posix(), place.line, text))
    return tuple(found.values())


def _sentence(finding: Finding, number: int) -> str:
    """A step as a sentence."""
    from treadle.explain.narrative import sentence

    return f"step {number}: {sentence(finding.trace, finding.trace.steps[number - 1])}"
