"""Random traces, such as no engine would give."""

import report_builders as build
from hypothesis import strategies as st

from treadle.explain.why import explain
from treadle.model.finding import FindingKind
from treadle.model.trace import Action, Place, Step, Trace, Waiting

labels = st.sampled_from(
    ["b.bal", "c.bal", "cache", "cache['k']", "q", "T1", "x" * 70, "日本[0]", "]", ""]
)
texts = st.none() | st.sampled_from(
    ["0", "True", "'k'", "a\nb", "\x1b[31m", "größer 日本", "v" * 90, ""]
)
places = st.none() | st.builds(
    Place,
    file=st.sampled_from(["bank.py", "a/long/path/to/some/module.py"]),
    line=st.integers(1, 99_999),
    end_line=st.just(1),
    column=st.just(0),
    end_column=st.just(1),
    function=st.just("f"),
    source=st.sampled_from(["", "x = 1", "\tcall(" + "argument, " * 20 + ")", "s = '日本'"]),
)
numbers = st.integers(0, 5)
steps = st.builds(
    Step,
    number=st.just(0),
    task=numbers,
    action=st.sampled_from(Action),
    place=places,
    resource=labels,
    value=texts,
    previous=texts,
    detail=st.sampled_from(["", "append(3)", "gets from", "heappush", "'k'"]),
    other=st.none() | numbers,
    woken=st.sampled_from([(), (1,), (1, 2, 3)]),
    holders=st.sampled_from([(), (1,), (2, 3)]),
    held=st.sampled_from([(), ("lock",), ("b.lock", "c.lock")]),
    activation=st.integers(0, 2),
    local_before=st.sampled_from([0, 1, 50]),
)
waits = st.builds(
    Waiting,
    task=numbers,
    resource=labels,
    verb=st.sampled_from(["waits for", "joins", "gets from", "sleeps"]),
    place=places,
    holders=st.sampled_from([(), (1,), (2, 3)]),
    held=st.sampled_from([(), (("lock", None),)]),
    why=st.sampled_from(["", "nobody is left"]),
)


@st.composite
def traces(draw, longest=40):
    """Traces that no engine would give."""
    drawn = draw(st.lists(steps, max_size=longest))
    numbered = [
        Step(**{name: getattr(step, name) for name in Step.__slots__} | {"number": number})
        for number, step in enumerate(drawn, 1)
    ]
    tasks = draw(st.integers(1, 6))
    names = [draw(st.sampled_from(["", "deposit", "n" * 60])) for _ in range(tasks - 1)]
    return Trace(
        tasks=build.tasks(*names),
        steps=tuple(numbered),
        token=build.token(),
        preemptions=sum(step.action is Action.SUSPEND for step in numbered),
        waiting=tuple(draw(st.lists(waits, max_size=3, unique_by=lambda wait: wait.task))),
        cycle=draw(st.sampled_from([(), ("T1", "A", "T2", "B", "T1")])),
        observed=(("b.bal", "100"), ("output of T1", "a\nb")),
        output="one\ntwo\n",
    )


@st.composite
def findings(draw):
    """Findings on such traces."""
    trace = draw(traces())
    count = len(trace.steps)
    deciding = draw(st.lists(st.integers(1, count), max_size=4, unique=True)) if count else []
    kind, resource = draw(st.sampled_from(FindingKind)), draw(labels)
    deciding = tuple(sorted(deciding))
    return build.finding(
        kind,
        trace,
        why=explain(kind, trace, resource, deciding),
        resource=resource,
        deciding=deciding,
        exception_type=draw(st.sampled_from(["", "ValueError"])),
        exception_message="b\n" * 50,
        thread="T1",
    )
