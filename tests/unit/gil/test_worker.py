"""What runs in the measured interpreter, here in this one: the form of its answers, never their size."""

from __future__ import annotations

import sys

import pytest

from treadle.gil.figures import Interpreter
from treadle.gil.runner import WorkerError, WorkerRunner
from treadle.gil.worker.main import answer, describe, has_gil
from treadle.gil.worker.measure import measure_pool
from treadle.gil.worker.pools import RefusedError, subinterpreters
from treadle.gil.worker.share import Times, calibrate, share_of
from treadle.gil.worker.target import LoadError, Work, changed

PROGRAM = """
counter = 0
class Store: items = []
def plain(n=1): return n
def count():
    global counter
    counter += 1
def store(): Store.items.append(1)
def unsendable(): return lambda: 1
def failing(): raise KeyError("k")
def make():
    def inner(): return 1
    return inner
inner = make()
"""


@pytest.fixture
def work(tmp_path, monkeypatch, request):
    """Makes the work of a function of a module with a name of its own."""
    name = f"gil_program_{abs(hash(request.node.name))}"
    path = tmp_path / f"{name}.py"
    path.write_text(PROGRAM)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def made(function, args=(), module=name):
        return Work({
            "path": str(path), "module": module, "function": function, "args": args, "kwargs": {}
        })  # fmt: skip

    yield made
    sys.modules.pop(name, None)


def test_share_of_the_time_with_the_gil():
    assert share_of(blocked=1.0, cpu=1.0, starved=0.0, alone=1.0) == 1.0
    assert share_of(blocked=0.5, cpu=1.0, starved=0.0, alone=1.0) == 0.5
    assert share_of(blocked=0.0, cpu=0.0, starved=0.0, alone=1.0) == 0.0
    assert share_of(blocked=3.0, cpu=1.0, starved=0.0, alone=1.0) == 1.0
    assert share_of(blocked=2.0, cpu=1.0, starved=1.0, alone=1.0) == 1.0, "half of it starved"
    assert share_of(blocked=-0.1, cpu=1.0, starved=0.0, alone=1.0) == 0.0
    assert share_of(blocked=1.0, cpu=1.0, starved=0.0, alone=0.0) == 0.0


def test_times_add_up():
    times = Times().end()
    assert times.elapsed >= 0
    assert times.cpu >= 0
    assert 0 <= times.active <= times.elapsed


def test_changed_names():
    assert changed({"a": b"1", "b": b"1"}, {"a": b"2", "b": b"1", "c": b"1"}) == ["a", "c"]
    assert changed({"a": b"1"}, {"a": None}) == []


def test_a_call_is_seen_to_change_globals_and_class_attributes(work):
    for function, name in (("count", "counter"), ("store", "Store.items")):
        made = work(function)
        before = made.state()
        made.call()
        assert changed(before, made.state()) == [name]
    made = work("plain")
    before = made.state()
    assert made.call() == 1
    assert changed(before, made.state()) == []


def test_calibrating_calls_often_enough(work):
    calls, times = calibrate(work("plain"), 0.0)
    assert calls == 1
    assert times.elapsed > 0


def test_what_cannot_be_loaded(work, tmp_path):
    with pytest.raises(LoadError, match="has no nothing"):
        work("nothing")
    with pytest.raises(LoadError, match="counter is not a function"):
        work("counter")
    (tmp_path / "broken_gil_program.py").write_text("1 / 0\n")
    with pytest.raises(LoadError, match="cannot be imported: ZeroDivisionError"):
        work("f", module="broken_gil_program")


@pytest.mark.parametrize("mode", ["threads", "processes"])
def test_the_form_of_a_measurement(work, mode):
    told = measure_pool(work("plain", (3,)), mode, [1, 2], 0.0)
    assert told["refusal"] == ""
    assert [point["workers"] for point in told["points"]] == [1, 2]
    for point in told["points"]:
        assert point["seconds"] > 0
        assert point["serial"] > 0
        assert point["start"] >= 0
    assert told["transfer"] > 0
    assert (told["bytes"] > 0) is (mode == "processes")


def test_changes_made_in_a_process_are_lost_and_those_of_threads_are_not(work):
    assert measure_pool(work("count"), "threads", [1], 0.0)["lost"] == []
    assert measure_pool(work("count"), "processes", [1], 0.0)["lost"] == ["counter"]


def test_why_it_cannot_be_sent(work):
    told = measure_pool(work("unsendable"), "processes", [1], 0.0)
    assert told["refusal"].startswith("its result cannot be sent there (")
    told = measure_pool(work("inner"), "processes", [1], 0.0)
    assert told["refusal"].startswith("the function cannot be sent there (")
    assert measure_pool(work("unsendable"), "threads", [1], 0.0)["refusal"] == ""


def test_subinterpreters_where_there_are_none():
    if sys.version_info >= (3, 13):
        with subinterpreters(1) as pool:
            assert pool.submit(abs, -3).result() == 3
    else:
        with pytest.raises(RefusedError, match=r"need Python 3\.13 or later"):
            subinterpreters(1)


def test_the_probe(work, tmp_path):
    request = {"path": None, "module": work("plain").module_name, "args": "()", "kwargs": "{}"}
    told = answer({**request, "function": "plain", "what": "probe", "seconds": 0.001})
    assert set(told) == {"serial", "busy", "starved", "share", "changed"}
    assert (told["share"] is None) is not has_gil()
    told = answer({**request, "function": "failing", "what": "probe", "seconds": 0.001})
    assert told == {"error": "failing fails when it is called: KeyError: 'k'"}


def test_a_worker_process_answers(tmp_path):
    path = tmp_path / "noisy.py"
    path.write_text("def f():\n    print('noise')\n    return 1\n")
    request = {
        "what": "threads", "path": str(path), "module": "noisy", "function": "f", "args": "()",
        "kwargs": "{}", "workers": [1], "seconds": 0.0,
    }  # fmt: skip
    with WorkerRunner() as runner:
        here = runner.describe(sys.executable)
        assert here == Interpreter(sys.executable, **describe())
        assert runner.ask(here, request)["refusal"] == ""


def test_workers_that_do_not_answer(tmp_path):
    path = tmp_path / "ends.py"
    path.write_text(
        "import os, threading\ndef f(): os._exit(3)\ndef g(): threading.Event().wait()\n"
    )
    request = {
        "what": "probe", "path": str(path), "module": "ends", "args": "()", "kwargs": "{}",
        "workers": [1], "seconds": 0.0,
    }  # fmt: skip
    here = Interpreter(sys.executable, **describe())
    with WorkerRunner() as runner, pytest.raises(WorkerError, match="it ended with: exit code 3"):
        runner.ask(here, {**request, "function": "f"})
    with WorkerRunner(0.5) as runner, pytest.raises(WorkerError, match=r"within 0\.5 seconds"):
        runner.ask(here, {**request, "function": "g"})
    with WorkerRunner() as runner:
        with pytest.raises(WorkerError, match="cannot be started"):
            runner.describe(str(tmp_path))
