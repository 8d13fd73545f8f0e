"""Whatever a trace contains, it can be told, within the screen and without disturbing it."""

import re

import report_builders as build
from hypothesis import given, settings
from hypothesis import strategies as st
from trace_strategies import findings, traces

from treadle.explain.layout import cells
from treadle.report.terminal import render_check, render_trace
from treadle.report.view import MAX_ROWS


def check_shape(text, width):
    lines = text.splitlines()
    to_copy = ("treadle replay", build.token())
    told = [line for line in lines if not any(each in line for each in to_copy)]
    assert [line for line in told if cells(line) > width] == []
    assert all(line == line.rstrip() and line.isprintable() for line in lines)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(found=findings(), width=st.integers(40, 130), verbose=st.integers(-1, 2))
def test_any_finding_can_be_reported(found, width, verbose):
    text = render_check(build.result(findings=(found,)), width, verbose=verbose)
    check_shape(text, min(width, 120))
    rules = [n for n, line in enumerate(text.splitlines()) if re.fullmatch(r" -{20,}", line)]
    if verbose == 0 and len(rules) >= 2:
        assert rules[1] - rules[0] - 1 <= MAX_ROWS


@settings(max_examples=100, deadline=None, derandomize=True)
@given(trace=traces(), width=st.integers(40, 130), is_complete=st.booleans())
def test_any_trace_can_be_told(trace, width, is_complete):
    check_shape(render_trace(trace, width=width, is_complete=is_complete), min(width, 120))
