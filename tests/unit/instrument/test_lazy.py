"""Functions are rewritten in place, when they are met, if they are in scope."""

import contextlib
import functools
import gc
import sys
import types

import pytest

from treadle.instrument import rewrite
from treadle.instrument.lazy import Instrumenter
from treadle.instrument.rewrite import is_instrumented
from treadle.instrument.scope import Scope


@pytest.fixture
def instrumenter(recorder, tmp_path):
    return Instrumenter(Scope([], [], [tmp_path]), recorder.hooks)


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Executes source text as a loaded, not yet rewritten module of the project."""
    counter = iter(range(100))

    def load(source, name=None, folder=tmp_path, **namespace):
        name = name or f"lazy_example_{next(counter)}"
        path = folder / f"{name}.py"
        path.write_text(source)
        module = types.ModuleType(name)
        module.__file__ = str(path)
        module.__dict__.update(namespace)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
        return module

    return load


def done(function):
    return is_instrumented(function.__code__)


def test_a_function_is_rewritten_in_place_once(instrumenter, recorder, load):
    module = load("def f(o):\n    return o.real")
    before = module.f
    assert instrumenter.instrument_function(module.f)
    assert not instrumenter.instrument_function(module.f)
    assert module.f is before
    assert module.f(5) == 5
    assert [(e.hook, e.site.module, e.site.line) for e in recorder.events] == [
        ("load_attr", module.__name__, 2)
    ]


def test_functions_that_share_code_share_the_rewritten_code(instrumenter, load):
    module = load("def make():\n    def inner(o): return o.real\n    return inner")
    one, other = module.make(), module.make()
    instrumenter.ensure(one)
    instrumenter.ensure(other)
    assert done(one)
    assert one.__code__ is other.__code__
    instrumenter.ensure(module.make)
    assert module.make().__code__ is not one.__code__ or done(module.make())


def test_data_globals_are_announced_and_definitions_are_not(instrumenter, recorder, load):
    module = load(
        "import json\ndata = 1\ndef g(): return 2\ndef f(): return data, g(), json, len, int"
    )
    instrumenter.ensure(module.f)
    module.f()
    assert [e.site.name for e in recorder.events if e.hook == "load_global"] == ["data"]


def test_closure_data_is_announced_and_functions_are_not(instrumenter, recorder, load):
    module = load(
        "def outer():\n    data = 1\n    def helper(): return 2\n"
        "    def f(): return data, helper()\n    return f, helper"
    )
    f, helper = module.outer()
    instrumenter.ensure(f)
    f()
    assert [e.site.name for e in recorder.events if e.hook == "load_cell"] == ["data"]
    assert done(helper)  # in the closure


def test_out_of_scope_is_left_alone(instrumenter, load, tmp_path_factory):
    import textwrap

    instrumenter.ensure(textwrap.dedent)
    instrumenter.ensure(textwrap.TextWrapper)
    instrumenter.ensure(len)
    assert not done(textwrap.dedent)
    assert not done(textwrap.TextWrapper.wrap)
    assert instrumenter.failures == []


def test_third_party_code_is_rewritten_when_met(instrumenter, load, tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    module = load("def f(o): return o.x\ndef g(o): return o.x", folder=folder)
    instrumenter.ensure(module.f)
    assert done(module.f)
    assert not done(module.g)


WRAPPERS = """
import functools, contextlib

def plain(o): return o.real

def decorate(function):
    def wrapper(*args):
        return function(*args)
    return wrapper

@decorate
def closed(o): return o.real

@functools.wraps(plain)
def wrapping(o): return plain(o)

@functools.lru_cache
def cached(o): return o.real

@contextlib.contextmanager
def managed(o): yield o.real

@functools.singledispatch
def dispatched(o): return o.real

class A:
    @staticmethod
    def static(o): return o.real
    @classmethod
    def klass(cls, o): return o.real
    @property
    def prop(self): return self.real
    @prop.setter
    def prop(self, value): self.real = value
    @functools.cached_property
    def lazy(self): return self.real
    @functools.cache
    def kept(self): return self.real
    def method(self): return self.real
    partial = functools.partialmethod(method)
    class Inner:
        def deep(self): return self.real
    number = 5
    mentioned = dict
"""


def test_wrappers_are_looked_through(instrumenter, load):
    module = load(WRAPPERS)
    a = module.A()
    targets = [
        (module.plain, module.plain),
        (functools.partial(module.plain, 1), module.plain),
        (module.closed, module.closed.__closure__[0].cell_contents),
        (module.wrapping, module.plain),
        (module.cached, module.cached.__wrapped__),
        (module.managed, module.managed.__wrapped__),
        (module.dispatched, module.dispatched.__wrapped__),
        (a.method, module.A.method),
        (module.A.__dict__["static"], module.A.static),
        (module.A.__dict__["klass"], module.A.klass.__func__),
        (module.A.__dict__["prop"], module.A.prop.fset),
    ]
    for wrapper, function in targets:
        fresh = Instrumenter(instrumenter.scope, instrumenter._rewriter._hooks)
        function.__code__ = original(function.__code__)
        fresh.ensure(wrapper)
        assert done(function), wrapper


def original(code):
    """The code as it was before it was rewritten: these functions do nothing else."""
    if not is_instrumented(code):
        return code
    return compile_again(code)


def compile_again(code):
    module = sys.modules["lazy_example_0"]
    for found in walk(compile(WRAPPERS, module.__file__, "exec", dont_inherit=True)):
        if found.co_qualname == code.co_qualname and found.co_firstlineno == code.co_firstlineno:
            return found
    raise AssertionError(code)


def walk(code):
    yield code
    for nested in rewrite.nested_codes(code):
        yield from walk(nested)


def test_a_class_with_all_its_members(instrumenter, load):
    module = load(WRAPPERS)
    assert instrumenter.instrument_class(module.A)
    members = vars(module.A)
    functions = [
        members["static"].__func__,
        members["klass"].__func__,
        members["prop"].fget,
        members["prop"].fset,
        members["lazy"].func,
        members["kept"].__wrapped__,
        members["method"],
        module.A.Inner.deep,
    ]
    assert all(done(function) for function in functions)
    assert not instrumenter.instrument_class(module.A)
    assert not done(module.plain)


def test_bases_and_metaclass_of_a_class(instrumenter, load):
    module = load(
        "class Meta(type):\n    def __call__(cls): return super().__call__()\n"
        "class Base:\n    def b(self): return self.x\n"
        "class A(Base, metaclass=Meta):\n    def a(self): return self.x\n"
    )
    instrumenter.ensure(module.A)
    assert done(module.Base.b)
    assert done(module.Meta.__call__)


def test_an_object_stands_for_its_class(instrumenter, load):
    module = load(WRAPPERS)
    instrumenter.ensure(module.A())
    assert done(module.A.method)


def test_the_class_of_a_descriptor_is_met_with_the_class_that_uses_it(instrumenter, load):
    module = load(
        "class Lazy:\n    def __get__(self, obj, owner): return self.x\n"
        "class A:\n    attribute = Lazy()\n"
    )
    instrumenter.ensure(module.A)
    assert done(module.Lazy.__get__)


def test_generated_methods_are_rewritten_and_compiled_once_more_without_work(instrumenter, load):
    source = "import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int = 0\n"
    one, other = load(source, "same_name"), load(source, "same_name")
    instrumenter.ensure(one.P)
    instrumenter.ensure(other.P)
    assert done(one.P.__init__)
    assert one.P.__init__.__code__ is other.P.__init__.__code__


def test_instrument_module(instrumenter, load):
    module = load(WRAPPERS + "\nfrom textwrap import dedent, TextWrapper\n")
    assert instrumenter.instrument_module(module)
    assert done(module.plain)
    assert done(module.A.method)
    assert not done(module.dedent)


def test_nothing_of_the_program_runs_when_it_is_looked_at(instrumenter, load):
    module = load(
        """
class Meta(type):
    def __getattribute__(cls, name): raise AssertionError(name)
    def __instancecheck__(cls, other): raise AssertionError
class Trap(metaclass=Meta):
    def __getattribute__(self, name): raise AssertionError(name)
    def __eq__(self, other): raise AssertionError
    def method(self): return self.x
    __hash__ = None
    @property
    def __class__(self): raise AssertionError
trap = Trap()
class Holder:
    member = trap
"""
    )
    instrumenter.ensure(module.__dict__["trap"])
    instrumenter.ensure(module.__dict__["Trap"])
    instrumenter.ensure(module.Holder)
    instrumenter.instrument_module(module)
    assert instrumenter.failures == []
    assert done(type.__getattribute__(module.__dict__["Trap"], "__dict__")["method"])


def test_what_cannot_be_rewritten_is_left_alone_and_recorded(instrumenter, load, monkeypatch):
    module = load("def f(o):\n    return o.real\ndef g(o):\n    return o.real")
    edit = rewrite._edit

    def fail(code, *rest):
        if code.co_name == "f":
            raise ValueError("no way")
        return edit(code, *rest)

    monkeypatch.setattr(rewrite, "_edit", fail)
    instrumenter.instrument_module(module)
    instrumenter.ensure(module.f)
    assert module.f(1) == 1
    assert not done(module.f)
    assert done(module.g)
    (failure,) = instrumenter.failures
    assert (failure.function, failure.line, failure.reason) == ("f", 1, "ValueError: no way")
    assert failure.module == module.__name__


def test_ensure_never_raises(instrumenter, monkeypatch):
    def broken(*args):
        raise RuntimeError("scope")

    monkeypatch.setattr(instrumenter.scope, "category", broken)
    instrumenter.ensure(lambda: 1)
    assert "scope" in instrumenter.failures[0].reason


def test_wrapping_in_a_circle(instrumenter, load):
    module = load(
        "def f(o): return o.x\ndef g(o): return o.x\nf.__wrapped__ = g\ng.__wrapped__ = f"
    )
    instrumenter.ensure(module.f)
    assert done(module.f)
    assert done(module.g)


def test_what_was_seen_can_die(instrumenter, load):
    module = load("def make():\n    class A:\n        def m(self): return self.x\n    return A")
    sizes = []
    for _ in range(3):
        cls = module.make()
        instrumenter.ensure(cls)
        instrumenter.ensure(cls())
        assert done(cls.m)
        del cls
        gc.collect()
        sizes.append((len(instrumenter._seen), len(instrumenter._rewriter._known)))
    assert len(set(sizes)) == 1


def test_an_empty_cell(instrumenter, load):
    module = load("def make():\n    def f(o): return o.x, late\n    return f\n    late = 1")
    function = module.make()
    instrumenter.ensure(function)
    assert done(function)


def test_a_class_of_an_unknown_module(instrumenter, load):
    module = load("class A:\n    __module__ = 'nowhere'\n    def m(self): return self.x")
    instrumenter.ensure(module.A)
    assert done(module.A.m)
    instrumenter.ensure(type("B", (), {"__module__": 5}))


def test_a_function_without_a_module(instrumenter, load):
    module = load("def f(o): return o.x")
    del module.__dict__["__name__"]
    instrumenter.ensure(module.f)
    assert done(module.f)


def test_script_code(instrumenter, recorder):
    code = instrumenter.script_code("s.py", "n = 1\ndef f():\n    return n\nf()\n")
    exec(code, {"__name__": "__main__"})
    assert [(e.hook, e.site.name) for e in recorder.events] == [
        ("store_global", "n"),
        ("call0", "f"),
        ("load_global", "n"),
    ]
    with pytest.raises(SyntaxError):
        instrumenter.script_code("s.py", "def")


def test_a_context_manager_of_the_standard_library(instrumenter, load):
    module = load(WRAPPERS)
    with contextlib.ExitStack() as stack:
        instrumenter.ensure(module.managed)
        assert stack.enter_context(module.managed(3)) == 3
    assert done(module.managed.__wrapped__)
    assert not done(module.managed)
