import sys

import pytest

from treadle.errors import TargetError
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.rewrite import is_instrumented
from treadle.instrument.scope import Scope
from treadle.instrument.targets import load_target, parse_target


@pytest.fixture
def folder(tmp_path, monkeypatch, modules_put_back):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    return tmp_path


@pytest.fixture
def instrumenter(recorder, folder):
    instrumenter = Instrumenter(Scope([], [], [folder]), recorder.hooks)
    with instrumenter.import_hook():
        yield instrumenter


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def load(text, instrumenter, argv=()):
    return load_target(parse_target(text), instrumenter, argv)


def error_of(action):
    with pytest.raises(TargetError) as caught:
        action()
    assert "\n" not in caught.value.message
    return caught.value.message, caught.value.exit_code


# Taking apart.


def test_parse(folder):
    write(folder, "s.py", "")
    write(folder, "no_suffix", "")
    script = parse_target("s.py")
    assert (script.kind, script.path, script.module, script.function, script.text) == (
        "script",
        "s.py",
        None,
        None,
        "s.py",
    )
    assert parse_target("no_suffix").kind == "script"
    in_file = parse_target("s.py::f")
    assert (in_file.kind, in_file.path, in_file.function) == ("function", "s.py", "f")
    assert parse_target("s.py::A::f").function == "A.f"
    in_module = parse_target("a.b:f")
    assert (in_module.kind, in_module.path, in_module.module, in_module.function) == (
        "function",
        None,
        "a.b",
        "f",
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "'' is not a target; write script.py"),
        ("word", "'word' is not a target"),
        ("s.py::", "names no function"),
        ("missing.py", "There is no file 'missing.py'."),
        ("missing.py::f", "There is no file 'missing.py'."),
        ("scrip.py", "Did you mean script.py?"),
        ("sub/scrip.py", "Did you mean sub/script.py?"),
        ("no/where.py", "There is no file 'no/where.py'."),
        ("sub/", "'sub/' is a folder"),
        ("a-b:f", "not a target"),
    ],
)
def test_what_cannot_be_parsed(folder, text, part):
    write(folder, "script.py", "")
    write(folder, "sub/script.py", "")
    message, code = error_of(lambda: parse_target(text))
    assert part in message
    assert code == 2


# Scripts.

SCRIPT = """
import sys, helper
n = 0
def bump():
    global n
    n = n + 1
bump()
seen = __name__, sys.modules[__name__].__dict__ is globals(), sys.argv, __file__
"""


def test_a_script_runs_as_main_each_time_anew(folder, instrumenter, recorder):
    path = write(folder, "sub/s.py", SCRIPT)
    helper = write(folder, "sub/helper.py", "x = 1\n")
    main = sys.modules["__main__"]
    program = load("sub/s.py", instrumenter, ["--flag"])
    assert program.module_name == "__main__"
    assert program.module_globals()["__name__"] == "__main__"
    for _ in range(2):
        assert program.run() is None
        namespace = program.module_globals()
        assert namespace["n"] == 1
        assert namespace["seen"] == ("__main__", True, ["sub/s.py", "--flag"], str(path))
        assert sys.modules["__main__"] is main
    assert sys.path[0] == str(folder / "sub")
    assert program.files == [str(path), str(helper)]
    assert ("load_global", "n") in {(e.hook, e.site.name) for e in recorder.events}


def test_what_a_script_raises_goes_to_the_caller(folder, instrumenter):
    write(folder, "s.py", "import sys\nsys.exit(3)\n")
    main = sys.modules["__main__"]
    with pytest.raises(SystemExit):
        load("s.py", instrumenter).run()
    assert sys.modules["__main__"] is main


def test_the_encoding_of_a_script_is_its_own(folder, instrumenter):
    (folder / "s.py").write_bytes(b"# coding: latin-1\nx = '\xe9'\n")
    program = load("s.py", instrumenter)
    program.run()
    assert program.module_globals()["x"] == "é"


def test_there_may_be_no_main_module(folder, instrumenter, monkeypatch):
    write(folder, "s.py", "x = 1\n")
    monkeypatch.delitem(sys.modules, "__main__")
    load("s.py", instrumenter).run()
    assert "__main__" not in sys.modules


@pytest.mark.parametrize(
    ("source", "part"),
    [
        (b"x = 1\ndef f(:\n", "s.py:2: SyntaxError: "),
        (b"def f():\nx = 1\n", "s.py:2: IndentationError: expected an indented block"),
        (b"x = '\xff'\n", "s.py"),
        (b"x = 1\x00\n", "null bytes"),
    ],
)
def test_a_script_that_does_not_compile(folder, instrumenter, source, part):
    (folder / "s.py").write_bytes(source)
    message, code = error_of(lambda: load("s.py", instrumenter))
    assert part in message
    assert code == 4


# Functions.

MODULE = """
import threading
count = 0
def test():
    global count
    count += 1
    return count
def needs(a, *, b): pass
def optional(a=1, *args, **kwargs): return a
async def waits(): pass
value = 5
class A:
    @staticmethod
    def static(): return "static"
    def method(self): pass
"""


def test_a_function_in_a_file(folder, instrumenter, recorder):
    path = write(folder, "case.py", MODULE)
    program = load("case.py::test", instrumenter, ["-x"])
    assert [program.run(), program.run()] == [1, 2]  # imported once
    assert program.module_globals()["count"] == 2
    assert program.module_name == "case"
    assert program.files == [str(path)]
    assert sys.argv == ["case.py", "-x"]
    assert sys.path[0] == str(folder)
    assert sys.modules["case"].__dict__ is program.module_globals()
    assert "store_global" in {event.hook for event in recorder.events}
    assert load("case.py::optional", instrumenter).run() == 1
    assert load("case.py::A::static", instrumenter).run() == "static"


def test_two_files_of_one_name(folder, instrumenter):
    write(folder, "a/case.py", "def test(): return 'a'\n")
    write(folder, "b/case.py", "def test(): return 'b'\n")
    one, other = load("a/case.py::test", instrumenter), load("b/case.py::test", instrumenter)
    assert (one.run(), other.run()) == ("a", "b")


@pytest.mark.parametrize("name", ["types", "pytest"])
def test_a_file_does_not_replace_a_module_of_the_same_name(folder, instrumenter, name):
    present = sys.modules[name]
    write(folder, f"{name}.py", "def test(): return __name__\n")
    assert load(f"{name}.py::test", instrumenter).run() == f"target_{name}"
    assert sys.modules[name] is present


def test_a_file_in_a_package_is_imported_with_it(folder, instrumenter):
    write(folder, "pkg_t/__init__.py", "")
    write(folder, "pkg_t/other.py", "x = 7\n")
    write(folder, "pkg_t/case.py", "from .other import x\ndef test(): return x, __name__\n")
    program = load("pkg_t/case.py::test", instrumenter)
    assert program.run() == (7, "pkg_t.case")
    assert is_instrumented(sys.modules["pkg_t.case"].test.__code__)


def test_a_function_in_a_module(folder, instrumenter):
    write(folder, "pkg_m/__init__.py", "")
    write(folder, "pkg_m/mod.py", MODULE)
    program = load("pkg_m.mod:test", instrumenter)
    assert program.run() == 1
    assert program.module_name == "pkg_m.mod"
    assert load("pkg_m.mod:A.static", instrumenter).run() == "static"


def test_a_function_of_an_installed_module(instrumenter):
    assert load("textwrap:TextWrapper", instrumenter).run().width == 70
    assert load("builtins:dict", instrumenter).run() == {}  # has no signature


@pytest.mark.parametrize(
    ("text", "part", "code"),
    [
        ("case.py::tset", "The module 'case' has no function 'tset'. Did you mean test?", 2),
        ("case.py::A::zzz", "The class 'A' has no function 'zzz'.", 2),
        ("case.py::value", "'value' is not a function; it is of type int.", 2),
        ("case.py::needs", "'needs' needs arguments (a, b); write a function", 2),
        ("case.py::A::method", "needs arguments (self)", 2),
        ("case.py::waits", "async function", 2),
        ("no_such_mod:f", "There is no module 'no_such_mod' (in 'no_such_mod:f')", 2),
        ("case.sub:f", "There is no module 'case.sub'", 2),
        ("broken:f", "broken fails at import: ZeroDivisionError: division by zero (", 4),
        ("broken.py::f", "broken.py fails at import: ZeroDivisionError: division by zero (", 4),
        ("wants:f", "wants fails at import: ModuleNotFoundError: No module named 'not_there' (", 4),
        ("syntax:f", "syntax.py:1: SyntaxError: ", 4),
        ("syntax.py::f", "syntax.py:1: SyntaxError: ", 4),
        ("exits.py::f", "exits.py fails at import: SystemExit (", 4),
    ],
)
def test_what_cannot_be_loaded(folder, instrumenter, text, part, code):
    write(folder, "case.py", MODULE)
    write(folder, "broken.py", "def g():\n    1 / 0\ng()\n")
    write(folder, "wants.py", "import not_there\n")
    write(folder, "syntax.py", "def (\n")
    write(folder, "exits.py", "raise SystemExit\n")
    message, exit_code = error_of(lambda: load(text, instrumenter))
    assert part in message
    assert exit_code == code


def test_the_place_of_an_error_at_import_is_the_innermost(folder, instrumenter):
    path = write(folder, "broken.py", "def g():\n    1 / 0\ng()\n")
    message, _ = error_of(lambda: load("broken.py::f", instrumenter))
    assert message.endswith(f"({path}:2)")
    assert "broken" not in sys.modules
