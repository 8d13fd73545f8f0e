"""Several models of the interpreter, one result."""

import pytest

from treadle.explorer.models import merged, next_model
from treadle.model.finding import Finding, FindingKind
from treadle.model.interpreter import FREE_THREADED, GIL, GIL_310, ONLY_310
from treadle.model.result import CheckResult, Verdict
from treadle.model.trace import Action, Step, TaskInfo, Trace

TASKS = (TaskInfo(0, "main", "", "main", False, None),)


def finding(summary, model, where="at a jump of a loop"):
    steps = (Step(1, 0, Action.SUSPEND, detail=where),)
    return Finding(
        kind=FindingKind.ASSERTION,
        detail="",
        id=summary,
        summary=summary,
        why="",
        resource="",
        trace=Trace(TASKS, steps, f"token of {model}", 1, model=model),
    )


def result(model, verdict, *findings, options=()):
    return CheckResult(
        "bank.py", model, "portfolio", verdict, True, (), None, 6, 0, 0.1, 3, 9, tuple(findings), (), (), 0,
        options,
    )  # fmt: skip


FREE_PASS = result(FREE_THREADED, Verdict.PASS)


@pytest.mark.parametrize(
    ("results", "model"),
    [
        ([], FREE_THREADED),
        ([FREE_PASS], GIL_310),
        ([FREE_PASS, result(GIL_310, Verdict.PASS)], None),
        ([FREE_PASS, result(GIL_310, Verdict.INCONCLUSIVE)], None),
        ([FREE_PASS, result(GIL_310, Verdict.FAIL, finding("x", GIL_310))], None),
        ([FREE_PASS, result(GIL_310, Verdict.FAIL, finding("x", GIL_310, ONLY_310))], GIL),
        (
            [
                FREE_PASS,
                result(GIL_310, Verdict.FAIL, finding("x", GIL_310, ONLY_310)),
                result(GIL, Verdict.FAIL, finding("x", GIL)),
            ],
            None,
        ),
    ],
)
def test_later_versions_are_a_question_of_their_own_where_only_310_breaks(results, model):
    assert next_model(results) == model


def test_what_only_another_model_found_is_told_in_full():
    options = ("--model", GIL_310)
    one, other = finding("x", FREE_THREADED), finding("y", GIL_310)
    both = merged(
        [
            result(FREE_THREADED, Verdict.FAIL, one),
            result(GIL_310, Verdict.FAIL, other, options=options),
        ]
    )
    assert [each.summary for each in both.findings] == ["x", "y"]
    assert [each.trace.model for each in both.findings] == [FREE_THREADED, GIL_310]
    assert both.findings[0].models == ((FREE_THREADED, True), (GIL_310, False), (GIL, False))
    assert both.findings[1].models == ((FREE_THREADED, False), (GIL_310, True), (GIL, True))
    assert both.options_of(both.findings[0]) == ()
    assert both.options_of(both.findings[1]) == options


def test_what_several_models_found_is_told_once():
    both = merged(
        [
            result(FREE_THREADED, Verdict.FAIL, finding("x", FREE_THREADED)),
            result(GIL_310, Verdict.FAIL, finding("x", GIL_310)),
        ]
    )
    (only,) = both.findings
    assert only.trace.model == FREE_THREADED
    assert only.models == ((FREE_THREADED, True), (GIL_310, True), (GIL, True))


def test_the_first_model_that_fails_is_shown():
    both = merged([FREE_PASS, result(GIL_310, Verdict.FAIL, finding("x", GIL_310))])
    assert both.verdict is Verdict.FAIL
    assert [each.trace.model for each in both.findings] == [GIL_310]
