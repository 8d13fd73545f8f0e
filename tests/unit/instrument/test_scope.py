import sys
import sysconfig
from pathlib import Path

import pytest

from treadle.instrument.scope import Category, Scope

STDLIB = Path(sysconfig.get_paths()["stdlib"])
PURELIB = Path(sysconfig.get_paths()["purelib"])


@pytest.fixture
def project(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.py").write_text("")
    return tmp_path


def test_files_under_a_project_root_are_the_projects(project):
    scope = Scope([], [], [project])
    assert scope.category("mine.work", str(project / "mine" / "work.py")) is Category.PROJECT
    assert Scope().category("mine.work", str(project / "mine" / "work.py")) is Category.THIRD_PARTY


def test_a_root_is_not_a_prefix_of_its_neighbour(project):
    scope = Scope([], [], [project / "mine"])
    assert scope.category("other", str(project / "mine2" / "a.py")) is Category.THIRD_PARTY


def test_roots_can_be_added_later(project):
    scope = Scope()
    filename = str(project / "a.py")
    assert scope.category("a", filename) is Category.THIRD_PARTY
    scope.add_project_root(project)
    assert scope.category("a", filename) is Category.PROJECT


def test_relative_file_names(project, monkeypatch):
    monkeypatch.chdir(project)
    assert Scope([], [], ["."]).category("a", "mine/work.py") is Category.PROJECT


@pytest.mark.parametrize(
    ("module", "filename"),
    [
        ("json", str(STDLIB / "json" / "__init__.py")),
        ("sys", None),
        ("os", "<frozen os>"),
        ("json.decoder", None),
        ("unheard_of", None),
        ("unheard_of", "<string>"),
    ],
)
def test_the_standard_library_is_not_rewritten(module, filename):
    category = Scope([], [], ["/"]).category(module, filename)
    assert category is Category.STDLIB
    assert not category.is_instrumented


def test_installed_packages_are_third_party(project):
    scope = Scope([], [], ["/", project])
    assert scope.category("attr", str(PURELIB / "attr" / "x.py")) is Category.THIRD_PARTY
    venv = project / ".venv" / "lib" / "python3.11" / "site-packages" / "attr.py"
    assert scope.category("attr", str(venv)) is Category.THIRD_PARTY


def test_a_folder_filled_by_pip_under_the_project_is_third_party(project):
    target = project / "deps"
    (target / "attrs-1.dist-info").mkdir(parents=True)
    scope = Scope([], [], [project])
    assert scope.category("attr", str(target / "attr" / "make.py")) is Category.THIRD_PARTY
    assert scope.category("mine", str(project / "mine" / "work.py")) is Category.PROJECT


def test_include_brings_in_parts_of_the_standard_library():
    scope = Scope(include=["logging", "unittest.m*"])
    assert scope.category("logging", str(STDLIB / "logging/__init__.py")) is Category.THIRD_PARTY
    assert (
        scope.category("logging.handlers", None) is Category.STDLIB
        or "logging.handlers" in sys.modules
    )
    handlers = str(STDLIB / "logging/handlers.py")
    assert scope.category("logging.handlers", handlers) is Category.THIRD_PARTY
    assert scope.category("unittest.mock", str(STDLIB / "unittest/mock.py")) is Category.THIRD_PARTY
    assert scope.category("unittest.case", str(STDLIB / "unittest/case.py")) is Category.STDLIB
    assert scope.category("logging2", str(STDLIB / "logging2.py")) is Category.STDLIB


def test_include_cannot_bring_in_what_is_frozen():
    assert Scope(include=["*"]).category("os", "<frozen os>") is Category.STDLIB


def test_exclude_wins(project):
    scope = Scope(["logging"], ["mine", "logging.handlers"], [project])
    assert scope.category("mine.work", str(project / "mine" / "work.py")) is Category.EXCLUDED
    handlers = str(STDLIB / "logging/handlers.py")
    assert scope.category("logging.handlers", handlers) is Category.EXCLUDED


@pytest.mark.parametrize(
    "module", ["treadle", "treadle.engine.kernel", "_pytest.python", "bytecode", "greenlet"]
)
def test_tools_are_never_rewritten(module):
    category = Scope(["*"], [], ["/"]).category(module, "/somewhere/file.py")
    assert category is Category.TOOL
    assert not category.is_instrumented


def test_treadle_run_as_main_is_a_tool():
    import treadle

    filename = str(Path(treadle.__file__).with_name("__main__.py"))
    assert Scope([], [], ["/"]).category("__main__", filename) is Category.TOOL


@pytest.mark.parametrize(
    "filename", [None, "<stdin>", "<ipython-input-1-x>", "/tmp/ipykernel_1/2.py"]
)
def test_main_is_the_projects(filename):
    assert Scope().category("__main__", filename) is Category.PROJECT


def test_generated_code_belongs_to_its_module(project, monkeypatch):
    module = type(sys)("mine_generated")
    module.__file__ = str(project / "mine" / "work.py")
    monkeypatch.setitem(sys.modules, "mine_generated", module)
    assert Scope([], [], [project]).category("mine_generated", "<string>") is Category.PROJECT
