"""The lists of tests that do not pass are strict both ways."""

import pytest
from conformance_suite.catalogue import SUITES
from conformance_suite.lists import DEVIATION, Entry, judge, listed
from conformance_suite.running import Outcome

DEVIATES = {"A.test": Entry(DEVIATION, "because")}
FORKS = {"A.test": Entry("fork", "because")}


def outcome(status, details="", steps=9, test="A.test"):
    return Outcome(test, status, details, steps, "round robin", 0.1)


def test_what_passes():
    verdict = judge([outcome("passed"), outcome("passed", steps=1)], {})
    assert (verdict.passed, verdict.not_exercised, verdict.problems) == (2, 1, [])


def test_what_is_listed_and_does_not_pass():
    verdict = judge([outcome("deadlock")], DEVIATES)
    assert (verdict.passed, verdict.deviations, verdict.problems) == (0, 1, [])
    verdict = judge([outcome("out of scope", "fork")], FORKS)
    assert (verdict.passed, verdict.out_of_scope, verdict.problems) == (0, {"fork": 1}, [])
    assert not judge([outcome("hung", "a traceback")], FORKS).problems


@pytest.mark.parametrize("entries", [DEVIATES, FORKS])
def test_what_is_listed_and_passes(entries):
    (problem,) = judge([outcome("passed")], entries).problems
    assert problem.startswith("A.test passes, and is listed")


@pytest.mark.parametrize(
    "status", ["failed", "deadlock", "hung", "crashed", "skipped", "out of scope"]
)
def test_what_is_not_listed_and_does_not_pass(status):
    (problem,) = judge([outcome(status, "what happened")], {}).problems
    assert problem == f"A.test: {status} under round robin\nwhat happened"


def test_what_is_of_another_kind():
    (problem,) = judge([outcome("out of scope", "C API")], FORKS).problems
    assert problem == "A.test is listed as fork, and is: C API"
    (problem,) = judge([outcome("skipped", "no reason")], FORKS).problems
    assert problem == "A.test is listed as fork, and is: skipped"


def test_what_is_listed_and_does_not_exist():
    (problem,) = judge([outcome("passed", test="A.other")], FORKS).problems
    assert problem == "A.test is listed, and there is no such test"


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("suite", SUITES)
def test_every_entry_has_a_kind_and_a_reason(suite, version):
    assert all(entry.kind and entry.reason for entry in listed(suite, version).values())
