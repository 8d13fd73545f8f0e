"""The same programs under each model of the interpreter: what can happen, and that it replays."""

import pytest

from treadle.api import CheckOptions, check_target, replay_target
from treadle.model.interpreter import FREE_THREADED, GIL, GIL_310
from treadle.model.schedule import Schedule

PROGRAM = """
import threading
from collections import UserDict
from fractions import Fraction


class Shared:
    bal = 0

    @property
    def balance(self):
        return self.bal

    def get(self):
        return self.bal


lock = threading.Lock()
event = threading.Event()
items = UserDict()


def nothing():
    pass


{update}


def run():
    s = Shared()
    s.bal = {start}
    items["bal"] = 0
    threads = [threading.Thread(target=update, args=(s,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {result}
"""

LOST = {FREE_THREADED, GIL, GIL_310}
UPDATES = {
    "plain": ("x = s.bal\n    s.bal = x + 1", {FREE_THREADED}),
    "augmented": ("s.bal += 1", {FREE_THREADED}),
    "call of C": ("x = s.bal\n    len('')\n    s.bal = x + 1", LOST),
    "call of Python": ("x = s.bal\n    nothing()\n    s.bal = x + 1", LOST),
    "read in a call": ("x = s.get()\n    s.bal = x + 1", {FREE_THREADED, GIL_310}),
    "read by a property": ("s.bal = s.balance + 1", {FREE_THREADED}),
    "branch": ("x = s.bal\n    if x < 0:\n        return\n    s.bal = x + 1", {FREE_THREADED, GIL_310}),
    "loop": ("x = s.bal\n    for _ in (1,): pass\n    s.bal = x + 1", LOST),
    "a free lock taken": ("x = s.bal\n    with lock: s.bal = x + 1", {FREE_THREADED}),
    "a lock used before": ("x = s.bal\n    with lock: pass\n    s.bal = x + 1", LOST),
    "looking at an event": ("x = s.bal\n    event.is_set()\n    s.bal = x + 1", LOST),
    "reading after looking": ("event.is_set()\n    x = s.bal\n    s.bal = x + 1", {FREE_THREADED}),
    "locked": ("with lock: s.bal += 1", set()),
    "a dict of the library": ("items['bal'] += 1", LOST),
    "a number of the library": ("s.bal = s.bal + Fraction(1)", LOST),
    "a number of the library, made before": ("s.bal += one", LOST),
}  # fmt: skip


@pytest.fixture
def target(tmp_path, request):
    body, _ = UPDATES[request.param]
    result = "items['bal']" if "items" in body else "int(s.bal)"
    path = tmp_path / "program.py"
    update = f"one = Fraction(1)\n\n\ndef update(s):\n    {body}"
    path.write_text(PROGRAM.format(update=update, start=0, result=result))
    return request.param, f"{path}::run"


def check_and_replay(target, model):
    options = CheckOptions(model=model)
    result = check_target(target, options)
    tokens = [Schedule.from_token(each.token) for each in result.outcomes]
    traces = [replay_target(target, options, token).trace for token in tokens]
    return result, [dict(trace.observed)["returns"] for trace in traces]


@pytest.mark.parametrize("model", [FREE_THREADED, GIL, GIL_310])
@pytest.mark.parametrize("target", UPDATES, indirect=True)
def test_where_an_update_is_lost(target, model, in_child):
    name, target = target
    result, replayed = in_child(check_and_replay, target, model)
    assert result.complete
    assert result.model == model
    outcomes = [dict(each.observed)["returns"] for each in result.outcomes]
    assert set(outcomes) == ({"2", "1"} if model in UPDATES[name][1] else {"2"})
    assert replayed == outcomes


SPINNING = """
import threading


class S:
    ready = False


def wait():
    while not S.ready:
        pass


def run():
    thread = threading.Thread(target=wait)
    thread.start()
    S.ready = True
    thread.join()
    return "done"
"""


def test_a_thread_that_spins_lets_others_run(tmp_path, check_in_child):
    path = tmp_path / "program.py"
    path.write_text(SPINNING)
    result = check_in_child(f"{path}::run", model=GIL)
    assert {dict(each.observed)["returns"] for each in result.outcomes} == {"'done'"}
    assert not result.findings


NEVER_READY = SPINNING.replace("    S.ready = True\n", "")


def test_a_thread_that_spins_for_ever_is_a_livelock(tmp_path, check_in_child):
    path = tmp_path / "program.py"
    path.write_text(NEVER_READY)
    result = check_in_child(f"{path}::run", model=GIL, max_steps=20_000)
    assert [finding.kind for finding in result.findings] == ["livelock"]


@pytest.mark.parametrize("scheduler", ["random-walk", "pct", "pos", "surw", "delay"])
def test_every_scheduler_knows_the_gil(tmp_path, scheduler, check_in_child):
    path = tmp_path / "program.py"
    body = UPDATES["call of C"][0]
    update = f"def update(s):\n    {body}"
    path.write_text(PROGRAM.format(update=update, start=0, result="s.bal"))
    result = check_in_child(f"{path}::run", model=GIL, scheduler=scheduler, max_executions=200)
    assert {dict(each.observed)["returns"] for each in result.outcomes} == {"1", "2"}
