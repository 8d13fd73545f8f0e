"""Each hook is called with the right operands, before the effect, at the right site."""

import sys
from types import CellType

import pytest

PY312 = sys.version_info >= (3, 12)


class Thing:
    pass


@pytest.fixture
def thing():
    thing = Thing()
    thing.x = 1
    return thing


# Attributes.


def test_load_attr(recorder, thing):
    recorder.run("value = thing.x", thing=thing)
    assert recorder.only("load_attr") == [("load_attr", (thing,))]
    (site,) = recorder.sites("load_attr")
    assert (site.operation, site.name, site.module, site.filename) == (
        "load_attr",
        "x",
        "program",
        "program.py",
    )
    assert (site.line, site.end_line, site.column, site.end_column) == (1, 1, 8, 15)


def test_store_attr_comes_before_the_store(recorder, thing):
    seen = []
    recorder.watch = lambda event: seen.append(thing.x)
    recorder.run("thing.x = 2", thing=thing)
    assert recorder.only("store_attr") == [("store_attr", (thing, 2))]
    assert seen == [1]
    assert thing.x == 2


def test_delete_attr_comes_before_the_deletion(recorder, thing):
    seen = []
    recorder.watch = lambda event: seen.append(hasattr(thing, "x"))
    recorder.run("del thing.x", thing=thing)
    assert recorder.only("delete_attr") == [("delete_attr", (thing,))]
    assert seen == [True]
    assert not hasattr(thing, "x")


def test_increment_of_an_attribute_is_a_load_an_operation_and_a_store(recorder, thing):
    recorder.run("thing.x += one", thing=thing, one=1)
    assert [event.hook for event in recorder.events] == ["load_attr", "operate", "store_attr"]
    assert [event.site.line for event in recorder.events] == [1, 1, 1]


def test_a_method_call_loads_the_attribute_too(recorder, thing):
    thing.method = lambda: 5
    scope = recorder.run("value = thing.method()", thing=thing)
    assert scope["value"] == 5
    assert ("load_attr", (thing,)) in recorder.only("load_attr")


# Items and slices.


def test_load_item(recorder):
    data = {"k": 1}
    recorder.run("value = data[key]", data=data, key="k")
    assert recorder.only("load_item") == [("load_item", (data, "k"))]
    assert recorder.sites("load_item")[0].name == "data"


def test_store_item_comes_before_the_store(recorder):
    data, seen = {}, []
    recorder.watch = lambda event: seen.append(dict(data))
    recorder.run("data['k'] = 'v'", data=data)
    assert recorder.only("store_item") == [("store_item", (data, "k", "v"))]
    assert seen == [{}]


def test_delete_item_comes_before_the_deletion(recorder):
    data, seen = {"k": 1}, []
    recorder.watch = lambda event: seen.append(dict(data))
    recorder.run("del data['k']", data=data)
    assert recorder.only("delete_item") == [("delete_item", (data, "k"))]
    assert seen == [{"k": 1}]


def test_increment_of_an_item_names_the_container_twice(recorder):
    recorder.run("data['k'] += 1", data={"k": 1})
    assert [(e.hook, e.site.name) for e in recorder.events if "item" in e.hook] == [
        ("load_item", "data"),
        ("store_item", "data"),
    ]


def test_slices(recorder):
    data, seen = [1, 2, 3], []
    recorder.watch = lambda event: seen.append(list(data))
    scope = recorder.run("value = data[0:2]\ndata[0:2] = [9]", data=data)
    assert scope["value"] == [1, 2]
    assert recorder.only("load_slice", "store_slice", "load_item", "store_item") == [
        ("load_slice", (data,)),
        ("store_slice", (data,)),
    ]
    assert seen[-1] == [1, 2, 3]
    assert data == [9, 3]


def test_a_slice_with_a_step_is_an_item_with_a_slice_for_a_key(recorder):
    data = [1, 2, 3]
    recorder.run("value = data[::2]", data=data)
    assert recorder.only("load_item") == [("load_item", (data, slice(None, None, 2)))]


def test_deleting_a_slice(recorder):
    data = [1, 2, 3]
    recorder.run("del data[0:2]", data=data)
    assert recorder.only("delete_item") == [("delete_item", (data, slice(0, 2)))]
    assert data == [3]


# Globals.

GLOBALS = """
    counter = 0
    def bump():
        global counter
        counter = counter + one
    def drop():
        global counter
        del counter
"""


def test_globals_in_functions(recorder):
    scope = recorder.run(GLOBALS, names={"counter"}, one=1)
    assert recorder.events == []  # the body of an imported module has no shared names
    seen = []
    recorder.watch = lambda event: seen.append(scope.get("counter"))
    scope["bump"]()
    scope["drop"]()
    assert recorder.only("load_global", "store_global", "delete_global") == [
        ("load_global", ()),
        ("store_global", (1,)),
        ("delete_global", ()),
    ]
    assert seen == [0, 0, 0, 1]  # the third is the addition
    assert {site.name for site in recorder.sites("store_global")} == {"counter"}


def test_other_globals_are_not_announced(recorder):
    scope = recorder.run(GLOBALS, names=set(), one=1)
    scope["bump"]()
    assert recorder.only("load_global", "store_global") == []


def test_the_top_level_of_a_script_has_shared_names(recorder):
    recorder.run("counter = 0\nvalue = counter\ndel counter", names={"counter"}, is_script=True)
    assert recorder.only("load_global", "store_global", "delete_global") == [
        ("store_global", (0,)),
        ("load_global", ()),
        ("delete_global", ()),
    ]


def test_class_bodies_have_names_of_their_own(recorder):
    recorder.run(
        "class A:\n    counter = 0\n    value = counter", names={"counter"}, is_script=True
    )
    assert recorder.only("load_global", "store_global") == []


def test_a_called_global_is_announced_before_it_is_loaded(recorder):
    scope = recorder.run("def f():\n    return g(1)", names={"g"}, g=lambda x: x + 1)
    assert scope["f"]() == 2
    assert [event.hook for event in recorder.events] == ["load_global", "call1"]


# Cells.

CELLS = """
    def outer(parameter):
        count = start
        def bump():
            nonlocal count
            count = count + one
            return parameter
        def drop():
            nonlocal count
            del count
        return bump, drop, lambda: count
"""


def test_cells(recorder):
    scope = recorder.run(CELLS, start=0, one=1)
    bump, drop, show = scope["outer"]("p")
    ((_, (cell, value)),) = recorder.only("store_cell")
    assert isinstance(cell, CellType)
    assert value == 0
    recorder.clear()
    seen = []
    recorder.watch = lambda event: seen.append(cell.cell_contents)
    assert bump() == "p"
    assert show() == 1
    drop()
    cells = recorder.only("load_cell", "store_cell", "delete_cell")
    assert cells == [
        ("load_cell", (cell,)),
        ("store_cell", (cell, 1)),
        ("load_cell", (cell,)),
        ("delete_cell", (cell,)),
    ]
    assert seen == [0, 0, 0, 1, 1]
    assert {event.site.name for event in recorder.events if "cell" in event.hook} == {"count"}


def test_cells_that_nobody_stores_are_not_announced(recorder):
    scope = recorder.run(
        """
        def outer(parameter):
            def inner(): return parameter
            return inner
        class A:
            def m(self): return __class__
        """
    )
    assert scope["outer"](3)() == 3
    assert scope["A"]().m() is scope["A"]
    assert recorder.only("load_cell", "store_cell") == []


def test_a_variable_that_only_a_comprehension_captures_is_local(recorder):
    scope = recorder.run("def f(items):\n    n = 2\n    return [n * i for i in items]")
    assert scope["f"]([1, 2]) == [2, 4]
    assert recorder.only("load_cell", "store_cell") == []


def test_a_generator_expression_captures(recorder):
    scope = recorder.run("def f(items):\n    n = 2\n    return (n * i for i in items)")
    assert list(scope["f"]([1, 2])) == [2, 4]
    assert [hook for hook, _ in recorder.only("load_cell", "store_cell")] == [
        "store_cell",
        "load_cell",
        "load_cell",
    ]


def test_a_class_body_reads_a_cell(recorder):
    scope = recorder.run(
        """
        def f():
            value = 1
            class A:
                copy = value
            def change():
                nonlocal value
                value = 2
            return A
        """
    )
    assert scope["f"]().copy == 1
    assert [hook for hook, _ in recorder.only("load_cell", "store_cell")] == [
        "store_cell",
        "load_cell",
    ]


# Containers as a whole.


def test_contains(recorder):
    data = {1}
    recorder.run("a = 1 in data\nb = 2 not in data\nc = 1 in (1, 2)", data=data)
    assert recorder.only("contains") == [("contains", (1, data)), ("contains", (2, data))]


def test_iteration(recorder):
    data = [1, 2]
    recorder.run("for item in data: pass", data=data)
    assert recorder.only("iterate") == [("iterate", (data,))]
    advances = recorder.only("advance")
    assert len(advances) == 3  # the last finds the end
    assert len({id(operands[0]) for _, operands in advances}) == 1
    assert [(s.name, s.line, s.column, s.end_column) for s in recorder.sites("iterate")] == [
        ("data", 1, 12, 16)
    ]


def test_iteration_of_a_comprehension_and_of_yield_from(recorder):
    data = [1, 2]
    recorder.run(
        """
        squares = [item * item for item in data]
        def generate():
            yield from data
        copies = list(generate())
        """,
        data=data,
    )
    assert recorder.only("iterate") == [("iterate", (data,)), ("iterate", (data,))]
    assert len(recorder.only("advance")) == 3  # the steps of `yield from` are not seen


def test_truth(recorder):
    data = []
    scope = recorder.run(
        """
        a = 1 if data else 2
        b = not data
        c = data or 3
        d = data and 4
        while data: pass
        assert not data
        """,
        data=data,
    )
    assert recorder.only("truth") == [("truth", (data,))] * 6
    assert (scope["a"], scope["b"], scope["c"], scope["d"]) == (2, True, 3, [])
    assert {site.name for site in recorder.sites("truth")} == {"data"}


def test_truth_of_what_can_only_be_a_bool_is_not_announced(recorder):
    recorder.run(
        """
        if a == b or a is b or a in c or not (a in c): pass
        x = (a in c) and (a is not b)
        try:
            raise KeyError
        except KeyError:
            pass
        """,
        a=1,
        b=2,
        c={3},
    )
    assert recorder.only("truth") == []


def test_operators(recorder):
    one, two, seen = [1], [2], []
    recorder.watch = lambda event: seen.append((list(one), event.site.operation, event.site.name))
    recorder.run("a = one + two\none += two\nb = one < two\nc = one * 2", one=one, two=two)
    assert [operands for _, operands in recorder.only("operate")] == [
        (one, two),
        (one, two),
        (one, two),
        (one, 2),
    ]
    assert seen == [
        ([1], "binary", "+"),
        ([1], "inplace", "+="),
        ([1, 2], "compare", "<"),
        ([1, 2], "binary", "*"),
    ]


@pytest.mark.parametrize("text", ["a + 1", "a - 2.5", "a == None", "a < 'x'", "a << 1"])
def test_operators_with_a_plain_constant_are_not_announced(recorder, text):
    class Any:
        def __getattr__(self, name):
            raise AttributeError

        __add__ = __sub__ = __eq__ = __lt__ = __lshift__ = lambda self, other: True

    recorder.run(f"value = {text}", a=Any())
    assert recorder.only("operate") == []


def test_unpacking(recorder):
    data, mapping = [1, 2], {"k": 3}
    scope = recorder.run(
        """
        a, b = data
        c, *d = data
        e = [*data, *data]
        f = {*data}
        g = {**mapping}
        (h, i) = (1, 2)
        j = [1, 2, 3, 4]
        """,
        data=data,
        mapping=mapping,
    )
    assert [operands for _, operands in recorder.only("unpack")] == [
        (data,),
        (data,),
        (data,),
        (data,),
        (data,),
        (mapping,),
    ]
    assert scope["e"] == [1, 2, 1, 2]


def test_matching_a_mapping(recorder):
    data = {"a": 1}
    scope = recorder.run(
        """
        match data:
            case {"a": found}: pass
        """,
        data=data,
    )
    assert scope["found"] == 1
    assert recorder.only("unpack")[0] == ("unpack", (data,))


# Calls.


def function(*args, **kwargs):
    return args, kwargs


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("f()", ("call0", (function,))),
        ("f(1)", ("call1", (function, 1))),
        ("f(1, 2)", ("call2", (function, 1, 2))),
        ("f(1, 2, 3, 4)", ("call2", (function, 1, 2))),
        ("f(k=1)", ("call0", (function,))),
        ("f(1, k=2)", ("call1", (function, 1))),
        ("f(1, 2, 3, k=4)", ("call2", (function, 1, 2))),
        ("f(*[1, 2])", ("call_ex", (function, [1, 2]))),
        ("f(*(1, 2), **{})", ("call_ex", (function, (1, 2)))),
        ("f(**{'k': 1})", ("call_ex", (function, ()))),
        ("f(0, *(1, 2), k=2)", ("call_ex", (function, (0, 1, 2)))),
    ],
)
def test_calls(recorder, call, expected):
    scope = recorder.run(f"value = {call}", f=function)
    assert scope["value"] == eval(call, {"f": function})
    hook, operands = recorder.only("call0", "call1", "call2", "call_ex")[-1]
    if hook == "call_ex":
        operands = (operands[0], type(expected[1][1])(operands[1]))
    assert (hook, operands) == expected
    assert recorder.events[-1].site.name == "f"


@pytest.mark.parametrize(
    ("data", "call", "expected"),
    [
        ([], "data.append(1)", ("call1", "append", (1,))),
        ([1], "data.pop()", ("call0", "pop", ())),
        ([2, 1], "data.sort(key=abs)", ("call0", "sort", ())),
        ({}, "data.setdefault('k', [])", ("call2", "setdefault", ("k", []))),
        ({1}, "data.discard(1)", ("call1", "discard", (1,))),
        (bytearray(), "data.extend(b'x')", ("call1", "extend", (b"x",))),
    ],
)
def test_the_bound_method_of_a_container_is_seen(recorder, data, call, expected):
    copy, seen = type(data)(data), []
    recorder.watch = lambda event: seen.append(type(data)(data))
    recorder.run(call, data=data, abs=abs)
    eval(call, {"data": copy, "abs": abs})
    event = recorder.events[-1]
    method, *arguments = event.operands
    assert (event.hook, method.__name__, tuple(arguments)) == expected
    assert method.__self__ is data
    assert data == copy
    assert seen[-1] != data or expected[1] == "setdefault"


def test_a_method_of_the_program_is_called_as_fast_as_before(recorder):
    class A:
        def method(self, value):
            return value

    scope = recorder.run("value = a.method(7)", a=A())
    event = recorder.events[-1]
    assert scope["value"] == 7
    assert event.hook == "call1"
    assert event.operands[0] in {A.method, scope["a"]}  # the function or self, by version
    assert event.site.name == "method"


def test_object_setattr_is_seen_bound(recorder):
    class A:
        pass

    recorder.run("object.__setattr__(a, 'x', 1)\na.__setattr__('y', 2)", a=A(), object=object)
    first, second = recorder.only("call2")
    assert first[1][1:] != second[1][1:]
    assert second[1][0].__name__ == "__setattr__"
    assert second[1][1:] == ("y", 2)


def test_super_method_of_a_container(recorder):
    scope = recorder.run(
        """
        class Stack(list):
            def append(self, item):
                super().append(item * 2)
        stack = Stack()
        stack.append(4)
        """
    )
    assert scope["stack"] == [8]
    method, argument = recorder.only("call1")[-1][1]
    assert method.__self__ is scope["stack"]
    assert argument == 8
    # That `super()` is a call and an attribute, up to 3.11, is not the program's business.
    assert "super" not in {event.site.name for event in recorder.events}


def test_with(recorder):
    class Manager:
        entered = False

        def __enter__(self):
            self.entered = True

        def __exit__(self, *exception):
            self.left = exception
            return True

    manager, seen = Manager(), []
    recorder.watch = lambda event: seen.append((event.hook, manager.entered))
    recorder.run("with manager:\n    pass", manager=manager)
    ((_, operands),) = recorder.only("enter_with")
    assert operands == (manager,)
    assert seen == [("enter_with", False), ("call2", True)]
    assert recorder.only("call2") == [("call2", (manager.__exit__, None, None))]
    positions = {(s.line, s.column, s.end_column) for s in (e.site for e in recorder.events)}
    assert positions == {(1, 5, 12)}


def test_leaving_with_by_an_exception(recorder):
    class Manager:
        def __enter__(self):
            pass

        def __exit__(self, *exception):
            return True

    manager = Manager()
    recorder.run("with manager:\n    raise error", manager=manager, error=KeyError("x"))
    (((method, error)),) = [operands for _, operands in recorder.only("call1")]
    assert method == manager.__exit__
    assert str(error) == "'x'"
    assert recorder.events[-1].site.line == 1


def test_several_managers_are_left_in_the_opposite_order(recorder):
    recorder.run(
        "with first(1) as a, second(2) as b:\n    pass",
        first=_manager,
        second=_manager,
    )
    columns = [
        (e.hook, e.site.column) for e in recorder.events if e.hook in {"enter_with", "call2"}
    ]
    assert columns == [("enter_with", 5), ("enter_with", 20), ("call2", 20), ("call2", 5)]


def _manager(number):
    import contextlib

    return contextlib.nullcontext(number)


def test_decorators_and_classes(recorder):
    scope = recorder.run(
        """
        @decorate
        def f(): return 1
        @decorate
        class A(metaclass=Meta, key=1): pass
        """,
        decorate=lambda obj: (obj,),
        Meta=type(
            "Meta",
            (type,),
            {
                "__new__": lambda m, n, b, d, **kw: type.__new__(m, n, b, d),
                "__init__": lambda *args, **kw: None,
            },
        ),
    )
    assert scope["f"][0]() == 1
    assert isinstance(scope["A"][0], type)


def test_an_assertion_message_is_not_a_call(recorder):
    with pytest.raises(AssertionError, match="wrong"):
        recorder.run("assert value, 'wrong'", value=[])
    assert [event.hook for event in recorder.events] == ["truth"]


def test_a_comprehension_is_not_a_call(recorder):
    recorder.run("value = [i for i in data]", data=[1])
    assert recorder.only("call0", "call1") == []


def test_sites_carry_the_function(recorder):
    scope = recorder.run(
        """
        class A:
            def m(self, items):
                def inner(): return self.x
                return [item.y for item in items], inner
        """
    )
    a = scope["A"]()
    a.x = a.y = 1
    a.m([a])[1]()
    functions = {(site.name, site.function) for site in recorder.sites("load_attr")}
    # A comprehension belongs to the function it stands in, also where it is a function itself.
    assert functions == {("y", "A.m"), ("x", "A.m.<locals>.inner")}
