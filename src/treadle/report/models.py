"""What each family of interpreters can make of the program, where several models were explored."""

from __future__ import annotations

from treadle.explain.layout import wrap
from treadle.explain.words import plural
from treadle.model.interpreter import ALL, FAMILIES, FREE_THREADED, GIL, GIL_310
from treadle.model.result import CheckResult, ModelResult, Verdict


def model_verdicts(result: CheckResult, width: int) -> list[str]:
    """A line for each family of interpreters; for a single model, which one it was.

    Args:
        result: The result of the check.
        width: Columns there are.

    Returns:
        The lines; none for the default model alone.
    """
    by_model = {each.model: each for each in result.models}
    if not by_model:
        return _single(result, width)
    margin = max(len(name) for name, _ in FAMILIES)
    lines = ["By interpreter"]
    for name, model in FAMILIES:
        if model in by_model:
            word, figures = _in_words(by_model[model])
            lines.append(f"  {name:{margin}}  {word:9}  {figures}".rstrip())
    free, gil = by_model.get(FREE_THREADED), by_model.get(GIL)
    if free is not None and gil is not None and _breaks(free) != _breaks(gil):
        lines += wrap(
            "CPython 3.10 checks at more places than 3.11 and later: --model gil-3.10 tells what it does.",
            width,
        )
    return lines


def _single(result: CheckResult, width: int) -> list[str]:
    """Which model it was, if not the default one."""
    if result.model in {FREE_THREADED, ALL}:
        return []
    which = "CPython 3.10" if result.model == GIL_310 else "this CPython, with the GIL,"
    return wrap(
        f"Threads were suspended only where {which} can suspend them (--model {result.model}).",
        width,
    )


def _breaks(result: ModelResult) -> bool:
    return result.verdict is Verdict.FAIL


def _in_words(result: ModelResult) -> tuple[str, str]:
    """A verdict, and the figures that it rests on."""
    schedules = plural(result.executions, "schedule")
    if _breaks(result):
        fewest = result.preemptions
        return "breaks", "" if fewest is None else plural(fewest, "preemption")
    if result.complete:
        return (
            "safe",
            "the only schedule explored" if result.executions == 1 else f"all {schedules} explored",
        )
    return "not known", f"no failure in {schedules}, not all were explored"
