"""The lane of the GIL, and the verdict for each family of interpreters."""

import pytest

from treadle.model.interpreter import ALL, FREE_THREADED, GIL, GIL_310
from treadle.model.result import CheckResult, ModelResult, Verdict
from treadle.model.trace import Action, Step, TaskInfo, Trace
from treadle.report.gil import gil_lane
from treadle.report.models import model_verdicts
from treadle.report.view import view_of

TASKS = tuple(
    TaskInfo(number, label, "", label, False, 0 if number else None)
    for number, label in enumerate(["main", "T1", "T2"])
)
STEPS = (
    Step(1, 0, Action.START, other=1),
    Step(2, 0, Action.START, other=2),
    Step(3, 0, Action.BLOCK, resource="T1", detail="joins", eligible=(1, 2)),
    Step(4, 1, Action.BEGIN),
    Step(5, 1, Action.SUSPEND, detail="after print()", eligible=(2,)),
    Step(6, 2, Action.BEGIN),
    Step(7, 2, Action.YIELD, eligible=(1,)),
    Step(8, 1, Action.RESUME),
    Step(9, 1, Action.RAISE, value="ValueError: no", eligible=(2,)),
    Step(10, 2, Action.TERMINATE, eligible=(0,)),
    Step(11, 0, Action.TERMINATE),
)


def lane(model, width=80):
    trace = Trace(TASKS, STEPS, "token", 1, model=model)
    return gil_lane(view_of(trace, None, width=width, color=False, verbose=0))


def test_who_holds_the_gil_who_could_and_why_it_is_released():
    assert lane(GIL) == [
        "The GIL",
        " step  holds the GIL  eligible   releases it",
        "  1-3  main           T1 and T2  blocking call: joins T1",
        "  4-5  T1             T2         eval breaker, after print()",
        "  6-7  T2             T1         lets others run: it only waits for something to",
        "                                 change",
        "  8-9  T1             T2         terminates by an exception",
        "   10  T2             main       terminates",
        "   11  main           -          terminates",
    ]
    assert max(map(len, lane(GIL, 60))) <= 60


def test_there_is_no_lane_without_a_gil():
    assert lane(FREE_THREADED) == []


def result(*models, model=ALL):
    return CheckResult(
        "bank.py", model, "portfolio", Verdict.PASS, True, (), None, 6, 0, 0.1, 3, 9, (), (), (), 0,
        models=models,
    )  # fmt: skip


BREAKS = ModelResult(FREE_THREADED, Verdict.FAIL, True, 6, 1)


@pytest.mark.parametrize(
    ("gil", "line"),
    [
        (ModelResult(GIL_310, Verdict.PASS, True, 2, None), "safe       all 2 schedules explored"),
        (
            ModelResult(GIL_310, Verdict.PASS, True, 1, None),
            "safe       the only schedule explored",
        ),
        (ModelResult(GIL_310, Verdict.FAIL, True, 9, 0), "breaks     0 preemptions"),
        (
            ModelResult(GIL_310, Verdict.INCONCLUSIVE, False, 50, None),
            "not known  no failure in 50 schedules, not all were explored",
        ),
    ],
)
def test_a_line_for_each_family(gil, line):
    assert model_verdicts(result(BREAKS, gil), 120) == [
        "By interpreter",
        "  CPython up to 3.9           breaks     1 preemption",
        f"  CPython 3.10+ with the GIL  {line}",
        "  free-threaded 3.13t, 3.14t  breaks     1 preemption",
    ]


def test_versions_after_310_have_a_line_where_they_were_explored_by_themselves():
    only_310 = ModelResult(GIL_310, Verdict.FAIL, True, 9, 1)
    later = ModelResult(GIL, Verdict.PASS, True, 4, None)
    assert model_verdicts(result(BREAKS, only_310, later), 120) == [
        "By interpreter",
        "  CPython up to 3.9           breaks     1 preemption",
        "  CPython 3.10                breaks     1 preemption",
        "  CPython 3.11+ with the GIL  safe       all 4 schedules explored",
        "  free-threaded 3.13t, 3.14t  breaks     1 preemption",
    ]


def test_a_family_that_was_not_explored_is_left_out():
    lines = model_verdicts(result(BREAKS), 80)
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "CPython up to 3.9",
        "free-threaded 3.13t, 3.14t",
    ]


def test_a_single_model_is_named_unless_it_is_the_default():
    assert model_verdicts(result(model=FREE_THREADED), 80) == []
    assert "--model gil" in " ".join(model_verdicts(result(model=GIL), 200))
