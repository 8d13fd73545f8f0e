"""A test of CPython's that was not really run has not passed."""

import unittest

import pytest
from conformance_suite.execution import run

from treadle.interpose.patch import install, uninstall
from treadle.schedulers.base import Scheduler


@pytest.fixture(autouse=True)
def installed():
    install()
    yield
    uninstall()


class Case(unittest.TestCase):
    __test__ = False

    def test_passes(self):
        assert True

    def test_fails(self):
        self.fail("on purpose")

    @unittest.skip("on purpose")
    def test_is_skipped(self):
        raise AssertionError


class NeverRun(Case):
    def run(self, result=None):
        return result


class Broken(Case):
    def run(self, result=None):
        raise AttributeError("the runner is wrong")


@pytest.mark.parametrize(
    ("test", "status", "details"),
    [
        (Case("test_passes"), "passed", ""),
        (Case("test_fails"), "failed", "AssertionError: on purpose"),
        (Case("test_is_skipped"), "skipped", "on purpose"),
        (NeverRun("test_passes"), "failed", "it did not run"),
        (Broken("test_passes"), "failed", "AttributeError('the runner is wrong')"),
    ],
)
def test_how_a_test_ended(test, status, details):
    result = run(test, Scheduler())
    assert result.status == status
    assert details in result.details
