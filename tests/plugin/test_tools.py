"""Hypothesis, pytest-xdist, coverage and the debugger beside the plugin."""

import subprocess
import sys

import pytest

LOSES = """
@pytest.mark.treadle
def test_lose():
    account = Account()
    add_both(account)
    assert account.bal == 50
"""


def test_hypothesis_finds_the_example_and_treadle_the_schedule(bank, section):
    bank.write(
        """
from hypothesis import assume, given, settings, strategies as st

@pytest.mark.treadle
@settings(max_examples=10, derandomize=True, database=None)
@given(st.integers(0, 9), st.integers(0, 9))
def test_lose(x, y):
    assume(x != 7)
    account = Account()
    add_both(account, (x, y))
    assert account.bal == x + y
"""
    )
    result = bank.run("--junitxml=junit.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*test_lose(", "E*x=0,*", "E*y=1,*"])
    lines = section(result)
    assert any("PREEMPTION" in line for line in lines)
    schedule = lines[-1].rpartition(" ")[2]
    assert f'"{schedule.partition("=")[2]}"' in (bank.path / "junit.xml").read_text()
    again = bank.run(schedule)
    again.assert_outcomes(failed=1)


def test_hypothesis_passes_where_nothing_fails(bank):
    bank.write(
        """
from hypothesis import given, settings, strategies as st

class TestBank:
    @pytest.mark.treadle(max_executions=30)
    @settings(max_examples=5, derandomize=True, database=None)
    @given(x=st.integers(0, 9))
    def test_keep(self, x):
        account = Safe()
        add_both(account, (x, x))
        assert account.bal == 2 * x
"""
    )
    bank.run().assert_outcomes(passed=1)


def test_values_drawn_while_the_test_runs_are_refused(bank):
    bank.write(
        """
from hypothesis import given, settings, strategies as st

@pytest.mark.treadle
@settings(database=None)
@given(st.data())
def test_it(data):
    data.draw(st.integers())
"""
    )
    result = bank.run()
    result.stdout.fnmatch_lines(["treadle: A test that draws from data() gets other values *"])


@pytest.mark.slow
def test_xdist_brings_the_stories_home(bank):
    bank.write(LOSES)
    bank.write(LOSES.replace("Account()", "Safe()"), "test_safe")
    result = bank.run("-n", "2", "-v", inside=False)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "  pytest test_bank.py::test_lose --treadle-replay=*",
            "=* treadle =*",
            "test_bank.py::test_lose: AssertionError*",
            "2 tests explored, 2 completely, *",
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize("core", ["ctrace", "pytrace", "sysmon"])
def test_coverage_sees_what_the_threads_execute(bank, monkeypatch, core):
    if core == "sysmon" and sys.version_info < (3, 12):
        pytest.skip("there is no sys.monitoring before Python 3.12")
    bank.write(LOSES)
    monkeypatch.setenv("COVERAGE_CORE", core)
    command = [sys.executable, "-m", "coverage", "run", "--include=bank.py", "-m", "pytest", "-q"]
    subprocess.run(command, cwd=bank.path, check=False, capture_output=True)
    command = [sys.executable, "-m", "coverage", "report", "-m"]
    told = subprocess.run(command, cwd=bank.path, check=True, capture_output=True, text=True).stdout
    # Everything but the methods of Safe, which nobody calls.
    assert next(line for line in told.splitlines() if line.startswith("bank.py")).endswith(
        "20-21, 24-25"
    )


@pytest.mark.slow
def test_the_debugger_stops_at_the_deciding_step(bank):
    bank.write(LOSES)
    commands = b"p amount, balance, self.bal\nn\np self.bal\nc\np account.bal\nc\n"
    command = [sys.executable, "-m", "pytest", "--pdb", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=bank.path, input=commands, capture_output=True, check=False)
    told = done.stdout.decode()
    assert "treadle: before step 12: T1 writes bal = 100" in told
    answers = [line[6:] for line in told.splitlines() if line.startswith("(Pdb) ")]
    # T2 has written and T1 is about to overwrite it; then it has; then pytest stops at the assertion.
    assert [each for each in answers if each[:1] in {"(", "1"}] == ["(100, 0, -50)", "100", "100"]


@pytest.mark.slow
def test_quitting_the_debugger_ends_the_run(bank):
    bank.write(LOSES)
    command = [sys.executable, "-m", "pytest", "--pdb", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=bank.path, input=b"q\n", capture_output=True, check=False)
    told = done.stdout.decode()
    assert "Exit: Quitting debugger" in told
    assert "post_mortem" not in told


@pytest.mark.slow
def test_a_person_who_traces_a_test_sees_it_once(bank):
    bank.write(LOSES)
    command = [sys.executable, "-m", "pytest", "--trace", "-v", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=bank.path, input=b"c\n", capture_output=True, check=False)
    told = done.stdout.decode()
    assert told.count("(Pdb) ") == 1
    assert "1 passed" in told
    assert "explored" not in told
