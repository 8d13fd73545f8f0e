"""Rewritten code does what the code did: results, errors, tracebacks, traced lines, locals, inspection."""

import ast
import dataclasses
import inspect
import sys
import traceback
from pathlib import Path

import pytest
from bytecode import Bytecode

from treadle.engine.kernel import Guard
from treadle.instrument.checks import Checks
from treadle.instrument.editor import INSTRUMENTED
from treadle.instrument.hook_table import HOOK_NAMES, HookTable
from treadle.instrument.rewrite import Rewriter, instrument_code, is_instrumented
from treadle.instrument.variables import nested_codes, script_globals, stored_globals

CORPUS = Path(__file__).with_name("corpus") / "everything.py"
SOURCE = CORPUS.read_text()
CASES = [
    node.name for node in ast.parse(SOURCE).body if getattr(node, "name", "").startswith("case_")
]
QUIET = {"case_raise_name", "case_many_locals"}  # nothing in them is shared


def compiled():
    return compile(SOURCE, str(CORPUS), "exec", dont_inherit=True)


def namespace(code):
    scope = {"__name__": "everything", "__file__": str(CORPUS)}
    # The module has to be there for pickling and dataclasses to find it by name.
    sys.modules["everything"] = type(sys)("everything")
    sys.modules["everything"].__dict__.update(scope)
    exec(code, sys.modules["everything"].__dict__)
    return sys.modules["everything"].__dict__


@pytest.fixture(scope="module")
def plain():
    yield namespace(compiled())
    sys.modules.pop("everything", None)


@pytest.fixture(scope="module")
def hooks():
    calls = []

    def make(name):
        return lambda *arguments: calls.append(name)

    table = HookTable(site=lambda *parts: parts, **{name: make(name) for name in HOOK_NAMES})
    return table, calls


@pytest.fixture(scope="module")
def rewrite(hooks):
    """Rewrites the corpus, with the guards given."""

    def rewrite(guards, is_script=False, checks=Checks.NONE):
        code = compiled()
        names = stored_globals(code) | script_globals(ast.parse(SOURCE))
        table = dataclasses.replace(hooks[0], **guards)
        return instrument_code(code, table, "everything", names, is_script, checks=checks)

    return rewrite


GUARDED = {"tracking": Guard([True]), "attentive": Guard([True])}
PASSED_OVER = {"tracking": Guard(), "attentive": Guard()}
FORMS = {
    "module": ({}, False, Checks.NONE),
    "script": ({}, True, Checks.NONE),
    "guarded": (GUARDED, False, Checks.NONE),
    "running": (GUARDED, False, Checks.RUNNING),
    "3.10": ({}, False, Checks.PY310),
}


@pytest.fixture(scope="module", params=FORMS)
def rewritten(request, rewrite):
    return namespace(rewrite(*FORMS[request.param]))


@pytest.fixture(scope="module")
def passed_over(rewrite):
    return namespace(rewrite(PASSED_OVER, True))


def outcome(scope, case):
    """The result of a case, or its error with everything that a traceback can tell."""
    function = scope[case]
    try:
        return "returned", repr(function())
    except Exception as error:
        frames = [
            (f.name, f.lineno, f.end_lineno, f.colno, f.end_colno)
            for f in traceback.extract_tb(error.__traceback__)
            if f.filename == str(CORPUS)
        ]
        return "raised", type(error).__name__, str(error), frames


@pytest.mark.parametrize("case", CASES)
def test_same_outcome(case, plain, rewritten, hooks):
    calls = hooks[1]
    calls.clear()
    assert outcome(rewritten, case) == outcome(plain, case)
    assert is_instrumented(rewritten[case].__code__)
    assert calls or case in QUIET


@pytest.mark.parametrize("case", CASES)
def test_same_outcome_where_hooks_are_passed_over(case, plain, passed_over, hooks):
    calls = hooks[1]
    calls.clear()
    assert outcome(passed_over, case) == outcome(plain, case)
    assert not calls


@pytest.mark.parametrize("case", [case for case in CASES if case != "case_async"])
def test_same_lines_are_traced(case, plain, rewritten, passed_over):
    def trace(scope):
        lines = []

        def tracer(frame, event, argument):
            if frame.f_code.co_filename != str(CORPUS):
                return None
            lines.append((event, frame.f_code.co_qualname, frame.f_lineno))
            return tracer

        previous = sys.gettrace()
        sys.settrace(tracer)
        try:
            outcome(scope, case)
        finally:
            sys.settrace(previous)
        return lines

    expected = trace(plain)
    assert trace(rewritten) == expected
    assert trace(passed_over) == expected


def codes(code):
    yield code
    for nested in nested_codes(code):
        yield from codes(nested)


def test_attributes_of_code_objects(hooks):
    old = compiled()
    rewriter = Rewriter(hooks[0])
    rewriter.rewrite(old, "everything", frozenset({"total"}))
    assert len(list(codes(old))) > 100
    for before in codes(old):
        after = rewriter.known(before)
        for name in (
            "co_name co_qualname co_filename co_firstlineno co_flags co_argcount co_kwonlyargcount "
            "co_posonlyargcount co_varnames co_cellvars co_freevars co_nlocals"
        ).split():
            assert getattr(before, name) == getattr(after, name), (before, name)
        assert after.co_consts[-1] is INSTRUMENTED
        if before.co_flags & 1:  # only functions take their docstring from there
            assert before.co_consts[:1] == after.co_consts[:1] or not isinstance(
                after.co_consts[0], str
            )


@pytest.mark.parametrize("form", FORMS)
def test_the_stack_suffices(rewrite, form):
    """As the library's own analysis, which rewriting does without, sees it."""
    for code in codes(rewrite(*FORMS[form])):
        needed = Bytecode.from_code(code).compute_stacksize()
        assert needed <= code.co_stacksize, code.co_qualname


def test_code_with_guards_can_be_hashed(rewrite):
    assert len({*codes(rewrite(GUARDED))}) > 100


def test_inspection(rewritten, plain):
    for name in ("Base", "case_try", "case_generators"):
        new, old = rewritten[name], plain[name]
        assert inspect.getsource(new) == inspect.getsource(old)
    assert inspect.signature(rewritten["Base"]) == inspect.signature(plain["Base"])
    assert inspect.getdoc(rewritten["Base"]) == "A class with a bit of everything."
    assert inspect.isgeneratorfunction(rewritten["Base"].__iter__)


def test_namespaces_have_the_same_names(rewritten, plain):
    assert list(rewritten) == list(plain)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters(recorder):
    scope = recorder.run(
        """
        type Pair[T] = tuple[T, T]
        class Box[T: int]:
            item: T
            def get[K](self, key: K) -> K: return key
        def first[*A, **P](x: A) -> P: return x
        text = f"{Box[int]!r:>{len('x')}} {'nested' + f"{1}"}"
        """
    )
    assert scope["Box"]().get(3) == 3
    assert scope["first"](4) == 4
    assert scope["Pair"].__value__
    assert [str(p) for p in scope["first"].__type_params__] == ["A", "P"]


def test_comprehensions_at_the_top_level_hide_their_variables(recorder):
    scope = recorder.run(
        """
        x = 5
        ys = [x for x in range(3)]
        seen = dict(locals())
        class K:
            x = 7
            zs = [x for x in range(3)]
            seen = dict(locals())
        """
    )
    assert scope["seen"]["x"] == 5
    assert scope["K"].seen["x"] == 7
