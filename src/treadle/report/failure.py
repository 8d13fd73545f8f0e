"""What failed, why, and how often: the head of a report."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.labels import Labels, place_text
from treadle.explain.layout import cells, wrap
from treadle.explain.protection import accesses_between, protection_note
from treadle.explain.words import plural, printable
from treadle.model.finding import Finding, FindingKind
from treadle.model.result import CheckResult
from treadle.model.trace import Action, Place
from treadle.report.confirmation import confirmation_word
from treadle.report.outcomes import difference
from treadle.report.races import race_block
from treadle.report.view import View

WHY = "Why   "
MOST_LOCATIONS = 6
_ALSO = len("also  ")


def what_failed(result: CheckResult, finding: Finding, view: View) -> list[str]:
    """What went wrong, as the program's user sees it.

    Args:
        result: The result of the check.
        finding: The finding that is shown.
        view: What is shown.

    Returns:
        A line with the target, then one or more on what happened.
    """
    lines = [
        view.paint.bold(line) for line in wrap(f"FAILED {printable(result.target)}", view.width, 2)
    ]
    for text in _what_happened(result, finding):
        lines.extend(f"  {line}" for line in wrap(text, view.width - 2, 2))
    lines.extend(race_block(finding, view.width))
    if view.verbose > 0 and finding.exception_traceback:
        for line in finding.exception_traceback.rstrip().splitlines():
            blanks = len(line) - len(line.lstrip())
            wrapped = wrap(printable(line.strip()), view.width - 4 - blanks, 2)
            lines.extend(f"    {'':{blanks}}{part}" for part in wrapped)
    return lines


def _what_happened(result: CheckResult, finding: Finding) -> list[str]:
    """What the program ended with, or with what it did not."""
    if finding.exception_type:
        return _exception(finding)
    if finding.kind in {FindingKind.DEADLOCK, FindingKind.DATA_RACE}:
        return []
    if finding.kind is FindingKind.LINEARIZABILITY:
        return [printable(part) for part in finding.exception_message.split("; ")]
    if finding.kind is FindingKind.LIVELOCK:
        return [
            f"{where.thread}  {_line(where.place)}" for where in finding.locations[:MOST_LOCATIONS]
        ]
    clauses = difference(result, finding.trace.observed)
    return [f"In the end {clause}." for clause in clauses]


def _exception(finding: Finding) -> list[str]:
    """The exception, its thread and its line."""
    labels = Labels(finding.trace)
    who = labels.introduced_label(finding.thread or "")
    first, *further = finding.exception_message.splitlines() or [""]
    error = finding.exception_type
    if first:
        error = f"{error}: {printable(first)}"
    raised = [
        step.place for step in finding.trace.steps if step.action is Action.RAISE and step.place
    ]
    places = [each.place for each in finding.locations] or raised[-1:]
    return [
        f"{error}   (in {who})" if who else error,
        *(printable(line) for line in further),
        *(_line(place) for place in places[:1]),
    ]


def _line(place: Place) -> str:
    """A place with its source."""
    source = f": {printable(place.source)}" if place.source else ""
    return f"{place_text(place)}{source}"


def why(result: CheckResult, finding: Finding, view: View) -> list[str]:
    """The cause, and how rare the failure is.

    Args:
        result: The result of the check.
        finding: The finding that is shown.
        view: What is shown.

    Returns:
        Lines with a hanging indent.
    """
    texts = [printable(finding.why)] if finding.why else []
    texts += filter(None, (_how_rare(result, finding),))
    room = view.width - len(WHY)
    lines = [line for text in texts for line in wrap(text, room)]
    return [f"{WHY if index == 0 else '':{len(WHY)}}{line}" for index, line in enumerate(lines)]


def _how_rare(result: CheckResult, finding: Finding) -> str:
    """How many preemptions it takes, and how many schedules show it."""
    if finding.kind in {FindingKind.NONDETERMINISM, FindingKind.DATA_RACE}:
        return ""
    preemptions = finding.trace.preemptions
    if not preemptions:
        needed = "It needs no preemption: threads that simply run one after the other fail."
    else:
        needed = f"{plural(preemptions, 'preemption')}"
        needed += "; no failing schedule has fewer." if finding.is_fewest else "."
    failing, all_of_them = finding.failing_executions, result.executions
    if not failing:
        return needed
    if all_of_them == 1:
        return f"{needed} The only {result.unit}{'' if result.complete else ' explored'} fails."
    verb = "fails" if failing == 1 else "fail"
    which = "" if result.complete else " explored"
    found = "" if result.complete else _found(finding)
    return f"{needed} {failing:,} of the {plural(all_of_them, result.unit)}{which} {verb}.{found}"


def _found(finding: Finding) -> str:
    """Which scheduler found it, and when."""
    if not finding.found_by:
        return ""
    return f" Found by {finding.found_by} in execution {finding.found_after:,}."


def protection(view: View) -> list[str]:
    """Which locks protected the accesses that made the difference.

    Args:
        view: What is shown.

    Returns:
        One sentence, wrapped; nothing where fewer than two tasks made the difference.
    """
    steps = accesses_between(view.trace, view.resource, view.deciding)
    if len({view.trace.steps[number - 1].task for number in steps}) < 2:
        return []
    note = protection_note(view.trace, view.resource, steps)
    return wrap(note, view.width) if note else []


def further(findings: Sequence[Finding], result: CheckResult, view: View) -> list[str]:
    """The other findings, one line each.

    Args:
        findings: The findings.
        result: The result of the check that found them.
        view: What is shown.

    Returns:
        Their lines.
    """
    lines = []
    for finding in findings:
        count = f"{finding.failing_executions:,} of {plural(result.executions, 'schedule')}, "
        if finding.kind is FindingKind.DATA_RACE:
            count = ""  # races are seen, not counted
        needs = plural(finding.trace.preemptions, "preemption")
        confirmed = confirmation_word(finding.confirmation)
        text = f"also  {printable(finding.summary)} ({count}{needs}{confirmed}):"
        wrapped = wrap(text, view.width, _ALSO)
        command = f"treadle show {finding.id}"
        if not result.is_saved:
            wrapped[-1] = wrapped[-1].removesuffix(":")
        elif cells(wrapped[-1]) + 1 + len(command) <= view.width:
            wrapped[-1] += f" {command}"
        else:
            wrapped.append(f"{'':{_ALSO}}{command}")
        lines.extend(wrapped)
    return lines
