"""The hooks stand where the interpreter checks its eval breaker, and nowhere else."""

import sys
import textwrap

import pytest

from treadle.instrument.checks import Checks
from treadle.instrument.foreign import ITEM, OPERATE, TRUTH, foreign_operations, is_foreign
from treadle.instrument.rewrite import instrument_code

WATCHED = {
    "check",
    "check_310",
    "entering",
    "entering_ex",
    "entering_with",
    "returned",
    "returned_310",
}


@pytest.fixture
def checks_of(recorder):
    """Runs ``f`` of a program; gives the hooks that were called, as "operation of the site:line"."""

    def run(source, checks=Checks.RUNNING, **namespace):
        code = compile(textwrap.dedent(source), "program.py", "exec", dont_inherit=True)
        scope = {"__name__": "program", **namespace}
        exec(instrument_code(code, recorder.hooks, "m", frozenset(), checks=checks), scope)
        recorder.clear()
        scope["f"]()
        return [
            f"{event.hook} {event.site.operation}:{event.site.line}"
            for event in recorder.events
            if event.hook in WATCHED
        ]

    return run


def test_without_checks_there_are_none(checks_of):
    assert checks_of("def f():\n    for x in (1, 2): len('')", Checks.NONE) == []


def test_a_function_checks_on_entering(checks_of):
    assert checks_of("def f():\n    x = 1\n    return x") == ["check enter:1"]


def test_a_generator_checks_whenever_it_is_resumed(checks_of):
    source = """
        def g():
            yield 1
            yield 2
        def f():
            for x in g(): pass
    """
    assert checks_of(source) == [
        "check enter:5",
        "entering returned:6",  # a Python function: what `returned` makes of it is up to the hook
        "returned returned:6",
        "check enter:2",
        "check jump:6",
        "check enter:3",
        "check jump:6",
        "check enter:4",
    ]


def test_yield_from_does_not_check_where_it_goes_on(checks_of):
    source = """
        def g():
            yield 1
        def h():
            yield from g()
        def f():
            i = h()
            i.__next__()
            i.__next__
    """
    found = checks_of(source)
    assert found.count("check enter:5") == 0
    assert found.count("check enter:2") == 1


def test_a_loop_checks_when_it_goes_back(checks_of):
    source = """
        def f():
            n = 3
            while n > 0:
                n -= 1
    """
    assert checks_of(source) == ["check enter:2", *["check jump:4"] * 2]


def test_continue_checks_and_break_does_not(checks_of):
    source = """
        def f():
            for n in (1, 2):
                if n == 1:
                    continue
                break
    """
    assert checks_of(source) == ["check enter:2", "check jump:5"]


@pytest.mark.parametrize("statement", ["f2()", "f2(1)", "f2(x=1)", "f2(*())", "f2(**{})"])
def test_what_is_called_is_told_before_and_the_same_site_after(recorder, checks_of, statement):
    def callee(*args, **kwargs):
        return None

    checks_of(f"def f():\n    return {statement}", f2=callee)
    before, after = [e for e in recorder.events if e.hook in WATCHED and e.hook != "check"]
    is_unpacked = "*" in statement
    assert before.hook == ("entering_ex" if is_unpacked else "entering")
    assert before.operands == (callee,)
    assert after.hook == "returned"
    assert after.site is before.site


@pytest.mark.parametrize("statement", ["o.m()", "o.m(1)", "o.m(*(1,))", "super(type(o), o).m()"])
def test_of_a_method_the_bound_method_is_told(recorder, checks_of, statement):
    class Base:
        def m(self, *args):
            return args

    class Sub(Base):
        pass

    o = Sub()
    checks_of(f"def f():\n    return {statement}", o=o)
    callee = next(
        e for e in recorder.events if e.hook.startswith("entering") and e.operands != (type,)
    )
    assert callee.operands == (o.m,)


def test_a_with_statement(recorder, checks_of):
    class Manager:
        def __enter__(self):
            return None

        def __exit__(self, *exception):
            return True

    manager = Manager()
    checks_of("def f():\n    with m:\n        pass", m=manager)
    told = [(e.hook, e.operands) for e in recorder.events if e.hook.startswith("entering")]
    assert told == [("entering_with", (manager,)), ("entering", (manager.__exit__,))]
    checks_of("def f():\n    with m:\n        raise ValueError", m=manager)
    told = [(e.hook, e.operands) for e in recorder.events if e.hook.startswith("entering")]
    assert told == [("entering_with", (manager,)), ("entering", (manager.__exit__,))]
    assert [e.hook for e in recorder.events][-1] != "entering"  # it has come back


def test_a_comprehension_is_entered_up_to_3_11(checks_of):
    found = checks_of("def f():\n    return [x for x in (1, 2)]")
    entered = ["check enter:1"] + ["check enter:2"] * (sys.version_info < (3, 12))
    assert found == [*entered, *["check jump:2"] * 2]


def test_3_10_checks_after_every_call(recorder, checks_of):
    found = checks_of("def f():\n    return g()", Checks.PY310, g=lambda: None)
    assert found == ["check enter:1", "entering returned:2", "returned_310 returned:2"]


@pytest.mark.parametrize("condition", ["x", "not x", "x is None", "x is not None", "x == 0"])
@pytest.mark.parametrize("x", [0, 1, None])
def test_3_10_checks_at_jumps_that_are_taken(checks_of, condition, x):
    source = f"""
        def f():
            global result
            if {condition}:
                result = 1
                return
            result = 2
    """
    is_jump_taken = not eval(condition)
    found = checks_of(source, Checks.PY310, x=x)
    assert found == ["check enter:2", *["check_310 jump:4"] * is_jump_taken]
    assert checks_of(source, x=x) == ["check enter:2"]


class Plain:
    """Has special methods that were not rewritten."""

    def __add__(self, other):
        return other

    def __getitem__(self, key):
        return key

    @property
    def value(self):
        return 1


def test_which_operations_run_code_that_was_not_rewritten():
    assert foreign_operations(Plain) & OPERATE
    assert foreign_operations(Plain) & ITEM
    assert not foreign_operations(Plain) & TRUTH
    assert foreign_operations(int) == 0
    assert is_foreign(vars(Plain)["value"])


def test_rewritten_special_methods_speak_for_themselves(recorder):
    scope = recorder.run(
        """
        class Own:
            def __add__(self, other):
                return other
            @property
            def value(self):
                return 1
        """
    )
    assert foreign_operations(scope["Own"]) == 0
    assert not is_foreign(vars(scope["Own"])["value"])
