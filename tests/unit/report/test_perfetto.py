"""The trace events: tracks, slices that fit into one another, arrows."""

import itertools
import json
from collections import defaultdict

import report_builders as build
from hypothesis import given, settings
from trace_strategies import traces

from treadle.report.perfetto import STEP, render_perfetto


def events_of(trace):
    return json.loads(render_perfetto(trace, "title"))["traceEvents"]


def names(events, kind="thread_name"):
    return {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == kind}


def slices(events, category):
    return [
        (e["tid"], e["name"], e["ts"] // STEP + 1, e["dur"] // STEP)
        for e in events
        if e.get("cat") == category and e["ph"] == "X"
    ]


def test_one_track_for_each_thread():
    events = events_of(build.bank_trace())
    assert names(events) == {(1, 1): "main", (1, 2): "T1 deposit", (1, 3): "T2 withdraw"}
    steps = slices(events, "step")
    assert [(tid - 1, number) for tid, _, number, _ in steps] == [
        (step.task, step.number) for step in build.bank_trace().steps
    ]
    assert steps[1] == (2, "reads bal as 0", 2, 1)


def test_locks_are_slices_on_tracks_of_their_own():
    events = events_of(build.lock_cycle_trace())
    tracks = {name: track for (process, track), name in names(events).items() if process == 2}
    assert sorted(tracks) == ["A.lock", "B.lock"]
    assert slices(events, "lock") == [
        (tracks["A.lock"], "held by T1", 6, 7),
        (tracks["B.lock"], "held by T2", 9, 4),
    ]


def test_waits_are_slices_after_the_step_that_began_them():
    blocked = slices(events_of(build.lock_cycle_trace()), "blocked")
    assert blocked == [(1, "waits for T1", 5, 8), (3, "waits for A.lock", 11, 2)]


def test_an_arrow_leads_from_the_write_to_the_read():
    events = [e for e in events_of(build.bank_assert_trace()) if e.get("cat") == "value"]
    assert [(e["ph"], e["tid"], e["ts"] // STEP + 1) for e in events] == [
        ("s", 2, 13),
        ("f", 1, 18),
    ]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(trace=traces())
def test_slices_of_a_track_never_overlap(trace):
    tracks = defaultdict(list)
    for event in events_of(trace):
        assert {"ph", "name", "pid", "tid", "ts"} <= event.keys()
        if event["ph"] == "X":
            assert event["dur"] > 0
            tracks[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    for spans in tracks.values():
        spans.sort()
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
