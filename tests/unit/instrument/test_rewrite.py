"""Code is rewritten once, recognised when it is, and left alone when that is impossible."""

import pytest
from bytecode import ConcreteBytecode
from bytecode.instr import InstrLocation

from treadle.instrument import rewrite
from treadle.instrument.rewrite import Rewriter, instrument_code, is_instrumented

SOURCE = "def f(o):\n    return o.real\nvalue = f(3)\n"


def compiled(source=SOURCE, filename="f.py"):
    return compile(source, filename, "exec", dont_inherit=True)


def test_rewritten_code_is_recognised(recorder):
    code = compiled()
    new = instrument_code(code, recorder.hooks, "m", frozenset())
    assert is_instrumented(new)
    assert not is_instrumented(code)
    assert not is_instrumented((lambda: None).__code__)
    assert is_instrumented(new.co_consts[0]) or is_instrumented(new.co_consts[1])
    assert instrument_code(new, recorder.hooks, "m", frozenset()) is new
    assert Rewriter(recorder.hooks).rewrite(new, "m", frozenset()) is new


def test_code_with_nothing_visible_is_recognised_too(recorder):
    code = compiled("class A:\n    x = 1\ny = 2\n")
    new = instrument_code(code, recorder.hooks, "m", frozenset())
    assert is_instrumented(new)
    scope = {}
    exec(new, scope)
    assert scope["A"].x == 1
    assert [event.hook for event in recorder.events] == ["call2"]  # the class itself


def test_the_same_code_object_is_rewritten_once(recorder):
    rewriter, code = Rewriter(recorder.hooks), compiled()
    new = rewriter.rewrite(code, "m", frozenset())
    assert rewriter.rewrite(code, "m", frozenset()) is new
    assert rewriter.known(code) is new
    nested = code.co_consts[0]
    assert rewriter.known(nested) is new.co_consts[0]
    assert rewriter.rewrite(nested, "m", frozenset()) is new.co_consts[0]


def test_an_equal_code_object_is_not_rewritten_again(recorder):
    rewriter = Rewriter(recorder.hooks)
    new = rewriter.rewrite(compiled(), "m", frozenset())
    assert rewriter.rewrite(compiled(), "m", frozenset()) is new
    assert rewriter.rewrite(compiled(filename="g.py"), "m", frozenset()) is not new
    assert rewriter.rewrite(compiled(), "m", frozenset(), is_script=True) is not new
    assert rewriter.rewrite(compiled(SOURCE + "\n"), "n", frozenset()) is not new


def test_a_failure_is_raised_or_recorded(recorder, monkeypatch):
    edit = rewrite._edit

    def fail(code, *rest):
        if code.co_name == "f":
            raise ValueError("no way")
        return edit(code, *rest)

    monkeypatch.setattr(rewrite, "_edit", fail)
    with pytest.raises(ValueError, match="no way"):
        instrument_code(compiled(), recorder.hooks, "m", frozenset())
    rewriter, code = Rewriter(recorder.hooks), compiled()
    new = rewriter.rewrite(code, "m", frozenset())
    assert is_instrumented(new)
    assert not is_instrumented(code.co_consts[0])
    assert rewriter.known(code.co_consts[0]) is code.co_consts[0]
    (failure,) = rewriter.failures
    assert (failure.module, failure.function, failure.filename, failure.line) == (
        "m",
        "f",
        "f.py",
        1,
    )
    scope = {}
    exec(new, scope)
    assert scope["value"] == 3


@pytest.mark.parametrize("with_lines", [True, False])
def test_code_without_columns_or_lines(recorder, with_lines):
    concrete = ConcreteBytecode.from_code(compiled("\n\no.x\n"))
    for instruction in concrete:
        line = instruction.location.lineno if with_lines else None
        instruction.location = InstrLocation(line, None, None, None)
    code = concrete.to_code(stacksize=5, compute_exception_stack_depths=False)
    new = instrument_code(code, recorder.hooks, "m", frozenset())

    class Thing:
        x = 1

    exec(new, {"o": Thing})
    (site,) = recorder.sites("load_attr")
    assert (site.line, site.end_line, site.column, site.end_column) == (
        (3, 3, -1, -1) if with_lines else (1, 1, -1, -1)
    )


def test_a_function_with_more_than_256_hooks(recorder):
    lines = "\n".join(f"    if o.x{n}:\n        o.y = o.x{n} + o.y" for n in range(300))
    scope = recorder.run(f"def f(o):\n{lines}\n    return o.y")

    class Thing:
        y = 0

        def __getattr__(self, name):
            return int(name[1:])

    assert scope["f"](Thing()) == sum(range(300))
    assert len(recorder.events) > 1000
