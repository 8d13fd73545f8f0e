"""From a target and a runner's answers to figures."""

from __future__ import annotations

import sys

import gil_builders as build
import pytest

from treadle.errors import TargetError, UsageError
from treadle.gil.interpreters import chosen, free_threaded
from treadle.gil.measure import measure, processors, worker_counts
from treadle.gil.runner import WorkerError
from treadle.model.scenario import parse_call

POOL = {
    "points": [{"workers": 1, "seconds": 0.05, "serial": 0.1, "start": 0.01}],
    "transfer": 0.001,
    "bytes": 10,
    "refusal": "",
    "lost": ["n"],
}
ANSWERS = {
    "probe": {"serial": 0.1, "busy": 1.0, "starved": 0.0, "share": 0.9, "changed": ["n"]},
    "threads": POOL,
    "processes": WorkerError("it ended with: Killed"),
    "subinterpreters": {"error": "no"},
}


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "work.py"
    path.write_text("def work(*args): pass\n")
    return f"{path}::work"


def test_worker_counts_go_up_to_twice_the_processors():
    assert [worker_counts(n) for n in (1, 2, 3, 4, 6)] == [
        [1, 2],
        [1, 2, 4],
        [1, 2, 4, 6],
        [1, 2, 4, 8],
        [1, 2, 4, 8, 12],
    ]
    assert processors() >= 1


def test_figures_of_all_interpreters(target):
    runner = build.FakeRunner(ANSWERS)
    told = []
    here, there = build.interpreter(), build.interpreter("3.13.0")
    found = measure(target, [here, there], runner, cpus=2, progress=told.append)
    assert [each.interpreter for each in found.measured] == [here, there]
    first = found.measured[0]
    assert (first.alone.share, first.alone.changed) == (0.9, ("n",))
    threads, processes, subinterpreters = first.modes
    assert (threads.best.workers, threads.best.speedup, threads.lost) == (1, 2.0, ("n",))
    assert (processes.refusal, processes.best) == ("it ended with: Killed", None)
    assert subinterpreters.refusal == "no"
    assert told[:2] == ["3.11.7: the function alone", "3.11.7: threads"]
    assert len(runner.asked) == 8


def test_arguments_are_handed_on(target):
    seen = {}

    class Runner(build.FakeRunner):
        def ask(self, interpreter, request):
            seen.update(request)
            return super().ask(interpreter, request)

    measure(target, [build.interpreter()], Runner(ANSWERS), call=parse_call("f(1, x='y')"), cpus=3)
    assert (seen["args"], seen["kwargs"]) == ("(1,)", "{'x': 'y'}")
    assert (seen["module"], seen["function"], seen["workers"]) == ("work", "work", [1, 2, 4, 6])


def test_what_fails_here_is_refused_and_what_fails_elsewhere_is_said(target):
    failing = build.FakeRunner({"probe": {"error": "work fails: TypeError: no"}})
    with pytest.raises(TargetError, match=r"work fails: TypeError: no. Give .* with --args"):
        measure(target, [build.interpreter()], failing)

    class Elsewhere(build.FakeRunner):
        def ask(self, interpreter, request):
            if interpreter.version == "3.8.18":
                raise WorkerError("it ended with: SyntaxError")
            return super().ask(interpreter, request)

    found = measure(
        target, [build.interpreter(), build.interpreter("3.8.18")], Elsewhere(ANSWERS), cpus=1
    )
    assert found.measured[1].error == "it ended with: SyntaxError"


def test_a_script_is_no_function(tmp_path):
    (tmp_path / "p.py").touch()
    with pytest.raises(TargetError, match="names no function; write file.py::function"):
        measure(str(tmp_path / "p.py"), [], build.FakeRunner())


def make_program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return str(path)


def test_named_and_found_interpreters(tmp_path, monkeypatch):
    named = make_program(tmp_path / "bin" / "python3.12")
    found = make_program(tmp_path / "bin" / "python3.13t")
    pyenv = make_program(tmp_path / "pyenv" / "versions" / "3.14.0t" / "bin" / "python")
    liar = make_program(tmp_path / "pyenv" / "versions" / "oddt" / "bin" / "python")
    make_program(tmp_path / "bin" / "python3.13")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert list(free_threaded()) == [found, pyenv, liar]
    described = {
        sys.executable: build.interpreter("3.11.7", path=sys.executable),
        named: build.interpreter("3.12.1", path=named),
        found: build.interpreter("3.13.5", free_threaded=True, path=found),
        liar: build.interpreter("3.13.5", path=liar),
    }
    runner = build.FakeRunner(descriptions=described)
    names = [each.name for each in chosen(["python3.12", found, named], runner)]
    assert names == ["3.11.7", "3.12.1", "3.13.5t"]


def test_interpreters_that_cannot_be_used(tmp_path):
    described = {sys.executable: build.interpreter(path=sys.executable)}
    runner = build.FakeRunner(descriptions=described)
    with pytest.raises(UsageError, match="--python none: there is no such program"):
        chosen(["none"], runner)
    program = make_program(tmp_path / "program")
    with pytest.raises(UsageError, match="is no Python that can be measured: it ended with: no"):
        chosen([program], runner)
