"""The litmus programs: what is written down is what the search finds, and what this interpreter does."""

import importlib.util
import sys
from pathlib import Path

import pytest

LITMUS = Path(__file__).resolve().parents[2] / "bench" / "litmus"
MODELS = ("free-threaded", "gil", "gil-3.10")


def load(name):
    spec = importlib.util.spec_from_file_location(f"litmus_{name}", LITMUS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


run = load("run")


@pytest.fixture
def modules_put_back(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    saved = dict(sys.modules)
    yield
    for name in set(sys.modules) - set(saved):
        if not name.startswith("treadle"):
            del sys.modules[name]


@pytest.fixture
def programs(modules_put_back):
    return run.programs()


def test_there_are_enough(programs):
    assert len(programs) >= 25
    for program in programs.values():
        assert program.__doc__
        assert program.allowed("gil") <= program.allowed("free-threaded")
        assert program.allowed("gil-3.10") <= program.allowed("free-threaded")
        assert program.allowed("gil") <= program.allowed("gil-3.10")


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_what_is_written_down_is_what_the_search_finds(programs, model):
    searched = run.search(list(programs), [model])
    wrong = {
        name: (is_complete, set(found))
        for (name, _), (is_complete, found) in searched.items()
        if not is_complete or set(found) != programs[name].allowed(model)
    }
    assert wrong == {}


@pytest.mark.slow
def test_this_interpreter_stays_inside_its_model(programs):
    me = run.interpreters([sys.executable])
    (here,) = (each for each in me if each.version == sys.version.split()[0])
    names = [name for name, program in programs.items() if here.has_gil or not program.torn_by]
    seen = run.observe(here, names, 0.01)
    outside = {
        name: set(counts) - programs[name].allowed(here.model)
        for name, counts in seen.items()
        if set(counts) - programs[name].allowed(here.model)
    }
    assert outside == {}
    assert set(seen) == set(names)


def test_an_outcome_that_no_model_allows_is_a_mistake(programs, monkeypatch, capsys):
    name = "updates:CallOfC"
    monkeypatch.setattr(programs[name], "GIL", {"0"})
    monkeypatch.setattr(programs[name], "FREE_THREADED", {"0"})
    monkeypatch.setattr(run, "programs", lambda: programs)
    monkeypatch.setattr(
        run, "interpreters", lambda more: [run.Interpreter("python", "3.12.1", True)]
    )
    monkeypatch.setattr(run, "observe", lambda *_: {name: {"2": 3, "0": 1}})
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "CallOfC", "--no-search"])
    assert run.main() == 1
    said = capsys.readouterr().out
    assert "2: 3 FORBIDDEN" in said
    assert "MISTAKE  updates:CallOfC on CPython 3.12.1: 2 was observed" in said


@pytest.mark.parametrize(
    ("version", "has_gil", "model"),
    [
        ("3.6.15", True, "free-threaded"),
        ("3.9.18", True, "free-threaded"),
        ("3.10.13", True, "gil-3.10"),
        ("3.11.7", True, "gil"),
        ("3.13.0", True, "gil"),
        ("3.13.5", False, "free-threaded"),
    ],
)
def test_the_model_of_an_interpreter(version, has_gil, model):
    assert run.Interpreter("python", version, has_gil).model == model
