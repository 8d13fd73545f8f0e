"""The project's modules are rewritten as they are imported; nothing else changes."""

import importlib
import importlib.machinery
import importlib.util
import inspect
import marshal
import sys
from pathlib import Path

import pytest

from treadle.instrument.imports import FollowingLoader, RewritingLoader
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.rewrite import is_instrumented
from treadle.instrument.scope import Scope


@pytest.fixture
def project(tmp_path, monkeypatch, modules_put_back):
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.fixture
def instrumenter(recorder, project):
    return Instrumenter(Scope([], [], [project]), recorder.hooks)


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    importlib.invalidate_caches()
    return path


def test_a_module_of_the_project(project, instrumenter, recorder):
    path = write(
        project,
        "imp_one.py",
        '"""Doc."""\nfrom textwrap import dedent\ndef f(o):\n    return o.real\n',
    )
    with instrumenter.import_hook():
        module = importlib.import_module("imp_one")
    assert module.f(4) == 4
    assert [e.site.filename for e in recorder.events] == [str(path)]
    assert recorder.events[0].site.module == "imp_one"
    assert module.__doc__ == "Doc."
    assert isinstance(module.__loader__, RewritingLoader)
    assert module.__spec__.origin == str(path)
    assert inspect.getsource(module.f) == "def f(o):\n    return o.real\n"
    assert instrumenter.project_files == {"imp_one": str(path)}
    assert not is_instrumented(module.dedent.__code__)


def test_packages_and_relative_imports(project, instrumenter):
    write(project, "imp_pkg/__init__.py", "from .inner import f\nfrom . import data\n")
    write(project, "imp_pkg/inner.py", "def f(o): return o.real\n")
    write(project, "imp_pkg/data/__init__.py", "")
    with instrumenter.import_hook():
        module = importlib.import_module("imp_pkg")
    assert is_instrumented(module.f.__code__)
    assert set(instrumenter.project_files) == {"imp_pkg", "imp_pkg.inner", "imp_pkg.data"}


def test_globals_that_functions_store_are_shared(project, instrumenter, recorder):
    write(project, "imp_globals.py", "n = 0\nk = 1\ndef f():\n    global n\n    n = n + k\n")
    with instrumenter.import_hook():
        module = importlib.import_module("imp_globals")
    assert recorder.only("load_global", "store_global") == []
    module.f()
    assert [(e.hook, e.site.name) for e in recorder.events if "global" in e.hook] == [
        ("load_global", "n"),
        ("store_global", "n"),
    ]


def test_the_bytecode_cache_keeps_the_original(project, instrumenter, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = write(project, "imp_cached.py", "def f(o): return o.real\n")
    for _ in range(2):  # written, then read
        sys.modules.pop("imp_cached", None)
        with instrumenter.import_hook():
            module = importlib.import_module("imp_cached")
        assert is_instrumented(module.f.__code__)
        cached = Path(importlib.util.cache_from_source(str(path)))
        code = marshal.loads(cached.read_bytes()[16:])
        assert not is_instrumented(code)


def test_importing_again_costs_no_second_rewrite(project, instrumenter):
    write(project, "imp_again.py", "def f(o): return o.real\n")
    with instrumenter.import_hook():
        one = importlib.import_module("imp_again")
        del sys.modules["imp_again"]
        other = importlib.import_module("imp_again")
    assert one is not other
    assert one.f.__code__ is other.f.__code__


def test_changed_source_is_rewritten_again(project, instrumenter, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    write(project, "imp_changed.py", "def f(o): return o.real\n")
    with instrumenter.import_hook():
        one = importlib.import_module("imp_changed")
        write(project, "imp_changed.py", "def f(o): return o.imag\n")
        other = importlib.reload(one)
    assert other.f(3) == 0
    assert is_instrumented(other.f.__code__)


def test_other_modules_are_left_to_the_other_finders(
    project, instrumenter, tmp_path_factory, monkeypatch
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.syspath_prepend(elsewhere)
    write(elsewhere, "imp_third.py", "def f(o): return o.real\n")
    with instrumenter.import_hook() as hook:
        module = importlib.import_module("imp_third")
        assert hook.find_spec("sys", None).origin == "built-in"
        assert hook.find_spec("no_such_module_anywhere", None) is None
        assert importlib.import_module("colorsys").__loader__ is not hook
    assert not is_instrumented(module.f.__code__)
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader
    assert instrumenter.project_files == {}


def test_namespace_packages(project, instrumenter):
    write(project, "imp_space/inner.py", "def f(o): return o.real\n")
    with instrumenter.import_hook():
        module = importlib.import_module("imp_space.inner")
    assert is_instrumented(module.f.__code__)


def test_another_loader_does_its_work_first(project, instrumenter, monkeypatch):
    path = write(project, "imp_other.py", "def f(o): return o.real\n")

    class Loader(importlib.abc.Loader):
        extra = "shows through"

        def create_module(self, spec):
            return None

        def exec_module(self, module):
            exec(compile("def f(o):\n    return o.imag\n", str(path), "exec"), module.__dict__)

    class Finder:
        def find_spec(self, name, path_, target=None):
            if name == "imp_other":
                return importlib.util.spec_from_file_location(name, path, loader=Loader())

    monkeypatch.setattr(sys, "meta_path", [Finder(), object(), *sys.meta_path])
    with instrumenter.import_hook():
        module = importlib.import_module("imp_other")
    assert module.f(5) == 0
    assert is_instrumented(module.f.__code__)
    assert isinstance(module.__loader__, FollowingLoader)
    assert module.__loader__.extra == "shows through"


def test_a_loader_of_the_old_kind_is_left_alone(project, instrumenter, monkeypatch):
    path = write(project, "imp_old.py", "")
    old = object()

    class Finder:
        def find_spec(self, name, path_, target=None):
            spec = importlib.machinery.ModuleSpec(name, old, origin=str(path))
            spec.has_location = True
            return spec

    monkeypatch.setattr(sys, "meta_path", [Finder()])
    assert instrumenter.import_hook().find_spec("imp_old", None).loader is old


def test_assertion_rewriting_goes_on(project, instrumenter, pytestconfig):
    from _pytest.assertion.rewrite import AssertionRewritingHook

    path = write(project, "test_imp_asserts.py", "def check(o):\n    assert o.real == 2, o\n")
    rewriting = AssertionRewritingHook(pytestconfig)
    rewriting._must_rewrite.add("test_imp_asserts")
    rewriting.mark_rewrite("test_imp_asserts")
    rewriting.fnpats = ["test_*.py"]
    sys.meta_path.insert(0, rewriting)
    try:
        with instrumenter.import_hook():
            module = importlib.import_module("test_imp_asserts")
    finally:
        sys.meta_path.remove(rewriting)
    assert is_instrumented(module.check.__code__)
    assert path.name == "test_imp_asserts.py"
    with pytest.raises(AssertionError, match=r"3[\s\S]*assert 3 == 2"):
        module.check(3)


def test_the_hook_is_installed_once_and_goes_away(instrumenter):
    before = list(sys.meta_path)
    hook = instrumenter.import_hook()
    instrumenter.install()
    instrumenter.install()
    assert sys.meta_path == [hook, *before]
    instrumenter.uninstall()
    instrumenter.uninstall()
    assert sys.meta_path == before
