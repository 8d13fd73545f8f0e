import ast
import textwrap

import pytest

from treadle.instrument.variables import (
    loaded_cells,
    loaded_globals,
    nested_codes,
    script_globals,
    stored_cells,
    stored_globals,
)


def compiled(source):
    return compile(textwrap.dedent(source), "f.py", "exec", dont_inherit=True)


def test_stored_globals_are_those_declared_global_at_any_depth():
    code = compiled(
        """
        top = 1
        def f():
            global a, unused
            a = 1
            def g():
                global b
                del b
        class C:
            global c
            c = 1
            def m(self):
                global __name__
                __name__ = "x"
        """
    )
    assert stored_globals(code) == {"a", "b", "c"}


def test_names_beyond_the_256th():
    lines = [f"    x{n} = 1" for n in range(300)]
    source = (
        "def f():\n    global " + ", ".join(f"x{n}" for n in range(300)) + "\n" + "\n".join(lines)
    )
    assert stored_globals(compiled(source)) == {f"x{n}" for n in range(300)}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b = 1", {"a", "b"}),
        ("a, (b, *c) = x", {"a", "b", "c"}),
        ("a += 1", {"a"}),
        ("a: int = 1", {"a"}),
        ("for a in b: c = 1", {"a", "c"}),
        ("with a as b, c as (d, e): pass", {"b", "d", "e"}),
        ("try: pass\nexcept E as a: pass", {"a"}),
        ("del a", {"a"}),
        ("print(a := 1)", {"a"}),
        ("[(a := x) for x in y if (b := x)]", {"a", "b"}),
        ("match x:\n case [a, *b]: pass\n case {'k': c, **d}: pass\n case e: pass", set("abcde")),
        ("if x:\n while y: a = 1", {"a"}),
        ("def f(): a = 1", set()),
        ("async def f(): a = 1", set()),
        ("class C: a = 1", set()),
        ("import a, b as c", set()),
        ("from a import b as c", set()),
        ("f = lambda a: (b := a)", {"f"}),
        ("__all__ = []\na.b = a[0] = 1", set()),
    ],
)
def test_script_globals(source, names):
    assert script_globals(ast.parse(source)) == names


def cells_of(source, *path):
    code = root = compiled(source)
    for name in path:
        code = next(nested for nested in nested_codes(code) if nested.co_name == name)
    return stored_cells(root)[id(code)]


def test_cells_stored_by_their_owner_or_by_a_nested_function():
    source = """
        def owner(parameter, changed):
            own = 1
            def reader(): return own, parameter
            def writer():
                nonlocal changed
                changed = 1
        """
    assert cells_of(source, "owner") == {"own", "changed"}
    assert cells_of(source, "owner", "reader") == {"own"}
    assert cells_of(source, "owner", "writer") == {"changed"}


def test_cells_of_the_same_name_are_told_apart():
    source = """
        def outer():
            x = 1
            def shadow(x):
                def inner(): return x
            def user(): return x
        """
    assert cells_of(source, "outer", "user") == {"x"}
    assert cells_of(source, "outer", "shadow") == frozenset()
    assert cells_of(source, "outer", "shadow", "inner") == frozenset()


def test_cells_go_through_functions_and_classes_between():
    source = """
        def outer():
            x = 1
            class C:
                def m(self):
                    return lambda: x
        """
    assert cells_of(source, "outer", "C", "m", "<lambda>") == {"x"}


def test_free_variables_that_are_stored_outside():
    def outer():
        x = 1

        def inner():
            return lambda: x

        return inner

    code = outer().__code__
    assert set(stored_cells(code).values()) == {frozenset()}
    assert set(stored_cells(code, frozenset({"x"})).values()) == {frozenset({"x"})}


def test_loaded_globals_are_data():
    namespace = {
        "data": [],
        "function": len,
        "cls": int,
        "module": ast,
        "nothing": None,
        "own": test_script_globals,
    }
    code = compiled(
        """
        def f():
            global later
            later = function
            data, function, cls, module, nothing, own, print, not_yet, __name__
        """
    ).co_consts[0]
    assert loaded_globals(code, namespace) == {"data", "nothing", "not_yet", "later"}


def test_loaded_cells_are_data():
    def outer(data, function):
        def inner():
            return data, function, empty, __class__  # noqa: F821

        return inner
        empty = 1

    class C:
        make = staticmethod(outer)

    inner = outer([], len)
    assert loaded_cells(inner.__code__, inner.__closure__) == {"data", "empty"}
