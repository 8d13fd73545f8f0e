"""Several models of the interpreter: one search after the other, and one result.

Free-threaded comes first. The second search is of ``gil-3.10``, which allows all that later versions with a
GIL allow: what is safe there is safe on all of them, and so is broken what breaks at a check that they make
too. Only where neither is so, because everything found takes a check that 3.10 alone makes, the later
versions need a search of their own, a smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from treadle.model.finding import Finding
from treadle.model.interpreter import ALL, FREE_THREADED, GIL, GIL_310, ONLY_310
from treadle.model.result import CheckResult, ModelResult, Verdict
from treadle.model.trace import Action


def next_model(results: Sequence[CheckResult]) -> str | None:
    """Which model is to be searched next.

    Args:
        results: The results so far.

    Returns:
        The model; None when nothing is left to be learned.
    """
    if len(results) < len(_FIRST):
        return _FIRST[len(results)]
    last = results[-1]
    is_open = last.model == GIL_310 and last.verdict is Verdict.FAIL and not _later(last.findings)
    return GIL if is_open else None


_FIRST = (FREE_THREADED, GIL_310)


def merged(results: Sequence[CheckResult]) -> CheckResult:
    """One result of the results under several models.

    Args:
        results: One for each model.

    Returns:
        The first that fails, or else the first, with what each model came to, and with what only others
        found. Its verdict is that of all: it passes where all do.
    """
    shown = next((each for each in results if each.verdict is Verdict.FAIL), results[0])
    others = [each for each in results if each is not shown]
    verdicts = {each.verdict for each in results}
    verdict = shown.verdict
    if verdict is Verdict.PASS and verdicts != {Verdict.PASS}:
        verdict = Verdict.INCONCLUSIVE
    reasons = [
        *shown.incomplete_because,
        *(
            f"Under the model {each.model}: {reason}"
            for each in others
            for reason in each.incomplete_because
        ),
    ]
    return replace(
        shown,
        model=ALL,
        verdict=verdict,
        complete=all(each.complete for each in results),
        incomplete_because=tuple(reasons),
        assumptions=tuple(dict.fromkeys(told for each in results for told in each.assumptions)),
        redundant=shown.redundant + sum(each.executions + each.redundant for each in others),
        elapsed=sum(each.elapsed for each in results),
        findings=_together([each.findings for each in (shown, *others)], results),
        notes=_together([each.notes for each in (shown, *others)], results),
        rechecks=tuple(dict.fromkeys(each for result in results for each in result.rechecks)),
        is_interrupted=any(each.is_interrupted for each in results),
        models=tuple(_model_result(each, results) for each in results),
    )


def _together(
    findings: Sequence[Sequence[Finding]], results: Sequence[CheckResult]
) -> tuple[Finding, ...]:
    """Each finding once, as the first search shows it that saw it, with the models that it is there under."""
    first: dict[tuple[str, str], Finding] = {}
    for each in (one for some in findings for one in some):
        first.setdefault(_key(each), each)
    return tuple(_with_models(each, results) for each in first.values())


def _model_result(result: CheckResult, results: Sequence[CheckResult]) -> ModelResult:
    findings = result.findings
    if result.model == GIL_310 and result is results[-1]:  # it speaks for later versions too
        findings = _later(findings)
    fewest = min((each.trace.preemptions for each in findings), default=None)
    return ModelResult(
        result.model,
        result.verdict,
        result.complete,
        result.executions,
        fewest if result.verdict is Verdict.FAIL else None,
        result.options,
    )


def _later(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of findings under ``gil-3.10`` whose schedules later versions allow too."""
    return tuple(
        finding
        for finding in findings
        if not any(
            step.action is Action.SUSPEND and step.detail.endswith(ONLY_310)
            for step in finding.trace.steps
        )
    )


def _with_models(finding: Finding, results: Sequence[CheckResult]) -> Finding:
    """Say of a finding under which models it was seen, and under which it cannot be."""
    seen = {}
    for result in results:
        there = [each for each in (*result.findings, *result.notes) if _key(each) == _key(finding)]
        if there or result.complete:
            seen[result.model] = bool(there)
        if result.model == GIL_310 and (_later(there) or (result.complete and not there)):
            seen[GIL] = bool(there)
    return replace(finding, models=tuple(seen.items()))


def _key(finding: Finding) -> tuple[str, str]:
    return finding.kind.value, finding.summary
