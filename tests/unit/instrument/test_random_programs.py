"""Random small programs compute the same when they are rewritten."""

import textwrap
import warnings

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from treadle.instrument.editor import INSTRUMENTED

NAMES = ["a", "b", "c"]

names = st.sampled_from(NAMES)
atoms = st.one_of(
    names,
    st.integers(-3, 9).map(str),
    st.sampled_from(["items", "table", "box.value", "box", "None", "True", "'s'", "()"]),
)


def wrap(*templates):
    return lambda inner: st.one_of(
        *(
            st.tuples(*[inner] * template.count("{}")).map(
                lambda parts, t=template: t.format(*parts)
            )
            for template in templates
        )
    )


expressions = st.recursive(
    atoms,
    wrap(
        "({} + {})",
        "({} * {})",
        "({} < {} <= {})",
        "({} == {})",
        "({} in {})",
        "(not {})",
        "({} and {})",
        "({} or {})",
        "({} if {} else {})",
        "items[{}]",
        "table[{}]",
        "{}[1:]",
        "[{}, {}]",
        "[*{}, {}]",
        "{{'k': {}, **{}}}",
        "f({})",
        "f({}, y={})",
        "f(*{})",
        "len({})",
        "box.method({}, {})",
        "box.method(k={}, *{})",
        "table.get({}, {})",
        "[x for x in {} if x]",
        "{{x: {} for x in {}}}",
        "sum(x for x in {})",
        "(lambda q: q or a)({})",
        "(d := {})",
        "f'''{{{}!r:>3}}{{{}}}'''",
    ),
    max_leaves=6,
)

simple = st.one_of(
    st.builds("{} = {}".format, names, expressions),
    st.builds("{} += {}".format, names, expressions),
    st.builds("box.value = {}".format, expressions),
    st.builds("box.value += {}".format, expressions),
    st.builds("items[{}] = {}".format, expressions, expressions),
    st.builds("table[{}] = {}".format, expressions, expressions),
    st.builds("del table[{}]".format, expressions),
    st.builds("items.append({})".format, expressions),
    st.builds("a, *b = {}".format, expressions),
    st.builds("total_of({})".format, expressions),
    st.builds("assert {}, {}".format, expressions, expressions),
    st.builds("log.append({})".format, expressions),
    st.sampled_from(["pass", "raise KeyError(a)", "del c", "c = []"]),
)


def indent(lines):
    return textwrap.indent("\n".join(lines), "    ")


def blocks(statements):
    body = st.lists(statements, min_size=1, max_size=3).map(indent)
    return st.one_of(
        st.builds("if {}:\n{}\nelse:\n{}".format, expressions, body, body),
        st.builds("for c in list({})[:3]:\n{}\n    continue".format, expressions, body),
        st.builds("for c in {}:\n{}\n    break\nelse:\n{}".format, expressions, body, body),
        st.builds("try:\n{}\nexcept KeyError as e:\n{}\nfinally:\n{}".format, body, body, body),
        st.builds(
            "try:\n{}\nexcept (TypeError, LookupError):\n{}\nelse:\n{}".format, body, body, body
        ),
        st.builds("with box as c:\n{}".format, body),
        st.builds("def g():\n    nonlocal b\n{}\ng()".format, body),
        st.builds(
            (
                "match {}:\n    case [c, *_]:\n{}\n"
                "    case {{'k': c}} | Box(value=c):\n{}\n    case _:\n{}"
            ).format,
            expressions,
            *[body.map(lambda text: textwrap.indent(text, "    "))] * 3,
        ),
        st.builds("class C:\n    a = {}\nlog.append(C.a)".format, expressions),
    )


statements = st.recursive(simple, blocks, max_leaves=8)

PROGRAM = """
total = 0
log = []
class Box:
    def __init__(self): self.value = 1
    def method(self, *args, **kwargs): return args, kwargs, self.value
    def __enter__(self): log.append("in"); return self
    def __exit__(self, kind, *rest): log.append(kind and kind.__name__); return kind is KeyError
    def __repr__(self): return "Box"
def f(*x, y=2): return (x, y)
def total_of(n):
    global total
    total = total + n
def main():
    a, b, c, d = 1, [2, 3], 0, None
    items, table, box = [5, 6, 7], {"k": 1, 2: 3}, Box()
    try:
        def capture(): return a, b
%s
    finally:
        log.append((items, table, box.value, sorted(locals())))
    return a, b, c, d
"""


def outcome(code):
    scope = {"__name__": "random_program"}
    exec(code, scope)
    try:
        result = repr(scope["main"]())
    except Exception as error:
        tb = error.__traceback__
        lines = []
        while tb:
            if tb.tb_frame.f_code.co_filename == "random_program.py":
                lines.append((tb.tb_lineno, tb.tb_frame.f_code.co_qualname))
            tb = tb.tb_next
        result = type(error).__name__, str(error), lines
    return result, repr(scope["log"]), scope["total"]


@pytest.mark.slow
def test_same_outcome(recorder):
    @settings(
        max_examples=25,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a failing program is small enough as it is
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(statements, min_size=1, max_size=5))
    def check(body):
        source = PROGRAM % textwrap.indent("\n".join(body), " " * 8)
        try:
            plain = compile(source, "random_program.py", "exec", dont_inherit=True)
        except SyntaxError:  # not every expression may stand everywhere
            assume(False)
        for is_script in (False, True):
            code = recorder.code(
                source,
                names={"total", "log"},
                is_script=is_script,
                filename="random_program.py",
            )
            assert code.co_consts[-1] is INSTRUMENTED
            assert outcome(code) == outcome(plain)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # what is written at random may look wrong
        check()
    assert len(recorder.events) > 100
