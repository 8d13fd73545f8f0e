"""Different functions get different advice, and the advice has its figures from the measurement."""

from __future__ import annotations

import dataclasses
import re

import gil_builders as build
import pytest

from treadle.gil.advice import best_mode, recommendation


def advice(*measured):
    text = recommendation(build.figures(*measured))
    assert len(re.findall(r"\.(?= [A-Z]|$)", text)) == 2, "two sentences"
    return text


def test_a_function_that_computes_in_python_gets_processes():
    assert advice(build.CPU_BOUND) == (
        "Use processes: 2 workers made 1.9 times as many calls a second as one call after the other on "
        "3.11.7 (threads 1.0 times). It computes for 100% of its time and holds the GIL for 99%; starting "
        "2 processes took 30 ms and sending a call there and back 200 us, which pays from about 1 call on."
    )


def test_a_function_that_waits_gets_threads():
    assert advice(build.IO_BOUND) == (
        "Use threads: 4 workers made 4.0 times as many calls a second as one call after the other on 3.11.7 "
        "(processes 3.9 times). It computes for 1% of its time and holds the GIL for 1%; starting 4 threads "
        "took 400 us."
    )


def test_a_function_that_computes_without_the_gil_gets_threads_and_is_told_apart():
    text = advice(build.RELEASING)
    assert text.startswith("Use threads: 4 workers made 1.9 times")
    assert "computes for 100% of its time and holds the GIL for 3%" in text


def test_the_three_are_told_apart():
    assert len({advice(build.CPU_BOUND), advice(build.IO_BOUND), advice(build.RELEASING)}) == 3


def test_a_free_threaded_interpreter_that_does_as_well_is_mentioned():
    text = advice(build.CPU_BOUND, build.FREE_THREADED)
    assert text.startswith("Use processes")
    assert text.endswith("and threads on 3.13.5t gave 1.9 times.")


def test_what_cannot_be_sent_is_sent_to_the_free_threaded_interpreter():
    refused = build.processes(refusal="its result cannot be sent there (TypeError: no)")
    here = build.measured(build.threads(1.0, 1.0, 1.0), refused, 0.99)
    text = advice(here, build.FREE_THREADED)
    assert text.startswith("Use threads on 3.13.5t, where 4 workers made 1.9 times")
    assert "its result cannot be sent there (TypeError: no)" in text


def test_nothing_helps():
    refused = build.processes(refusal="the function cannot be sent there (PicklingError: no)")
    text = advice(build.measured(build.threads(1.0, 1.0, 1.1), refused, 0.98))
    assert text == (
        "Leave it serial: on 3.11.7 nothing was faster (threads 1.1 times), and processes are not possible, "
        "because the function cannot be sent there (PicklingError: no). It computes for 100% of its time and "
        "holds the GIL for 98%."
    )


def test_a_way_that_loses_changes_is_not_advised():
    lost = build.processes(1.0, 1.9, 1.9, lost=("counter",))
    text = advice(build.measured(build.threads(1.0, 1.0, 1.0), lost, 0.98, changed=("counter",)))
    assert text.startswith("Leave it serial")
    assert "processes would lose its changes to counter" in text


def test_a_busy_machine_gives_no_advice():
    text = advice(dataclasses.replace(
        build.CPU_BOUND, alone=dataclasses.replace(build.CPU_BOUND.alone, starved=0.6)
    ))  # fmt: skip
    assert text.startswith("Other programs had the processors for 60% of the time")
    assert "Use" not in text


@pytest.mark.parametrize(
    ("threads", "processes", "sub", "best"),
    [
        ((1.0, 1.9), (1.0, 2.0), (1.0, 1.9), "threads"),
        ((1.0, 1.0), (1.0, 1.9), (1.0, 1.8), "subinterpreters"),
        ((1.0, 1.0), (1.0, 1.9), (0.9, 1.3), "processes"),
        ((1.0, 1.1), (1.0, 1.15), (0.9, 1.0), None),
    ],
)
def test_the_simplest_of_what_is_about_as_fast(threads, processes, sub, best):
    measured = build.measured(
        build.threads(*threads),
        build.processes(*processes),
        0.5,
        sub=build.mode("subinterpreters", *sub),
    )
    found = best_mode(measured)
    assert (None if found is None else found.name) == best
