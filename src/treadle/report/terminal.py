"""The report on a terminal: verdict and cause first, then the evidence, the command that replays it last.

Plain ASCII apart from what the program itself says, at most ``width`` columns wide apart from the replay
command, which is never wrapped because it is there to be copied.
"""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.interference import why_triple
from treadle.explain.layout import cells, wrap
from treadle.explain.narrative import story
from treadle.explain.triples import triple_at
from treadle.explain.words import plural, printable, shorten
from treadle.model.finding import Confirmation, Finding, FindingKind
from treadle.model.result import CheckResult, Runner, Verdict
from treadle.model.trace import Trace
from treadle.report.commands import replay_command
from treadle.report.confirmation import confirmation_lines
from treadle.report.failure import further, protection, what_failed, why
from treadle.report.gil import gil_lane
from treadle.report.models import model_verdicts
from treadle.report.outcomes import difference, observation, outcome_table, value_text
from treadle.report.races import race_block, race_notes
from treadle.report.search import completeness, rechecks, statistics, uninstrumented
from treadle.report.stuck import deadlock_block
from treadle.report.style import Paint
from treadle.report.table import step_table
from treadle.report.view import View, clamped, view_of

MOST_SENTENCES = 40
"""Longest story; what does not fit is left out and said to be."""

Section = list[str]


def render_check(
    result: CheckResult, width: int = 80, color: bool = False, verbose: int = 0
) -> str:
    """The report of a check.

    Args:
        result: The result.
        width: Columns there are; between 40 and 120 are used.
        color: Whether to use colour.
        verbose: 0 as a rule, 1 with every step and figures, 2 with the locks held, below 0 only what failed
            and how to replay it.

    Returns:
        The report, ending in a line break; for a failure its last line is the replay command.
    """
    paint, width = Paint(color), clamped(width)
    findings = _shown(result)
    if result.verdict is not Verdict.FAIL or not findings:
        return _joined(_nothing_found(result, width, paint, verbose))
    finding, *others = findings
    view = view_of(finding.trace, finding, width=width, color=color, verbose=verbose)
    sections: list[Section] = [
        [title(finding.summary, width, paint), *what_failed(result, finding, view)],
        why(result, finding, view),
        confirmation_lines(finding.confirmation, width),
    ]
    if verbose >= 0:
        shown = finding.trace.observed
        hint = [f"  all steps: treadle show {finding.id} --all"] if result.is_saved else []
        table, is_folded = step_table(view) if finding.trace.steps else ([], False)
        sections += [
            outcome_table(result, shown, width, paint, verbose),
            [*table, *hint] if is_folded else table,
            deadlock_block(view),
            protection(view),
            gil_lane(view),
            _story(view, _end(result, finding), hint),
            further(others, result, view),
            _races(result, width, verbose),
        ]
    sections += [
        completeness(result, width),
        rechecks(result, width),
        uninstrumented(result, width),
        statistics(result, width) if verbose > 0 else [],
        model_verdicts(result, width),
        replay_lines(finding, result),
    ]
    return _joined(sections)


def render_trace(
    trace: Trace,
    finding: Finding | None = None,
    *,
    width: int = 80,
    color: bool = False,
    verbose: int = 0,
    is_complete: bool = False,
    heading: str = "",
    replay: str = "",
    confirmation: Confirmation | None = None,
) -> str:
    """One execution: its story, its table and how it ended.

    Everything is said from the trace and the finding, so the same execution gives the same text anywhere.

    Args:
        trace: The trace.
        finding: What is wrong with it, None where nothing is known to be.
        width: Columns there are; between 40 and 120 are used.
        color: Whether to use colour.
        verbose: As for :func:`render_check`.
        is_complete: Whether to show every step, however many.
        heading: What the first line says where there is no finding.
        replay: The command that gives this trace again; not wrapped.
        confirmation: How it compares with an execution on real threads; that of the finding unless given.

    Returns:
        The text, ending in a line break.
    """
    view = view_of(
        trace, finding, width=width, color=color, verbose=verbose, is_complete=is_complete
    )
    head = finding.summary if finding is not None else heading or "one schedule"
    if confirmation is None and finding is not None:
        confirmation = finding.confirmation
    sections: list[Section] = [
        [title(head, view.width, view.paint)],
        _cause(finding, view),
        confirmation_lines(confirmation, view.width),
    ]
    if verbose >= 0 and trace.steps:
        hint = ["  all steps: --all"]
        table, is_folded = step_table(view)
        end = [observation(label, value_text(value, view.width)) for label, value in trace.observed]
        sections += [
            [*table, *hint] if is_folded else table,
            deadlock_block(view),
            protection(view),
            gil_lane(view),
            _story(view, end, hint),
        ]
    sections.append(_output(trace, view))
    sections.append(_again(trace, replay))
    return _joined(sections)


def _cause(finding: Finding | None, view: View) -> Section:
    """What is wrong with an execution, or worth a remark."""
    if finding is not None:
        error = f"{finding.exception_type}: {finding.exception_message}".removesuffix(": ")
        lines = wrap(printable(finding.why or error), view.width) if finding.why or error else []
        return [*lines, *race_block(finding, view.width)]
    triple = triple_at(view.trace, view.deciding)
    return wrap(f"Note  {why_triple(view.trace, triple)}", view.width, 6) if triple else []


def _again(trace: Trace, replay: str) -> Section:
    """How to get this execution again."""
    needs = plural(trace.preemptions, "preemption")
    if not replay:
        return [f"Schedule, with {needs}:", f"  {trace.token}"]
    return [f"Replay, with {needs}:", f"  {replay}"]


def title(text: str, width: int, paint: Paint) -> str:
    """The first line of a report.

    Args:
        text: What it says.
        width: Columns there are.
        paint: Colours.

    Returns:
        The text between "=" signs.
    """
    text = f" treadle: {shorten(text, width - 15)} "
    left = (width - cells(text)) // 2
    return paint.bold(f"{'=' * left}{text}{'=' * (width - cells(text) - left)}")


def replay_lines(finding: Finding, result: CheckResult) -> list[str]:
    """How to replay a finding, here and elsewhere; the last line is never wrapped.

    Args:
        finding: The finding.
        result: The result of the check that found it.

    Returns:
        The lines.
    """
    token = finding.trace.token
    command = f"  {replay_command(token, result.target, result.options_of(finding), result.runner)}"
    if not result.is_saved:
        return ["Replay:", command]
    lines = [f"Step through: treadle show {finding.id} --html"]
    if result.runner is Runner.COMMAND:
        return [*lines, f"Replay here:  treadle replay {finding.id}", "Replay anywhere:", command]
    return [*lines, "Replay:", command]


def _nothing_found(result: CheckResult, width: int, paint: Paint, verbose: int) -> list[Section]:
    """The report of a check without a failure."""
    is_pass = result.verdict is Verdict.PASS
    head = "no failure in any schedule" if is_pass else "no failure found, search not complete"
    word = "PASSED" if is_pass else "INCONCLUSIVE"
    status = [paint.bold(line) for line in wrap(f"{word} {printable(result.target)}", width, 2)]
    body = [f"  {line}" for line in completeness(result, width - 2)]
    sections: list[Section] = [[title(head, width, paint), *status, *body]]
    if verbose >= 0 and result.outcomes:
        sections.append(outcome_table(result, None, width, paint, verbose))
    if verbose >= 0:
        sections.append(_races(result, width, verbose))
    sections += [rechecks(result, width), uninstrumented(result, width)]
    sections.append(statistics(result, width) if verbose > 0 else [])
    sections.append(model_verdicts(result, width))
    return sections


def _races(result: CheckResult, width: int, verbose: int) -> Section:
    """The data races that are no failures, in full where there is nothing worse or more is asked for."""
    is_brief = result.verdict is Verdict.FAIL and verbose < 1
    return race_notes(
        result.notes, result.untold_races, width, is_brief=is_brief, shows_all=verbose > 0
    )


def _shown(result: CheckResult) -> list[Finding]:
    """The findings with a story; what was not controlled has none, and the completeness speaks of it."""
    return [each for each in result.findings if each.kind is not FindingKind.UNCONTROLLED]


def _end(result: CheckResult, finding: Finding) -> list[str]:
    """In what the end of the story differs from what serial orders give, where it does not say it itself."""
    if finding.kind in {FindingKind.DEADLOCK, FindingKind.LIVELOCK} or finding.exception_type:
        return []
    return difference(result, finding.trace.observed)


def _story(view: View, end: Sequence[str], hint: Sequence[str]) -> Section:
    """The story, with how it ended."""
    if not view.trace.steps:
        return []
    limit = None if view.is_complete else MOST_SENTENCES
    lines = story(view.trace, view.deciding, resource=view.resource, width=view.width, limit=limit)
    if end:
        margin = len(str(len(view.trace.steps)))
        margin = max(margin, 3) + 2
        text = f"In the end {'; '.join(printable(clause) for clause in end)}."
        lines.extend(f"{'':{margin}}{line}" for line in wrap(text, view.width - margin))
    if limit is not None and len(view.trace.steps) > limit:
        lines.extend(hint)
    return ["The story", *lines]


def _output(trace: Trace, view: View) -> Section:
    """What the program wrote."""
    if not trace.output.strip():
        return []
    lines = [printable(line) for line in trace.output.rstrip("\n").split("\n")]
    return ["It printed", *(f"  {part}" for line in lines for part in wrap(line, view.width - 2))]


def _joined(sections: Sequence[Section]) -> str:
    """Sections with an empty line between them."""
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


__all__ = ["render_check", "render_trace", "replay_command", "replay_lines", "title"]
