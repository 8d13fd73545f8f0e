"""Five idioms that any treatment of timeouts must get right, after those of Fray's tests.

Each is checked under both policies. A finding that needs a timeout to fire early says so; what is found
without one does not.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

EARLY = "It happens only if the timeout fires early"

SLEEP_LONG_ENOUGH = """
import threading, time
flag = []
t = threading.Thread(target=lambda: flag.append(1))
t.start()
time.sleep(1000)
assert flag
t.join()
"""

POLL_UNTIL_DONE = """
import threading, time
class State: done = False; running = True
def work():
    while State.running:
        State.done = True
        time.sleep(0.5)
State.done, State.running = False, True
t = threading.Thread(target=work)
t.start()
while not State.done:
    time.sleep(1)
State.running = False
t.join()
"""

WAIT_FOR_WHAT_COMES_LATER = """
import threading, time
class State: done = False; running = True
def work():
    while State.running:
        pass
    State.done = True
State.done, State.running = False, True
t = threading.Thread(target=work)
t.start()
while not State.done:
    time.sleep(1)
State.running = False
t.join()
"""

SHORT_WAIT_BEFORE_LONG_SLEEP = """
import threading, time
latch = threading.Event()
class State: passed = None
def work():
    State.passed = latch.wait(0.001)
State.passed = None
t = threading.Thread(target=work)
t.start()
time.sleep(1)
assert State.passed is not True
latch.set()
t.join()
"""

POLL_UNTIL_A_DEADLINE = """
import threading, time
class State: ready = False
def until(condition, timeout):
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > timeout:
            return False
    return True
State.ready = False
def work():
    State.ready = True
t = threading.Thread(target=work)
t.start()
assert until(lambda: State.ready, 60)
t.join()
assert not until(lambda: not State.ready, 60)
"""


@pytest.fixture
def check(tmp_path):
    """Checks a program's text: the JSON document of the check, and whether its findings replay."""

    def treadle(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "treadle", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def check(text, *arguments):
        (tmp_path / "p.py").write_text(text)
        result = json.loads(treadle("check", "p.py", "--json", *arguments).stdout)
        for finding in result["findings"]:
            assert treadle("replay", finding["schedule"], "--target", "p.py").returncode == 1
        return result

    return check


def kinds(result):
    return [finding["kind"] for finding in result["findings"]]


def test_a_sleep_that_is_long_enough(check):
    quiescent = check(SLEEP_LONG_ENOUGH)
    assert (quiescent["verdict"], quiescent["complete"]) == ("pass", True)
    (assumed,) = quiescent["assumptions"]
    assert "--timeouts eager" in assumed
    eager = check(SLEEP_LONG_ENOUGH, "--timeouts", "eager")
    assert "assumptions" not in eager
    assert kinds(eager) == ["assertion"]
    assert EARLY in eager["findings"][0]["why"]


def test_without_a_timeout_nothing_is_assumed_of_it(check):
    text = SLEEP_LONG_ENOUGH.replace("time.sleep(1000)", "t.join()")
    assert "assumptions" not in check(text)


@pytest.mark.parametrize("policy", ["quiescent", "eager"])
def test_a_loop_that_polls_until_the_other_is_done(check, policy):
    arguments = ("--timeouts", policy, "--max-executions", "200")
    assert kinds(check(POLL_UNTIL_DONE, *arguments)) == []


@pytest.mark.parametrize("policy", ["quiescent", "eager"])
def test_a_loop_that_waits_for_what_comes_after_it(check, policy):
    arguments = ("--timeouts", policy, "--max-executions", "5", "--max-steps", "20000")
    result = check(WAIT_FOR_WHAT_COMES_LATER, *arguments)
    assert kinds(result) == ["livelock"]
    assert EARLY not in result["findings"][0]["why"]


@pytest.mark.parametrize("policy", ["quiescent", "eager"])
def test_a_short_wait_ends_before_a_long_sleep(check, policy):
    assert kinds(check(SHORT_WAIT_BEFORE_LONG_SLEEP, "--timeouts", policy)) == []


def test_the_other_way_round_it_does_not(check):
    text = SHORT_WAIT_BEFORE_LONG_SLEEP.replace("wait(0.001)", "wait(2)")
    text = text.replace("State.passed is not True", "State.passed is False")
    assert kinds(check(text)) == ["assertion"]


@pytest.mark.parametrize("policy", ["quiescent", "eager"])
def test_a_loop_that_looks_at_the_clock_ends(check, policy):
    arguments = ("--timeouts", policy, "--max-executions", "60")
    assert kinds(check(POLL_UNTIL_A_DEADLINE, *arguments)) == []


def test_a_failure_without_an_early_timeout_does_not_blame_one(check):
    text = SLEEP_LONG_ENOUGH.replace("append(1)", "append(1 / 0)")
    result = check(text, "--timeouts", "eager")
    whys = {finding["kind"]: finding["why"] for finding in result["findings"]}
    assert EARLY not in whys["exception"]


RETRY_UNTIL_A_DEADLINE = """
import threading, time
class State: turn = 0
def work():
    end = time.monotonic() + 5
    while time.monotonic() < end:
        State.turn += 1
        time.sleep(0.001)
threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
"""


def test_a_loop_that_waits_for_its_time_is_long_and_no_livelock(check):
    arguments = ("--max-executions", "2", "--max-steps", "2000")
    result = check(RETRY_UNTIL_A_DEADLINE, *arguments)
    assert (kinds(result), result["verdict"]) == ([], "inconclusive")
    assert any("--max-steps" in reason for reason in result["incomplete_because"])
    endless = RETRY_UNTIL_A_DEADLINE.replace("time.monotonic() < end", "State.turn >= 0")
    assert kinds(check(endless, *arguments)) == ["livelock"]
