"""What each family of interpreters can make of the program, where several models were explored."""

from __future__ import annotations

from treadle.explain.layout import wrap
from treadle.explain.words import plural
from treadle.model.interpreter import ALL, FREE_THREADED, GIL, GIL_310
from treadle.model.result import CheckResult, ModelResult, Verdict

_WITHOUT_GIL = "free-threaded 3.13t, 3.14t"


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
    families = [
        (name, *_in_words(by_model[model]))
        for name, model in _families(has_later=GIL in by_model)
        if model in by_model
    ]
    margin = max(len(name) for name, _, _ in families)
    return [
        "By interpreter",
        *(f"  {name:{margin}}  {word:9}  {figures}".rstrip() for name, word, figures in families),
    ]


def _families(*, has_later: bool) -> list[tuple[str, str]]:
    """Families of interpreters, each with the model that stands for it.

    Args:
        has_later: Whether the versions after 3.10 had to be explored by themselves.
    """
    with_gil = [("CPython 3.10", GIL_310), ("CPython 3.11+ with the GIL", GIL)]
    if not has_later:
        with_gil = [("CPython 3.10+ with the GIL", GIL_310)]
    return [("CPython up to 3.9", FREE_THREADED), *with_gil, (_WITHOUT_GIL, FREE_THREADED)]


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
