"""The outcomes of a program: which ones there are, how many schedules give each, and which are serial."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.explain.layout import cells, pad, wrap
from treadle.explain.words import listing, plural, shorten
from treadle.model.result import CheckResult, OutcomeCount
from treadle.report.commands import replay_command
from treadle.report.style import Paint

MOST_OUTCOMES = 8
VALUE_LIMIT = 30
LABEL_LIMIT = 30


def outcome_table(
    result: CheckResult,
    shown: tuple[tuple[str, str], ...] | None,
    width: int,
    paint: Paint,
    verbose: int,
) -> list[str]:
    """The outcomes as a table.

    Args:
        result: The result of the check.
        shown: The outcome of the schedule that the report shows, None where it shows none.
        width: Columns there are.
        paint: Colours.
        verbose: From 1 on, all outcomes are listed, with a schedule for each.

    Returns:
        Its lines; none where there is no outcome.
    """
    if not result.outcomes:
        return []
    which = "all" if result.complete else "the"
    explored = "" if result.complete else " explored"
    lines = [f"Outcomes of {which} {plural(result.executions, 'schedule')}{explored}"]
    if result.executions == 1:
        lines = [
            "Outcome of the only schedule"
            if result.complete
            else "Outcome of the schedule explored"
        ]
    outcomes = result.outcomes if verbose > 0 else result.outcomes[:MOST_OUTCOMES]
    varying = _varying(result.outcomes)
    notes = [_note(result, outcome, shown) for outcome in outcomes]
    table = _columns(result, outcomes, varying, notes) or _listed(
        result, outcomes, varying, notes, width
    )
    if max(map(cells, table)) > width:
        table = _listed(result, outcomes, varying, notes, width)
    for line in table:
        is_failing = "FAILS" in line
        lines.append(paint.bold(line) if is_failing else line)
    if len(outcomes) < len(result.outcomes):
        more = plural(len(result.outcomes) - len(outcomes), "more outcome")
        lines.append(f"  ... {more}: -v lists all")
    if verbose > 0:
        lines.extend(_commands(result, outcomes))
    return lines


def difference(result: CheckResult, observed: Sequence[tuple[str, str]]) -> list[str]:
    """In what an outcome differs from those that serial orders give.

    Args:
        result: The result of the check.
        observed: The outcome.

    Returns:
        Clauses such as "b.bal = 100; every serial order gives 50"; none where it does not differ.
    """
    serial = [dict(outcome.observed) for outcome in result.outcomes if outcome.serial]
    if not serial or not observed or dict(observed) in serial:
        return []
    clauses = []
    for label, value in observed:
        expected = list(dict.fromkeys(value_text(each[label]) for each in serial if label in each))
        if value in {each.get(label) for each in serial}:
            continue
        got = value_text(value)
        if not expected:
            clauses.append(f"{observation(label, got)}; no serial order gives this")
        elif len(serial) == 1:
            clauses.append(f"{observation(label, got)}; {_every(result)} gives {expected[0]}")
        else:
            clauses.append(
                f"{observation(label, got)}; serial orders give {listing(expected[:4], 'or')}"
            )
    return clauses or ["no serial order gives this combination of values"]


def observation(label: str, value: str) -> str:
    """Something that was observed, in words.

    Args:
        label: What it is: a location, "returns", "output of T1", "deadlock", ...
        value: Its value as text.

    Returns:
        "b.bal = 100", "output of T1: done", "returns None".
    """
    label = shorten(label, LABEL_LIMIT)
    if label in {"returns", "ends in"}:
        return f"{label} {value}"
    return f"{label}: {value}" if " " in label or label == "deadlock" else f"{label} = {value}"


def value_text(value: str, limit: int = VALUE_LIMIT) -> str:
    """An observed value, short enough for its place.

    Args:
        value: The value; what was printed ends in a line break, which is not shown.
        limit: Most characters.

    Returns:
        The text.
    """
    return shorten(value.removesuffix("\n"), limit)


def _every(result: CheckResult) -> str:
    """What a single serial outcome may be ascribed to: all serial orders, if all were tried."""
    return "every serial order" if result.complete or result.bound is not None else "a serial order"


def _varying(outcomes: Sequence[OutcomeCount]) -> list[str]:
    """Labels whose value is not the same in all outcomes; all of them for a single outcome."""
    labels = list(dict.fromkeys(label for outcome in outcomes for label, _ in outcome.observed))
    if len(outcomes) == 1:
        return labels
    return [
        label
        for label in labels
        if len({dict(outcome.observed).get(label) for outcome in outcomes}) > 1
    ]


def _note(
    result: CheckResult, outcome: OutcomeCount, shown: tuple[tuple[str, str], ...] | None
) -> str:
    """What is said about an outcome at the end of its line."""
    if outcome.serial:
        is_only = sum(each.serial for each in result.outcomes) == 1
        note = _every(result) if is_only else "a serial order"
    else:
        note = "only by interleaving"
    if outcome.failing:
        note += "  FAILS"
    if shown is not None and outcome.observed == shown and len(result.outcomes) > 1:
        note += " (below)"
    return note


def _columns(
    result: CheckResult,
    outcomes: Sequence[OutcomeCount],
    labels: Sequence[str],
    notes: Sequence[str],
) -> list[str]:
    """A column for each label; none of it where an outcome lacks one, or a value is too long."""
    rows = [dict(outcome.observed) for outcome in outcomes]
    if not labels or any(label not in row for row in rows for label in labels):
        return []
    if any("..." in value_text(row[label]) for row in rows for label in labels):
        return []
    table = [[shorten(label, LABEL_LIMIT) for label in labels]]
    table += [[value_text(row[label]) for label in labels] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
    texts = ["  ".join(map(pad, row, widths)) for row in table]
    counts = _counts(result, outcomes)
    lines = [f"  {texts[0]}  {pad('schedules', cells(counts[0]))}".rstrip()]
    for text, count, note in zip(texts[1:], counts, notes, strict=True):
        lines.append(f"  {text}  {count}  {note}")
    return lines


def _listed(
    result: CheckResult,
    outcomes: Sequence[OutcomeCount],
    labels: Sequence[str],
    notes: Sequence[str],
    width: int,
) -> list[str]:
    """Outcomes below each other, their values in the lines below the counts."""
    lines = []
    for outcome, count, note in zip(outcomes, _counts(result, outcomes), notes, strict=True):
        lines += [f"  {line}" for line in wrap(f"{count.strip()}  {note}", width - 2, 4)]
        observed = dict(outcome.observed)
        for label in labels:
            if label in observed:
                value = value_text(observed[label], width)
                told = wrap(observation(label, value), width - 6, 2)
                lines += [f"      {line}" for line in told]
    return lines


def _counts(result: CheckResult, outcomes: Sequence[OutcomeCount]) -> list[str]:
    """How many schedules give each outcome, as texts of one width."""
    total = f"{result.executions:,}"
    digits = max(len(total), *(len(f"{outcome.executions:,}") for outcome in outcomes))
    counts = [f"{outcome.executions:>{digits},} of {total}" for outcome in outcomes]
    return [f"{count:>9}" for count in counts]


def _commands(result: CheckResult, outcomes: Sequence[OutcomeCount]) -> list[str]:
    """A command for each outcome; not wrapped, for they are there to be copied."""
    commands = [
        replay_command(outcome.token, result.target, result.options, result.runner)
        for outcome in outcomes
    ]
    return ["", "A schedule for each, in this order", *(f"  {command}" for command in commands)]
