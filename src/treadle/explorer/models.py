"""Several models of the interpreter: one search after the other, and one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from treadle.model.finding import Finding
from treadle.model.interpreter import ALL
from treadle.model.result import CheckResult, ModelResult, Verdict


def merged(results: Sequence[CheckResult]) -> CheckResult:
    """One result of the results under several models.

    Args:
        results: One for each model.

    Returns:
        The first that fails, or else the first, with what each model came to. Its verdict is that of all:
        it passes where all do.
    """
    shown = next((each for each in results if each.verdict is Verdict.FAIL), results[0])
    verdicts = {each.verdict for each in results}
    verdict = shown.verdict
    if verdict is Verdict.PASS and verdicts != {Verdict.PASS}:
        verdict = Verdict.INCONCLUSIVE
    reasons = [
        *shown.incomplete_because,
        *(
            f"Under the model {each.model}: {reason}"
            for each in results
            if each is not shown
            for reason in each.incomplete_because
        ),
    ]
    return replace(
        shown,
        model=ALL,
        verdict=verdict,
        complete=all(each.complete for each in results),
        incomplete_because=tuple(reasons),
        redundant=shown.redundant
        + sum(each.executions + each.redundant for each in results if each is not shown),
        elapsed=sum(each.elapsed for each in results),
        findings=tuple(_with_models(finding, results) for finding in shown.findings),
        notes=tuple(_with_models(note, results) for note in shown.notes),
        rechecks=tuple(dict.fromkeys(each for result in results for each in result.rechecks)),
        is_interrupted=any(each.is_interrupted for each in results),
        models=tuple(_model_result(each) for each in results),
    )


def _model_result(result: CheckResult) -> ModelResult:
    is_found = result.verdict is Verdict.FAIL
    fewest = min((each.trace.preemptions for each in result.findings), default=None)
    return ModelResult(
        result.model,
        result.verdict,
        result.complete,
        result.executions,
        fewest if is_found else None,
    )


def _with_models(finding: Finding, results: Sequence[CheckResult]) -> Finding:
    """Say of a finding under which models it was seen, and under which it cannot be."""
    seen = {}
    for result in results:
        is_there = _key(finding) in {_key(each) for each in (*result.findings, *result.notes)}
        if is_there or result.complete:
            seen[result.model] = is_there
    return replace(finding, models=tuple(seen.items()))


def _key(finding: Finding) -> tuple[str, str]:
    return finding.kind.value, finding.summary
