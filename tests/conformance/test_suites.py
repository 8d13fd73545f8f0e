"""CPython's own suites on our primitives, under round robin and under random schedules."""

import sys

import pytest
from conformance_suite.catalogue import SUITES
from conformance_suite.lists import judge, listed
from conformance_suite.running import run_suite

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.slow
@pytest.mark.timeout(1200)  # the workers have limits of their own, in processor time
@pytest.mark.parametrize("suite", SUITES)
def test_passes_but_for_what_is_listed(suite):
    outcomes = run_suite(suite)
    if not outcomes:
        pytest.skip("this version of Python came without it")
    verdict = judge(outcomes, listed(suite, VERSION))
    assert not verdict.problems, "\n\n".join(verdict.problems)
    assert verdict.passed > verdict.not_exercised
