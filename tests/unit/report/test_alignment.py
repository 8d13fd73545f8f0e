from dataclasses import replace

import report_builders as build

from treadle.model.trace import Action
from treadle.report.alignment import aligned


def test_a_trace_beside_itself():
    trace = build.bank_trace()
    assert aligned(trace, trace) == [(n, n, True) for n in range(1, 11)]


def test_beside_a_schedule_without_the_preemption():
    failing = build.bank_trace()
    own = [
        step
        for step in failing.steps
        if step.task == 1 and step.action not in {Action.SUSPEND, Action.RESUME}
    ]
    others = [step for step in failing.steps if step.task == 2]
    passing = replace(
        failing, steps=tuple(replace(step, number=n) for n, step in enumerate([*own, *others], 1))
    )
    rows = aligned(failing, passing)
    assert rows[:2] == [(1, 1, True), (2, 2, True)]
    assert next(row for row in rows if not row[2])[0] == 3
    assert [mine for mine, _, _ in rows if mine] == list(range(1, 11))
    assert [theirs for _, theirs, _ in rows if theirs] == list(range(1, 9))
