"""The hooks announce the right locations and kinds: called here as rewritten code calls them."""

import bisect
import builtins
import collections
import functools
import gc
import heapq
import inspect
import itertools
import math
import threading
import types
import weakref
from dataclasses import dataclass, field

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.recorder import Recorder
from treadle.engine.site import Site
from treadle.instrument import hooks
from treadle.instrument.hooks import MISSING
from treadle.model.operation import Kind
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst


@pytest.fixture(autouse=True)
def nothing_is_instrumented():
    hooks.bind(None)
    yield
    kernel.recorder = None
    kernel.on_stop = None
    hooks.bind(None)


def site(name=None, operation="hook"):
    return Site(operation, name, "module", "file.py", "function", 1, 1, 0, 1)


@dataclass
class Announced:
    """What was announced in an execution."""

    by_object: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    points: int = 0

    def of(self, obj):
        """Of one object: ``{"attribute x: READ", "whole: SHAPE_READ"}``."""
        return self.by_object.get(id(obj), set())

    @property
    def everything(self):
        return set().union(*self.by_object.values(), *self.names.values())


def kinds(location):
    what = "whole" if location.form == "container" else f"{location.form} {location.key}"
    return {f"{what}: {Kind(access.kind).name}" for access in location.accesses}


def announce(*actions, recorder=None):
    """Run actions in the main task of an execution that has another one."""
    seen = Announced()

    def main():
        kernel.spawn(lambda: None, "other", False)
        before = kernel.operations
        for action in actions:
            action()
        seen.points = kernel.operations - before
        for identity, entry in kernel.objects.items():
            locations = [*entry.attributes.values(), *entry.items.values()]
            locations += [entry.container] if entry.container is not None else []
            found = set().union(*map(kinds, locations))
            if found:
                seen.by_object[identity] = found
        for key, location in kernel.names.items():
            seen.names[key] = kinds(location)

    _run(main, recorder)
    return seen


def _run(main, recorder=None, scheduler=None):
    failures = []
    kernel.on_stop = lambda: failures.extend(kernel.failures)
    kernel.recorder = recorder
    status = kernel.run(main, scheduler or Scheduler())
    kernel.recorder = None
    if failures:
        raise failures[0][1]
    assert status == "finished"


class Account:
    interest = 1

    def __init__(self):
        self.bal = 0

    def deposit(self):
        pass

    @property
    def balance(self):
        raise AssertionError("the program's code was run")

    @balance.setter
    def balance(self, value):
        raise AssertionError("the program's code was run")

    @functools.cached_property
    def rate(self):
        raise AssertionError("the program's code was run")

    @staticmethod
    def static():
        pass

    @classmethod
    def make(cls):
        pass


class Slotted:
    __slots__ = ("bal",)


# --- attributes -----------------------------------------------------------------------------------


def test_reading_an_attribute():
    account = Account()
    seen = announce(lambda: hooks.load_attr(account, site("bal")))
    assert seen.of(account) == {"attribute bal: READ"}
    assert seen.points == 1


def test_writing_and_deleting_an_attribute():
    account = Account()
    for action in (
        lambda: hooks.store_attr(account, 5, site("bal")),
        lambda: hooks.delete_attr(account, site("bal")),
    ):
        seen = announce(action)
        assert seen.of(account) == {"attribute bal: WRITE"}
        assert seen.points == 1


def test_an_attribute_that_is_not_there_yet_is_a_location_too():
    account = Account()
    assert announce(lambda: hooks.load_attr(account, site("missing"))).of(account) == {
        "attribute missing: READ"
    }


def test_objects_and_attributes_are_told_apart():
    one, other = Account(), Account()
    seen = announce(
        lambda: hooks.load_attr(one, site("bal")),
        lambda: hooks.store_attr(other, 1, site("bal")),
        lambda: hooks.load_attr(other, site("x")),
    )
    assert seen.of(one) == {"attribute bal: READ"}
    assert seen.of(other) == {"attribute bal: WRITE", "attribute x: READ"}


@pytest.mark.parametrize("name", ["deposit", "static", "make", "__class__", "__init__", "__doc__"])
def test_methods_are_no_data(name):
    account = Account()
    seen = announce(lambda: hooks.load_attr(account, site(name)))
    assert seen.everything - {"attribute __doc__: READ"} == set()


def test_a_property_makes_no_access_of_its_own():
    account = Account()
    seen = announce(
        lambda: hooks.load_attr(account, site("balance")),
        lambda: hooks.store_attr(account, 1, site("balance")),
        lambda: hooks.delete_attr(account, site("balance")),
    )
    assert seen.everything == set()
    assert seen.points == 0


def test_a_cached_property_is_the_datum_that_it_leaves_behind():
    account = Account()
    seen = announce(lambda: hooks.load_attr(account, site("rate")))
    assert "attribute rate: READ" in seen.of(account)
    assert "attribute rate: WRITE" in announce(
        lambda: hooks.store_attr(account, 1, site("rate"))
    ).of(account)


def test_a_default_of_the_class_is_read_from_both():
    account = Account()
    seen = announce(lambda: hooks.load_attr(account, site("interest")))
    assert seen.of(account) == {"attribute interest: READ"}
    assert seen.of(Account) == {"attribute interest: READ"}
    assert seen.points == 1


def test_writing_it_on_the_instance_leaves_the_class_alone():
    account = Account()
    seen = announce(lambda: hooks.store_attr(account, 2, site("interest")))
    assert seen.of(account) == {"attribute interest: WRITE"}
    assert seen.of(Account) == set()


def test_an_attribute_of_a_class():
    seen = announce(lambda: hooks.load_attr(Account, site("interest")))
    assert seen.of(Account) == {"attribute interest: READ"}
    seen = announce(lambda: hooks.store_attr(Account, 2, site("interest")))
    assert seen.of(Account) == {"attribute interest: WRITE"}


def test_an_inherited_attribute_of_a_class_is_that_of_its_base():
    class Savings(Account):
        pass

    seen = announce(lambda: hooks.load_attr(Savings, site("interest")))
    assert seen.of(Account) == {"attribute interest: READ"}


@pytest.mark.parametrize("name", ["deposit", "static", "make", "__name__", "__dict__"])
def test_methods_and_special_attributes_of_a_class_are_no_data(name):
    assert announce(lambda: hooks.load_attr(Account, site(name))).everything == set()


def test_a_write_to_the_class_is_seen_by_a_read_through_an_instance():
    account = Account()
    assert conflicts(
        lambda: hooks.load_attr(account, site("interest")),
        lambda: hooks.store_attr(Account, 2, site("interest")),
    )


def test_a_class_attribute_that_becomes_something_else_is_looked_at_again():
    class Changing:
        value = property(lambda self: 1)

    thing = Changing()

    def change():
        hooks.store_attr(Changing, 1, site("value"))
        Changing.value = 1

    seen = announce(
        lambda: hooks.load_attr(thing, site("value")),  # a property
        change,
        lambda: hooks.load_attr(thing, site("value")),  # a default
    )
    assert seen.of(thing) == {"attribute value: READ"}
    assert seen.of(Changing) == {"attribute value: WRITE", "attribute value: READ"}


def test_slots_are_data_of_the_instance():
    thing = Slotted()
    seen = announce(
        lambda: hooks.store_attr(thing, 1, site("bal")), lambda: hooks.load_attr(thing, site("bal"))
    )
    assert seen.of(thing) == {"attribute bal: WRITE", "attribute bal: READ"}
    assert seen.of(Slotted) == set()


def test_attributes_of_a_thread_local_are_not_shared():
    local = threading.local()
    seen = announce(
        lambda: hooks.store_attr(local, 1, site("n")), lambda: hooks.load_attr(local, site("n"))
    )
    assert seen.of(local) == set()


def test_a_lazily_made_attribute_is_not_made_by_looking():
    class Lazy:
        def __getattr__(self, name):
            raise AssertionError("the program's code was run")

    thing = Lazy()
    recorder = FakeRecorder()
    seen = announce(lambda: hooks.load_attr(thing, site("x")), recorder=recorder)
    assert seen.of(thing) == {"attribute x: READ"}
    assert recorder.data_events() == [("READ", "x", MISSING, MISSING)]


def test_attributes_of_modules_are_global_variables():
    module = types.ModuleType("shop")
    module.stock = 3
    module.helper = lambda: None
    module.Class = Account
    seen = announce(
        lambda: hooks.load_attr(module, site("stock")),
        lambda: hooks.load_attr(module, site("helper")),
        lambda: hooks.load_attr(module, site("Class")),
        lambda: hooks.load_attr(module, site("missing")),
    )
    assert seen.names == {
        ("shop", "stock"): {"global stock: READ"},
        ("shop", "missing"): {"global missing: READ"},  # another task may be about to set it
    }
    seen = announce(
        lambda: hooks.store_attr(module, 4, site("stock")),
        lambda: hooks.delete_attr(module, site("helper")),
    )
    assert seen.names == {
        ("shop", "stock"): {"global stock: WRITE"},
        ("shop", "helper"): {"global helper: WRITE"},
    }


def test_the_dict_of_an_object_is_its_attributes():
    account = Account()

    def through_the_dict():
        hooks.load_attr(account, site("__dict__"))
        hooks.store_item(account.__dict__, "bal", 5, site())

    seen = announce(through_the_dict)
    assert (
        seen.of(account)
        == seen.of(account.__dict__)
        == {"attribute bal: WRITE", "whole: ITEM_WRITE"}
    )


@pytest.mark.parametrize("reach", ["attribute", "vars"])
def test_a_write_through_the_dict_conflicts_with_a_read_of_the_attribute(reach):
    account = Account()

    def write():
        if reach == "vars":
            hooks.call1(vars, account, site("vars"))
        else:
            hooks.load_attr(account, site("__dict__"))
        hooks.store_item(account.__dict__, "bal", 5, site())

    assert conflicts(write, lambda: hooks.load_attr(account, site("bal")))
    assert not conflicts(write, lambda: hooks.load_attr(account, site("other")))


# --- global variables and cells -------------------------------------------------------------------


def test_global_variables():
    seen = announce(
        lambda: hooks.load_global(site("counter")),
        lambda: hooks.store_global(1, site("total")),
        lambda: hooks.delete_global(site("old")),
    )
    assert seen.names == {
        ("module", "counter"): {"global counter: READ"},
        ("module", "total"): {"global total: WRITE"},
        ("module", "old"): {"global old: WRITE"},
    }
    assert seen.points == 3


def test_a_global_variable_is_the_attribute_of_its_module():
    module = types.ModuleType("module")
    module.counter = 0
    assert conflicts(
        lambda: hooks.store_global(1, site("counter")),
        lambda: hooks.load_attr(module, site("counter")),
    )


def make_cell(value):
    return (lambda: value).__closure__[0]


def test_cells():
    cell = make_cell(3)
    seen = announce(lambda: hooks.load_cell(cell, site("x")))
    assert seen.of(cell) == {"cell x: READ"}
    seen = announce(
        lambda: hooks.store_cell(cell, 4, site("x")), lambda: hooks.delete_cell(cell, site("x"))
    )
    assert seen.of(cell) == {"cell x: WRITE"}
    assert seen.points == 2


def test_an_empty_cell_can_be_read():
    recorder = FakeRecorder()
    announce(lambda: hooks.load_cell(types.CellType(), site("x")), recorder=recorder)
    assert recorder.data_events() == [("READ", "x", MISSING, MISSING)]


# --- items ----------------------------------------------------------------------------------------


def load(container, key):
    return lambda: hooks.load_item(container, key, site())


def store(container, key, value=9):
    return lambda: hooks.store_item(container, key, value, site())


def delete(container, key):
    return lambda: hooks.delete_item(container, key, site())


@pytest.mark.parametrize("make", [list, collections.deque, bytearray])
def test_an_index(make):
    items = make([1, 2, 3])
    assert announce(load(items, 1)).of(items) == {"item 1: READ", "whole: ITEM_READ"}
    assert announce(store(items, 1)).of(items) == {"item 1: WRITE", "whole: ITEM_WRITE"}
    assert announce(delete(items, 1)).of(items) == {"whole: ALL_WRITE"}
    assert announce(load(items, 1)).points == 1


@pytest.mark.parametrize("make", [list, collections.deque, bytearray])
def test_a_negative_index_depends_on_the_length(make):
    items = make([1, 2, 3])
    assert announce(load(items, -1)).of(items) == {
        "item 2: READ",
        "whole: ITEM_READ",
        "whole: SHAPE_READ",
    }
    assert announce(store(items, -3)).of(items) == {
        "item 0: WRITE",
        "whole: ITEM_WRITE",
        "whole: SHAPE_READ",
    }


def test_an_index_out_of_range_is_announced_and_not_looked_up():
    items = [1]
    recorder = FakeRecorder()
    seen = announce(load(items, 5), load(items, -7), recorder=recorder)
    assert "item 5: READ" in seen.of(items)
    assert [event[2] for event in recorder.data_events()] == [MISSING, MISSING]


@pytest.mark.parametrize("key", [slice(0, 2), "no index", 1.0])
def test_another_index_may_be_any(key):
    items = [1, 2, 3]
    assert announce(load(items, key)).of(items) == {"whole: ALL_READ"}
    assert announce(store(items, key)).of(items) == {"whole: ALL_WRITE"}
    assert announce(delete(items, key)).of(items) == {"whole: ALL_WRITE"}


def test_slices():
    items = [1, 2, 3]
    assert announce(lambda: hooks.load_slice(items, site())).of(items) == {"whole: ALL_READ"}
    assert announce(lambda: hooks.store_slice(items, site())).of(items) == {"whole: ALL_WRITE"}
    assert (
        announce(
            lambda: hooks.load_slice("text", site()), lambda: hooks.store_slice(5, site())
        ).points
        == 0
    )


@pytest.mark.parametrize("make", [dict, collections.OrderedDict, collections.Counter])
def test_a_key(make):
    cache = make(a=1)
    assert announce(load(cache, "a")).of(cache) == {"item a: READ", "whole: ITEM_READ"}
    assert announce(load(cache, "b")).of(cache) == {"item b: READ", "whole: ITEM_READ"}
    assert announce(store(cache, "a")).of(cache) == {"item a: WRITE", "whole: ITEM_WRITE"}
    assert announce(store(cache, "b")).of(cache) == {"item b: WRITE", "whole: SHAPE_WRITE"}
    assert announce(delete(cache, "a")).of(cache) == {"item a: WRITE", "whole: SHAPE_WRITE"}


def test_looking_up_a_missing_key_of_a_defaultdict_adds_it():
    groups = collections.defaultdict(list, a=[])
    assert announce(load(groups, "a")).of(groups) == {"item a: READ", "whole: ITEM_READ"}
    assert announce(load(groups, "b")).of(groups) == {"item b: WRITE", "whole: SHAPE_WRITE"}


class Key:
    def __hash__(self):
        raise AssertionError("the program's code was run")

    __eq__ = __hash__


@pytest.mark.parametrize("key", [Key(), (Key(), 1), frozenset([1]), ((1, 2), 3)])
def test_keys_with_code_of_their_own_are_one_location(key):
    for make in (dict, functools.partial(collections.defaultdict, int)):
        cache = make()
        seen = announce(load(cache, key))
        assert {each.split(": ")[1] for each in seen.of(cache)} == {"READ", "ITEM_READ"}
        seen = announce(store(cache, key))
        assert {each.split(": ")[1] for each in seen.of(cache)} == {"WRITE", "SHAPE_WRITE"}
        assert len({each.split(": ")[0] for each in seen.of(cache)}) == 2


@pytest.mark.parametrize("key", ["a", 1, b"a", True, 1.5, None, ("a", 1)])
def test_simple_keys_are_locations_of_their_own(key):
    cache = {}
    assert f"item {key}: READ" in announce(load(cache, key)).of(cache)


@pytest.mark.parametrize(
    "other", ["text", (1, 2), b"bytes", range(3), memoryview(b"abc"), Account()]
)
def test_items_of_what_cannot_change_are_no_accesses(other):
    seen = announce(load(other, 0), store(other, 0), delete(other, 0))
    assert seen.points == 0


# --- containment, truth, operators ----------------------------------------------------------------


def test_containment():
    cases = [
        ({"a": 1}, {"item a: READ", "whole: ITEM_READ"}),
        ({"a"}, {"item a: READ", "whole: ITEM_READ"}),
        (["a"], {"whole: ALL_READ"}),
        (collections.deque("a"), {"whole: ALL_READ"}),
    ]
    for container, expected in cases:
        seen = announce(lambda c=container: hooks.contains("a", c, site()))
        assert seen.of(container) == expected
        assert seen.points == 1
    assert announce(lambda: hooks.contains("a", "abc", site())).points == 0


def test_truth():
    for container in ([1], {}, {1}, collections.deque(), bytearray()):
        assert announce(lambda c=container: hooks.truth(c, site())).of(container) == {
            "whole: SHAPE_READ"
        }
    assert (
        announce(lambda: hooks.truth(5, site()), lambda: hooks.truth(Account(), site())).points == 0
    )


def test_operators_read_their_operands():
    left, right = [1], [2]
    for operation in ("binary", "compare"):
        seen = announce(lambda o=operation: hooks.operate(left, right, site("+", o)))
        assert seen.of(left) == seen.of(right) == {"whole: ALL_READ"}
    assert announce(lambda: hooks.operate(2, right, site("*", "binary"))).of(right) == {
        "whole: ALL_READ"
    }
    assert announce(lambda: hooks.operate(1, 2, site("+", "binary"))).points == 0


def test_operators_in_place_change_the_left_operand():
    right = [2]
    for left, expected in (
        ([1], "whole: ALL_WRITE"),
        ({1}, "whole: ALL_WRITE"),
        ({}, "whole: ALL_WRITE"),
        (collections.deque(), "whole: ALL_WRITE"),
        (bytearray(), "whole: ALL_WRITE"),
    ):
        seen = announce(lambda c=left: hooks.operate(c, right, site("+=", "inplace")))
        assert seen.of(left) == {expected}
        assert seen.of(right) == {"whole: ALL_READ"}


def test_unpacking():
    items = [1, 2]
    assert announce(lambda: hooks.unpack(items, site())).of(items) == {"whole: ALL_READ"}
    assert announce(lambda: hooks.unpack((1, 2), site())).points == 0


# --- iteration ------------------------------------------------------------------------------------


CONTAINERS = [
    lambda: [1, 2],
    lambda: {"a": 1},
    lambda: {1, 2},
    lambda: collections.deque([1, 2]),
    lambda: bytearray(b"ab"),
]


@pytest.mark.parametrize("make", CONTAINERS)
def test_each_step_of_a_loop_reads(make):
    container = make()
    looking = "whole: SHAPE_READ" if isinstance(container, (dict, set)) else "whole: ALL_READ"
    seen = announce(lambda: hooks.advance(iter(container), site()))
    assert seen.of(container) == {looking}
    assert seen.points == 1


@pytest.mark.parametrize("make", CONTAINERS)
@pytest.mark.parametrize(
    "wrap", [enumerate, zip, functools.partial(map, str), functools.partial(filter, None)]
)
def test_each_step_through_a_wrapping_iterator_reads(make, wrap):
    container = make()
    looking = "whole: SHAPE_READ" if isinstance(container, (dict, set)) else "whole: ALL_READ"
    assert announce(lambda: hooks.advance(wrap(container), site())).of(container) == {looking}


def test_a_step_through_several_containers_reads_each():
    one, other = [1], {2: 3}
    seen = announce(
        lambda: hooks.advance(enumerate(zip(one, other.values(), strict=False)), site())
    )
    assert seen.of(one) == {"whole: ALL_READ"}
    assert seen.of(other) == {"whole: ALL_READ"}


def test_the_beginning_of_a_loop_over_keys_reads_them():
    for container in ({"a": 1}, {1}, collections.OrderedDict(a=1)):
        assert announce(lambda c=container: hooks.iterate(c, site())).of(container) == {
            "whole: SHAPE_READ"
        }
    assert announce(lambda: hooks.iterate([1], site())).points == 0  # a list is read step by step


@pytest.mark.parametrize("view", ["keys", "values", "items"])
def test_views(view):
    cache = {"a": 1}
    seen = announce(lambda: hooks.iterate(getattr(cache, view)(), site()))
    assert seen.of(cache) == {"whole: ALL_READ"}
    looking = "whole: SHAPE_READ" if view == "keys" else "whole: ALL_READ"
    seen = announce(lambda: hooks.advance(iter(getattr(cache, view)()), site()))
    assert seen.of(cache) == {looking}
    assert announce(lambda: hooks.contains("a", getattr(cache, view)(), site())).of(cache) == {
        "whole: ALL_READ"
    }


@pytest.mark.parametrize("make", [lambda: [1, 2], lambda: {"a": 1}])
def test_reversed(make):
    container = make()
    seen = announce(lambda: hooks.advance(reversed(container), site()))
    assert seen.of(container) in ({"whole: ALL_READ"}, {"whole: SHAPE_READ"})


ITERATORS = {
    "tuple": lambda: iter((1,)),
    "text": lambda: iter("a"),
    "range": lambda: iter(range(3)),
    "generator": lambda: (x for x in ()),
    "count": itertools.count,
    "zip": lambda: zip("ab", strict=False),
    "chain": lambda: itertools.chain("a", (2,)),
}


@pytest.mark.parametrize("name", ITERATORS)
def test_an_iterator_that_only_its_loop_knows_is_no_shared_data(name):
    stack = [ITERATORS[name]()]
    assert announce(lambda: hooks.advance(stack[0], site())).points == 0


@pytest.mark.parametrize("name", ITERATORS)
def test_of_an_iterator_that_others_may_know_the_position_is_shared_data(name):
    iterator = ITERATORS[name]()
    known = [iterator]  # besides the stack, on which instrumented code has it too
    for step in (
        lambda: hooks.advance(iterator, site()),
        call(next, iterator),
        call(iterator.__next__),
        call(list, iterator),
        call(sum, iterator),
        lambda: hooks.unpack(iterator, site()),
        lambda: hooks.contains(3, iterator, site()),
    ):
        seen = announce(step)
        assert seen.of(known[0]) == {"whole: SHAPE_WRITE"}
        assert seen.points == 1


def test_iterators_inside_of_iterators_can_be_known_too():
    iterator = iter(range(3))
    known = [iterator]
    for make in (enumerate, zip, itertools.chain, lambda it: map(str, it), lambda it: zip("a", it)):
        seen = announce(lambda make=make: hooks.advance(make(iterator), site()))
        assert seen.of(known[0]) == {"whole: SHAPE_WRITE"}


def test_a_shared_iterator_over_a_container_is_both():
    items = [1, 2]
    iterator = iter(items)
    known = [iterator]
    seen = announce(lambda: hooks.advance(iterator, site()))
    assert seen.of(items) == {"whole: ALL_READ"}
    assert seen.of(known[0]) == {"whole: SHAPE_WRITE"}
    assert seen.points == 1


def test_what_is_sent_to_a_generator_changes_it():
    generator = (x for x in (1, 2))
    assert announce(call(generator.send, None)).of(generator) == {"whole: SHAPE_WRITE"}
    assert announce(call(generator.close)).of(generator) == {"whole: SHAPE_WRITE"}


def test_an_iterator_written_in_python_speaks_for_itself():
    class Counter:
        def __next__(self):
            return 1

    counter = Counter()
    assert announce(call(next, counter)).points == 0


def test_an_exhausted_iterator_can_be_advanced():
    for container in ([], {}, set(), collections.deque()):
        iterator = iter(container)
        assert list(iterator) == []
        announce(lambda i=iterator: hooks.advance(i, site()))


# --- calls ----------------------------------------------------------------------------------------


def call(function, *arguments):
    hook = [hooks.call0, hooks.call1, hooks.call2][min(len(arguments), 2)]
    return lambda: hook(function, *arguments[:2], site(getattr(function, "__name__", None)))


def test_methods_of_containers():
    items, cache, unique = [1, 2], {"a": 1}, {1}
    cases = [
        (items, call(items.append, 3), {"item 2: WRITE", "whole: SHAPE_WRITE"}),
        (items, call(items.pop), {"item 1: WRITE", "whole: SHAPE_WRITE"}),
        (items, call(items.pop, 0), {"whole: ALL_WRITE"}),
        (items, call(items.sort), {"whole: ALL_WRITE"}),
        (items, call(items.index, 1), {"whole: ALL_READ"}),
        (cache, call(cache.get, "a"), {"item a: READ", "whole: ITEM_READ"}),
        (cache, call(cache.pop, "a"), {"item a: WRITE", "whole: SHAPE_WRITE"}),
        (cache, call(cache.setdefault, "a", 2), {"item a: READ", "whole: ITEM_READ"}),
        (cache, call(cache.setdefault, "b", 2), {"item b: WRITE", "whole: SHAPE_WRITE"}),
        (cache, call(cache.clear), {"whole: ALL_WRITE"}),
        (unique, call(unique.add, 1), {"item 1: WRITE", "whole: SHAPE_WRITE"}),
        (unique, call(unique.pop), {"whole: ALL_WRITE"}),
    ]
    for container, action, expected in cases:
        seen = announce(action)
        assert seen.of(container) == expected
        assert seen.points == 1


def test_popping_from_an_empty_list_is_announced():
    items = []
    assert "whole: SHAPE_WRITE" in announce(call(items.pop)).of(items)


def test_methods_that_take_in_another_container_read_it():
    items, other, cache = [1], [2], {}
    seen = announce(call(items.extend, other))
    assert seen.of(items) == {"whole: ALL_WRITE"}
    assert seen.of(other) == {"whole: ALL_READ"}
    seen = announce(call(cache.update, {"a": 1}), call(set().update, other))
    assert seen.of(cache) == {"whole: ALL_WRITE"}
    assert seen.of(other) == {"whole: ALL_READ"}


def test_unbound_methods():
    items = [1]
    assert announce(call(list.append, items, 3)).of(items) == {
        "item 1: WRITE",
        "whole: SHAPE_WRITE",
    }
    assert announce(call(list.sort, items)).of(items) == {"whole: ALL_WRITE"}
    assert announce(call(dict.fromkeys, items)).of(items) == {"whole: ALL_READ"}


def test_methods_of_subclasses_are_those_of_their_base():
    class Items(list):
        def append(self, item):
            pass

    items = Items()
    assert "whole: SHAPE_WRITE" in announce(call(items.append, 1)).of(items)


def test_methods_that_make_views_read_nothing():
    cache = {"a": 1}
    assert announce(call(cache.keys), call(cache.values), call(cache.items)).points == 0


def test_methods_of_other_objects_read_the_container_they_are_given():
    items = ["a"]
    assert announce(call(",".join, items)).of(items) == {"whole: ALL_READ"}
    assert announce(call(Account().deposit)).points == 0


def test_calls_with_unpacked_arguments():
    items = [1]
    seen = announce(lambda: hooks.call_ex(items.append, (5,), site()))
    assert seen.of(items) == {"item 1: WRITE", "whole: SHAPE_WRITE"}
    seen = announce(lambda: hooks.call_ex(items.insert, (0, 5), site()))
    assert seen.of(items) == {"whole: ALL_WRITE"}
    assert announce(lambda: hooks.call_ex(items.clear, (), site())).of(items) == {
        "whole: ALL_WRITE"
    }
    assert "whole: ALL_WRITE" in announce(lambda: hooks.call_ex(items.clear, [], site())).of(items)


def test_len():
    for container in ([1], {}, {1}, collections.deque(), bytearray()):
        assert announce(call(len, container)).of(container) == {"whole: SHAPE_READ"}
    assert announce(call(len, "text")).points == 0


def test_next():
    items = [1]
    assert announce(call(next, iter(items))).of(items) == {"whole: ALL_READ"}
    assert announce(call(next, iter(items), None)).of(items) == {"whole: ALL_READ"}


def test_iter():
    cache = {}
    assert announce(call(iter, cache)).of(cache) == {"whole: SHAPE_READ"}


@pytest.mark.parametrize(
    "function", [sum, sorted, list, tuple, set, max, any, all, print, enumerate, reversed, zip]
)
def test_functions_that_read_a_container(function):
    items = [1]
    assert announce(call(function, items)).of(items) == {"whole: ALL_READ"}


@pytest.mark.parametrize("function", [isinstance, sum, min])
def test_functions_that_read_their_second_argument(function):
    items = [1]
    assert announce(call(function, str, items)).of(items) == {"whole: ALL_READ"}


def test_getattr_and_its_kin():
    account = Account()
    assert announce(call(getattr, account, "bal")).of(account) == {"attribute bal: READ"}
    assert announce(call(getattr, account, "bal", 0)).of(account) == {"attribute bal: READ"}
    assert announce(call(hasattr, account, "bal")).of(account) == {"attribute bal: READ"}
    assert announce(call(setattr, account, "bal", 1)).of(account) == {"attribute bal: WRITE"}
    assert announce(call(delattr, account, "bal")).of(account) == {"attribute bal: WRITE"}
    assert announce(call(getattr, account, "deposit")).points == 0


def test_special_methods_that_access_attributes():
    account = Account()
    cases = [
        (call(object.__setattr__, account, "bal", 1), "WRITE"),
        (call(object.__delattr__, account, "bal"), "WRITE"),
        (call(object.__getattribute__, account, "bal"), "READ"),
        (call(account.__setattr__, "bal", 1), "WRITE"),
        (call(account.__delattr__, "bal"), "WRITE"),
        (call(account.__getattribute__, "bal"), "READ"),
    ]
    for action, kind in cases:
        assert announce(action).of(account) == {f"attribute bal: {kind}"}


class Watchful:
    """Looks at its own dictionary whenever somebody looks at it, as code that was rewritten."""

    asked = 0

    def __init__(self):
        object.__setattr__(self, "bal", 0)

    def __getattribute__(self, name):
        type(self).asked += 1
        call(object.__getattribute__, self, "__dict__")()
        return object.__getattribute__(self, name)


def test_looking_at_a_dictionary_runs_no_code_of_the_program():
    account = Watchful()
    Watchful.asked = 0
    assert announce(call(vars, account)).points == 0
    assert announce(call(object.__getattribute__, account, "__dict__")).points == 0
    assert Watchful.asked == 0


@pytest.mark.parametrize(
    "function",
    [
        heapq.heappush,
        heapq.heappop,
        heapq.heapify,
        heapq.heapreplace,
        heapq.heappushpop,
        bisect.insort,
    ],
)
def test_functions_that_change_a_list(function):
    items = [1]
    assert announce(call(function, items)).of(items) == {"whole: ALL_WRITE"}
    assert announce(call(function, items, 2)).of(items) == {"whole: ALL_WRITE"}


def test_functions_that_only_look_at_a_heap_or_a_sorted_list():
    items = [1]
    assert announce(call(bisect.bisect, items, 2)).of(items) == {"whole: ALL_READ"}
    assert announce(call(heapq.nsmallest, 1, items)).of(items) in (set(), {"whole: ALL_READ"})


@pytest.mark.parametrize("function", [math.sqrt, ord, chr, id, Account, lambda x: x, Account.make])
def test_other_calls_are_no_accesses(function):
    assert announce(call(function, 1)).points == 0


def test_any_callable_can_be_called():
    class Callable:
        def __call__(self):
            raise AssertionError("the program's code was run")

    for function in (
        Callable(),
        functools.partial(int),
        type,
        object,
        int,
        builtins.abs,
    ):
        announce(call(function), call(function, 1), call(function, 1, 2))


def test_a_call_is_the_place_of_the_primitives_used_in_it():
    places = []
    place = site("acquire")

    def main():
        kernel.spawn(lambda: None, "other", False)
        hooks.call0(Account().deposit, place)
        places.append(kernel.current.site)
        entered = site("lock")
        hooks.enter_with(Account(), entered)
        places.append(kernel.current.site is entered)

    _run(main)
    assert places == [place, True]


# --- while there is one task ----------------------------------------------------------------------


def test_with_one_task_and_outside_of_executions_nothing_is_announced():
    account, items = Account(), [1]
    cell = make_cell(1)

    def everything():
        hooks.load_attr(account, site("bal"))
        hooks.store_attr(account, 1, site("bal"))
        hooks.delete_attr(account, site("bal"))
        hooks.load_item(items, 0, site())
        hooks.store_item(items, 0, 1, site())
        hooks.delete_item(items, 0, site())
        hooks.load_slice(items, site())
        hooks.store_slice(items, site())
        hooks.load_global(site("x"))
        hooks.store_global(1, site("x"))
        hooks.delete_global(site("x"))
        hooks.load_cell(cell, site("x"))
        hooks.store_cell(cell, 1, site("x"))
        hooks.delete_cell(cell, site("x"))
        hooks.contains(1, items, site())
        hooks.iterate(items, site())
        hooks.advance(iter(items), site())
        hooks.truth(items, site())
        hooks.operate(items, items, site("+", "binary"))
        hooks.unpack(items, site())
        hooks.call0(items.clear, site())
        hooks.call1(len, items, site())
        hooks.call2(getattr, account, "bal", site())
        hooks.call_ex(items.append, (1,), site())
        hooks.enter_with(account, site())

    everything()
    counted = []

    def main():
        everything()
        counted.append((kernel.operations, dict(kernel.objects), dict(kernel.names)))

    _run(main)
    assert counted == [(0, {}, {})]


# --- code that is met for the first time ----------------------------------------------------------


@pytest.fixture
def met():
    """What the hooks ask to have instrumented."""
    asked = []
    hooks.bind(asked.append, ("rewritten",))
    return asked


def plain():
    pass


def test_a_function_is_met_once(met):
    for _ in range(3):
        call(plain)()
        call(plain, 1)()
        call(plain, 1, 2)()
        hooks.call_ex(plain, (), site())
    assert met == [plain]


def test_a_method_is_met_as_its_function(met):
    call(Account().deposit)()
    assert met == [Account.deposit]


def test_a_class_is_met_with_its_bases(met):
    class Savings(Account):
        pass

    call(Savings)()
    assert met == [Savings, Account]


def test_a_callable_object_is_met_as_its_class(met):
    class Callable:
        def __call__(self):
            pass

    call(Callable())()
    assert met == [Callable]


def test_builtin_functions_are_never_met(met):
    call(len, [])()
    call([].append, 1)()
    assert met == []


def test_a_manager_is_met_as_its_class(met):
    hooks.enter_with(Account(), site())
    assert met == [Account]


def test_classes_of_modules_that_were_rewritten_before_they_ran_are_not_met(met):
    rewritten = type("Rewritten", (), {"__module__": "rewritten"})
    call(rewritten)()
    hooks.enter_with(rewritten(), site())
    assert met == []


def test_the_class_of_an_object_whose_attribute_is_read_is_met_in_an_execution(met):
    hooks.load_attr(Account(), site("bal"))
    assert met == []
    _run(lambda: hooks.load_attr(Account(), site("bal")))
    assert met == [Account]


def test_descriptors_are_met_as_their_classes(met):
    class Descriptor:
        def __get__(self, obj, cls=None):
            return 1

    class Setter(Descriptor):
        def __set__(self, obj, value):
            pass

    class Owner:
        one = Descriptor()
        two = Setter()

    owner = Owner()
    announce(
        lambda: hooks.load_attr(owner, site("one")), lambda: hooks.load_attr(owner, site("two"))
    )
    assert {Descriptor, Setter} <= set(met)


# --- identities -----------------------------------------------------------------------------------


def test_an_object_that_dies_takes_its_locations_along():
    def main():
        kernel.spawn(lambda: None, "other", False)
        account = Account()
        identity = id(account)
        hooks.load_attr(account, site("bal"))
        assert identity in kernel.objects
        del account
        assert identity not in kernel.objects

    _run(main)


def test_an_identity_that_is_used_again_is_a_new_object():
    reused = []

    def use(kind):
        # One after the other at the same address.
        account = Account()
        identity = id(account)
        if kind == "write":
            hooks.store_attr(account, 1, site("bal"))
        else:
            hooks.load_attr(account, site("bal"))
        return identity

    def main():
        first = kernel.spawn(lambda: reused.append(use("write")), "first", False)
        kernel.spawn(lambda: reused.append(use("read")), "second", False)
        assert first.number == 1

    shared = []
    kernel.on_stop = None
    for _ in range(20):
        reused.clear()
        kernel.on_stop = lambda: shared.extend(kernel.shared)
        kernel.run(main, Scheduler())
        if reused[0] == reused[1]:
            break
    else:
        pytest.skip("no address was used twice")
    assert shared == []


def test_objects_that_cannot_be_referenced_weakly_live_as_long_as_the_execution():
    def main():
        kernel.spawn(lambda: None, "other", False)
        items = [1]
        identity = id(items)
        hooks.load_item(items, 0, site())
        del items
        assert (
            kernel.objects[identity].target() == [1]
            if hasattr(kernel.objects[identity], "target")
            else True
        )
        others = [[n] for n in range(100)]
        assert identity not in map(id, others)

    _run(main)


def test_after_the_execution_nothing_is_kept_alive():
    class Thing(list):
        pass

    things = []

    def main():
        kernel.spawn(lambda: None, "other", False)
        thing = Thing([1])
        hooks.load_item([thing], 0, site())
        things.append(weakref.ref(thing))

    _run(main)
    _run(lambda: None)
    gc.collect()
    assert things[0]() is None


def test_classes_made_by_an_execution_do_not_stay():
    made = []

    def main():
        kernel.spawn(lambda: None, "other", False)

        class Local:
            default = 1

        hooks.load_attr(Local(), site("default"))
        hooks.load_attr(Local(), site("x"))
        made.append(weakref.ref(Local))

    _run(main)
    _run(lambda: None)
    gc.collect()
    assert made[0]() is None


# --- what is recorded -----------------------------------------------------------------------------


class FakeRecorder:
    """Has the methods of ``engine.recorder.Recorder`` and keeps what it is told."""

    def __init__(self):
        self.events = []

    def touch(self, location, kind, task, site):
        pass

    def begin(self, task):
        self.events.append(("begin", task.number))

    def terminate(self, task):
        self.events.append(("terminate", task.number))

    def suspend(self, task):
        self.events.append(("suspend", task.number))

    def resume(self, task):
        self.events.append(("resume", task.number))

    def stand_aside(self, task):
        self.events.append(("stand_aside", task.number))

    def block(self, task, resource, verb):
        self.events.append(("block", task.number, resource, verb))

    def wake(self, task, resource):
        self.events.append(("wake", task.number, resource))

    def sync(self, action, resource, value=None, detail="", other=None, woken=()):
        self.events.append(("sync", action, resource, value))

    def data(self, action, location, value, previous, detail, is_write=False):
        self.events.append(("data", action, location, value, previous, detail, is_write))

    def variable(self, action, location, value):
        self.events.append(("variable", action, location, value))

    def data_events(self):
        return [
            (action.name, location.key, value, previous)
            for kind, action, location, value, previous, *_ in (
                e for e in self.events if e[0] == "data"
            )
        ]

    def calls(self):
        return [
            (action.name, detail, is_write)
            for kind, action, location, value, previous, detail, is_write in (
                e for e in self.events if e[0] == "data"
            )
        ]


def recorded(*actions):
    recorder = FakeRecorder()
    announce(*actions, recorder=recorder)
    return recorder


def test_the_fake_recorder_has_the_methods_of_the_real_one():
    public = [
        name
        for name in vars(Recorder)
        if not name.startswith("_") and callable(getattr(Recorder, name))
    ]
    assert set(public) <= set(dir(FakeRecorder))
    for name in public:
        real = list(inspect.signature(getattr(Recorder, name)).parameters)
        assert list(inspect.signature(getattr(FakeRecorder, name)).parameters) == real


def test_values_of_attributes_are_recorded():
    account = Account()
    account.bal = 5
    events = recorded(
        lambda: hooks.load_attr(account, site("bal")),
        lambda: hooks.store_attr(account, 7, site("bal")),
        lambda: hooks.delete_attr(account, site("bal")),
        lambda: hooks.store_attr(account, 1, site("new")),
    ).data_events()
    assert events == [
        ("READ", "bal", 5, MISSING),
        ("WRITE", "bal", 7, 5),
        ("DELETE", "bal", MISSING, 5),
        ("WRITE", "new", 1, MISSING),
    ]


def test_values_of_class_attributes_are_recorded():
    events = recorded(
        lambda: hooks.load_attr(Account, site("interest")),
        lambda: hooks.load_attr(Account(), site("interest")),
        lambda: hooks.store_attr(Account, 2, site("interest")),
    ).data_events()
    assert events == [
        ("READ", "interest", 1, MISSING),
        ("READ", "interest", 1, MISSING),
        ("WRITE", "interest", 2, 1),
    ]


def test_values_of_items_are_recorded():
    items, cache = [5, 6], {"a": 1}
    events = recorded(
        load(items, -1),
        store(items, 0, 7),
        load(cache, "a"),
        store(cache, "b", 2),
        delete(cache, "a"),
    ).data_events()
    assert events == [
        ("READ", 1, 6, MISSING),
        ("WRITE", 0, 7, 5),
        ("READ", "a", 1, MISSING),
        ("WRITE", "b", 2, MISSING),
        ("DELETE", "a", MISSING, 1),
    ]


def test_values_of_cells_and_modules_are_recorded():
    cell = make_cell(3)
    module = types.ModuleType("shop")
    module.stock = 1
    events = recorded(
        lambda: hooks.load_cell(cell, site("x")),
        lambda: hooks.store_cell(cell, 4, site("x")),
        lambda: hooks.load_attr(module, site("stock")),
        lambda: hooks.store_attr(module, 2, site("stock")),
    ).data_events()
    assert events == [
        ("READ", "x", 3, MISSING),
        ("WRITE", "x", 4, 3),
        ("READ", "stock", 1, MISSING),
        ("WRITE", "stock", 2, 1),
    ]


def test_variables_are_looked_up_by_the_recorder():
    events = recorded(
        lambda: hooks.load_global(site("x")),
        lambda: hooks.store_global(1, site("x")),
        lambda: hooks.delete_global(site("x")),
    ).events
    assert [(e[0], e[1].name, e[2].key, e[3]) for e in events if e[0] == "variable"] == [
        ("variable", "READ", "x", MISSING),
        ("variable", "WRITE", "x", 1),
        ("variable", "DELETE", "x", MISSING),
    ]


def test_calls_are_recorded_as_text():
    items, cache = [1], {}
    calls = recorded(
        call(items.append, 3),
        call(items.sort),
        call(items.index, 1),
        call(cache.setdefault, "k", [1]),
        call(len, items),
        lambda: hooks.contains("k", cache, site()),
    ).calls()
    assert calls == [
        ("CALL", "append(3)", True),
        ("CALL", "sort()", True),
        ("CALL", "index(1)", False),
        ("CALL", "setdefault('k', [1])", True),
        ("LENGTH", "", False),
        ("CONTAINS", "", False),
    ]


def test_a_preemption_is_recorded_around_the_access():
    account = Account()
    places = [site("bal"), site("bal")]
    for place in places:
        place.is_point = True
    recorder = FakeRecorder()

    def one():
        hooks.load_attr(account, site("x"))
        hooks.load_attr(account, places[0])
        hooks.store_attr(account, 1, places[0])

    def main():
        kernel.spawn(one, "one", False)
        kernel.spawn(lambda: hooks.store_attr(account, 2, places[1]), "two", False)

    scheduler = DepthFirst()
    scheduler.begin()
    kernel.run(main, scheduler)
    scheduler.begin()
    kernel.recorder = recorder
    kernel.run(main, scheduler)
    kernel.recorder = None
    names = [event[0] if event[0] != "data" else event[1].name for event in recorder.events]
    assert names == [
        "begin", "terminate", "begin", "READ", "READ", "suspend", "begin", "WRITE", "terminate", "resume",
        "WRITE", "terminate",
    ]  # fmt: skip


# --- conflicts ------------------------------------------------------------------------------------


def conflicts(one, other):
    """Whether two tasks that do these things touch something in conflict."""
    shared = []

    def main():
        kernel.spawn(one, "one", False)
        kernel.spawn(other, "other", False)

    failures = []

    def on_stop():
        shared.extend(kernel.shared)
        failures.extend(kernel.failures)

    kernel.on_stop = on_stop
    kernel.run(main, Scheduler())
    kernel.on_stop = None
    if failures:
        raise failures[0][1]
    return bool(shared)


def test_actions_on_a_list_that_have_nothing_to_do_with_each_other_do_not_conflict():
    items = [1, 2]
    independent = [
        (load(items, 0), store(items, 1)),
        (store(items, 0), store(items, 1)),
        (load(items, 0), call(items.append, 5)),
        (store(items, 0), call(len, items)),
        (call(len, items), call(list, items)),
        (call(items.count, 1), call(items.index, 1)),
    ]
    assert not any(conflicts(*pair) for pair in independent)


def test_actions_on_a_dict_that_have_nothing_to_do_with_each_other_do_not_conflict():
    cache = {"a": 1, "b": 2}
    independent = [
        (store(cache, "a"), store(cache, "b")),
        (store(cache, "a"), call(len, cache)),
        (store(cache, "a"), lambda: hooks.advance(iter(cache), site())),
        (call(cache.get, "a"), store(cache, "b")),
        (load(cache, "a"), store(cache, "new")),
        (load(cache, "a"), call(cache.setdefault, "a", 5)),
    ]
    assert not any(conflicts(*pair) for pair in independent)


def test_accesses_to_attributes_conflict_when_one_writes():
    account, other = Account(), Account()
    read, write = (
        (lambda: hooks.load_attr(account, site("bal"))),
        (lambda: hooks.store_attr(account, 1, site("bal"))),
    )
    assert conflicts(read, write)
    assert conflicts(write, write)
    assert not conflicts(read, read)
    assert not conflicts(write, lambda: hooks.store_attr(other, 1, site("bal")))
    assert not conflicts(write, lambda: hooks.store_attr(account, 1, site("x")))
