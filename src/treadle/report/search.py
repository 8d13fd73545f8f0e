"""How far the search got, what it could not see, and what to do about it."""

from __future__ import annotations

import re

from treadle.explain.layout import wrap
from treadle.explain.words import listing, plural, printable, uncapitalized
from treadle.model.result import CheckResult, RecheckState, Verdict

MOST_MODULES = 6

_BUDGET = re.compile(r"\b(limit|budget|time is up|seconds?|executions?)\b", re.IGNORECASE)
"""What a reason speaks of that more of a budget would cure."""


def completeness(result: CheckResult, width: int) -> list[str]:
    """Whether every schedule was tried; if not, why not and how to go on.

    Args:
        result: The result of the check.
        width: Columns there are.

    Returns:
        One sentence or more, wrapped.
    """
    is_found = result.verdict is Verdict.FAIL
    if result.complete:
        lines = wrap(_all_explored(result, is_found=is_found), width)
    else:
        lines = _not_all_explored(result, width, is_found=is_found)
    if not is_found:  # a failure is one whatever was assumed
        lines.extend(line for each in result.assumptions for line in wrap(printable(each), width))
    return lines


def _not_all_explored(result: CheckResult, width: int, *, is_found: bool) -> list[str]:
    """What is said of a search that is not complete."""
    reasons = [printable(reason) for reason in result.incomplete_because]
    start = (
        "Not complete"
        if is_found
        else f"No failure found in {plural(result.executions, 'schedule')}"
        + (f" of {plural(result.scenarios, 'scenario')}" if result.scenarios else "")
    )
    start += "" if is_found else "; the search is not complete"
    if len(reasons) == 1:
        lines = wrap(f"{start}: {uncapitalized(reasons[0])}.", width)
    elif reasons:
        lines = [
            *wrap(f"{start}:", width),
            *(line for each in reasons for line in _item(each, width)),
        ]
    else:
        lines = wrap(f"{start}.", width)
    if result.bound is not None:
        most = plural(result.bound, "preemption")
        what = "without a preemption" if not result.bound else f"with at most {most}"
        lines.extend(wrap(f"Every schedule {what} was explored.", width))
    if result.estimate is not None:
        known, likely = result.estimate
        lines.extend(
            wrap(
                f"At least {known:,} more traces are left (schedules that differ only in the order of "
                f"independent operations are one); an estimate is {likely:,}.",
                width,
            )
        )
    if any(_BUDGET.search(reason) for reason in reasons) and "--" not in " ".join(reasons):
        lines.extend(
            wrap("To go on, raise --max-executions, --max-seconds or --preemptions.", width)
        )
    return lines


def _all_explored(result: CheckResult, *, is_found: bool) -> str:
    """The sentence for a complete search."""
    if result.executions == 1:
        explored = f"the only {result.unit} explored"
    else:
        of_all = f" of all {plural(result.scenarios, 'scenario')}" if result.scenarios else ""
        explored = f"all {plural(result.executions, result.unit)}{of_all} explored"
        if result.unit == "trace":
            explored += (
                " (schedules that differ only in the order of independent operations are one)"
            )
    if is_found:
        return f"{explored[0].upper()}{explored[1:]}: the search is complete."
    if result.threads == 1:
        return "No failure: the program started no thread, so there was nothing to interleave."
    return f"No failure: {explored}, the search is complete."


def _item(reason: str, width: int) -> list[str]:
    """One reason of several."""
    return [f"  {line}" for line in wrap(f"- {reason}", width - 2, 2)]


def rechecks(result: CheckResult, width: int) -> list[str]:
    """What became of the failures that were saved earlier, where the findings do not say it.

    Args:
        result: The result of the check.
        width: Columns there are.

    Returns:
        A sentence for each, wrapped.
    """
    shown = {finding.summary for finding in result.findings}
    lines: list[str] = []
    for each in result.rechecks:
        is_fixed = each in result.fixed
        match each.state:
            case RecheckState.FAILS if each.summary in shown:
                continue
            case RecheckState.FAILS:
                fate = f"still happens: treadle show {each.id}"
            case RecheckState.PASSES:
                fate = "did not happen again under its schedule: marked as fixed"
            case RecheckState.MISFIT if is_fixed:
                fate = "fails no more; its schedule does not fit the program now: marked as fixed"
            case RecheckState.MISFIT:
                fate = f"has a schedule that does not fit the program now; treadle rm {each.id} forgets it"
        lines += wrap(f"Saved failure {each.id} ({printable(each.summary)}) {fate}.", width)
    return lines


def uninstrumented(result: CheckResult, width: int) -> list[str]:
    """The modules whose data the search did not see.

    Args:
        result: The result of the check.
        width: Columns there are.

    Returns:
        One sentence, wrapped; nothing where there is no such module.
    """
    modules = [printable(module) for module in result.uninstrumented]
    if not modules:
        return []
    named = listing(modules[:MOST_MODULES])
    if len(modules) > MOST_MODULES:
        named = f"{', '.join(modules[:MOST_MODULES])} and {len(modules) - MOST_MODULES} more"
    text = (
        f"Ran in several threads without being instrumented: {named}. Interference inside is not seen; "
        f"to look inside: --include {modules[0]}"
    )
    return wrap(text, width)


def statistics(result: CheckResult, width: int) -> list[str]:
    """Figures about the search, for ``-v``.

    Args:
        result: The result of the check.
        width: Columns there are.

    Returns:
        One sentence, wrapped.
    """
    rate = f", {result.executions / result.elapsed:,.0f} a second" if result.elapsed > 0 else ""
    text = (
        f"{plural(result.executions, result.unit)} in {result.elapsed:.2f} s{rate}, "
        f"and {plural(result.redundant, 'execution')} that repeated one; "
        f"at most {plural(result.threads, 'thread')} and {plural(result.steps_max, 'operation')}. "
        f"Scheduler {result.scheduler}, seed {result.seed}, model {result.model}."
    )
    return wrap(text, width)
