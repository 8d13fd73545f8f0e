"""Every method of the built-in containers is known: what it reads and writes, or why nothing.

A method that a new Python adds is in none of the lists below and fails a test here.
"""

import bisect
import collections
import copy
import heapq
import itertools

import pytest

from treadle.instrument.containers import (
    BYTES,
    DEQUE,
    DICT,
    LIST,
    MUTATING_FUNCTIONS,
    SET,
    Effect,
    effect_of,
    family_of,
)
from treadle.model.operation import Kind

CONTAINERS = {
    list: LIST,
    dict: DICT,
    collections.OrderedDict: DICT,
    collections.defaultdict: DICT,
    collections.Counter: DICT,
    set: SET,
    collections.deque: DEQUE,
    bytearray: BYTES,
}

# Methods that touch no shared data, and why.
QUIET = {
    "they make an object or ask the class": (
        "__new__ __class_getitem__ __init_subclass__ __subclasshook__ fromkeys maketrans fromhex"
    ),
    "the view is read, not its making": "keys values items",
    "they tell the size of the memory": "__sizeof__ __alloc__",
    "attributes have hooks of their own": "__getattribute__",
    "a buffer is used by code written in C": "__buffer__ __release_buffer__",
}

# Methods that nobody calls by name: the hooks announce the operator, function or statement behind them.
BEHIND_OPERATORS = {
    "comparison": "__eq__ __ne__ __lt__ __le__ __gt__ __ge__",
    "arithmetic": (
        "__add__ __radd__ __mul__ __rmul__ __mod__ __rmod__ __sub__ __rsub__ __and__ __rand__ __or__ __ror__"
        " __xor__ __rxor__ __neg__ __pos__ __iadd__ __isub__ __iand__ __ior__ __imul__"
    ),
    "items and containment": "__getitem__ __setitem__ __delitem__ __contains__",
    "iteration": "__iter__ __reversed__",
    "conversion": "__repr__ __str__ __len__",
    "construction": "__init__",
    "copying and pickling": "__copy__ __reduce__ __reduce_ex__",
    "Counter's own, called by its operators": "_keep_positive",
}


def methods(container):
    """The methods that a container does not inherit unchanged from object."""
    return [
        name
        for name in dir(container)
        if callable(getattr(container, name))
        and getattr(container, name) is not getattr(object, name, None)
    ]


QUIET_NAMES = {name for names in QUIET.values() for name in names.split()}
EXCUSED = {
    name
    for group in (QUIET, BEHIND_OPERATORS)
    for names in group.values()
    for name in names.split()
}
ALL = [(container, name) for container in CONTAINERS for name in methods(container)]


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: container.__name__)
def test_every_method_is_known(container):
    unknown = [
        name
        for name in methods(container)
        if name not in EXCUSED and effect_of(CONTAINERS[container], name, 1) is None
    ]
    assert unknown == []


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: container.__name__)
def test_methods_with_ordinary_names_are_all_in_the_table(container):
    missing = {
        name
        for name in methods(container)
        if not name.startswith("_") and effect_of(CONTAINERS[container], name, 1) is None
    }
    assert missing <= QUIET_NAMES


def test_quiet_methods_are_not_in_the_table():
    for reason, names in QUIET.items():
        for container, family in CONTAINERS.items():
            for name in names.split():
                if hasattr(container, name) and family != BYTES:
                    assert effect_of(family, name, 1) is None, (container, name, reason)


# --- what a method announces is true ----------------------------------------------------------------

KEYS = {LIST: 1, DICT: "b", SET: "b", DEQUE: 1, BYTES: 1}
CONTENTS = {
    LIST: [3, 1, 2],
    DICT: {"a": 1, "b": 2},
    SET: {"a", "b"},
    DEQUE: [3, 1, 2],
    BYTES: b"cab",
}
ARGUMENTS = {
    # Arguments that make a method change something, where none or one item would not do.
    (LIST, "extend"): ([9],),
    (LIST, "__iadd__"): ([9],),
    (LIST, "__imul__"): (2,),
    (LIST, "insert"): (0, 9),
    (LIST, "remove"): (1,),
    (LIST, "index"): (1,),
    (LIST, "count"): (1,),
    (LIST, "append"): (9,),
    (LIST, "__setitem__"): (0, 9),
    (LIST, "__delitem__"): (0,),
    (LIST, "__getitem__"): (0,),
    (LIST, "__init__"): ([9],),
    (DICT, "__init__"): ({"c": 3},),
    (DICT, "setdefault"): ("c", 3),
    (DICT, "update"): ({"c": 3},),
    (DICT, "subtract"): ({"a": 3},),
    (DICT, "__ior__"): ({"c": 3},),
    (DICT, "__setitem__"): ("c", 3),
    (DICT, "move_to_end"): ("a",),
    (DICT, "most_common"): (),
    (DICT, "__missing__"): ("c",),
    (SET, "add"): ("c",),
    (SET, "update"): (["c"],),
    (SET, "difference_update"): (["a"],),
    (SET, "intersection_update"): (["a"],),
    (SET, "symmetric_difference_update"): (["a"],),
    (SET, "__ior__"): ({"c"},),
    (SET, "__iand__"): ({"a"},),
    (SET, "__isub__"): ({"a"},),
    (SET, "__ixor__"): ({"a"},),
    (SET, "__init__"): (["c"],),
    (DEQUE, "extend"): ([9],),
    (DEQUE, "extendleft"): ([9],),
    (DEQUE, "__iadd__"): ([9],),
    (DEQUE, "__imul__"): (2,),
    (DEQUE, "insert"): (0, 9),
    (DEQUE, "remove"): (1,),
    (DEQUE, "rotate"): (1,),
    (DEQUE, "append"): (9,),
    (DEQUE, "appendleft"): (9,),
    (DEQUE, "__setitem__"): (0, 9),
    (DEQUE, "__delitem__"): (0,),
    (BYTES, "extend"): (b"z",),
    (BYTES, "insert"): (0, 9),
    (BYTES, "remove"): (97,),
    (BYTES, "append"): (9,),
    (BYTES, "__setitem__"): (0, 9),
    (BYTES, "__delitem__"): (0,),
    (BYTES, "__iadd__"): (b"z",),
    (BYTES, "__imul__"): (2,),
}


def made(container):
    contents = CONTENTS[CONTAINERS[container]]
    if container is collections.defaultdict:
        return container(int, contents)
    return container(contents)


def frozen(container):
    """Everything there is to see of a container, the order of its items included."""
    if isinstance(container, dict):
        return list(container.items())
    return sorted(container) if isinstance(container, set) else list(container)


def called(container, name):
    """A container before and after a call of its method, or None where it cannot be called so."""
    family = CONTAINERS[container]
    value = made(container)
    before = frozen(value)
    guesses = [(), (KEYS[family],), (made(container),), (0, 1), ([],), (b"a", b"b"), (None, b"a")]
    for arguments in (ARGUMENTS.get((family, name)), *guesses):
        if arguments is None:
            continue
        try:
            getattr(value, name)(*copy.deepcopy(arguments))
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            continue
        return before, frozen(value)
    return None


@pytest.mark.parametrize(
    ("container", "name"),
    [
        (container, name)
        for container, name in ALL
        if not name.startswith("_") and name not in QUIET_NAMES
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_a_method_changes_its_container_only_if_it_says_so(container, name):
    outcome = called(container, name)
    assert outcome is not None, "no arguments found: add them to ARGUMENTS"
    before, after = outcome
    effect = effect_of(
        CONTAINERS[container], name, len(ARGUMENTS.get((CONTAINERS[container], name), "1"))
    )
    says_so = effect is not None and effect.whole in (Kind.SHAPE_WRITE, Kind.ALL_WRITE)
    if before != after:
        assert says_so
    else:
        assert not says_so or name in {"setdefault", "discard"}


@pytest.mark.parametrize(
    ("family", "name"),
    [key for key in ARGUMENTS if key[1].startswith("__")],
    ids=str,
)
def test_operators_in_place_say_that_they_change(family, name):
    container = next(c for c, f in CONTAINERS.items() if f == family and hasattr(c, name))
    effect = effect_of(family, name, 2)
    if effect is None:
        return
    before, after = called(container, name)
    assert (before != after) == (effect.whole in (Kind.SHAPE_WRITE, Kind.ALL_WRITE))


@pytest.mark.parametrize(
    ("family", "name", "expected"),
    [
        (LIST, "append", (Kind.WRITE, Kind.SHAPE_WRITE, False)),
        (LIST, "extend", (-1, Kind.ALL_WRITE, True)),
        (LIST, "insert", (-1, Kind.ALL_WRITE, False)),
        (LIST, "sort", (-1, Kind.ALL_WRITE, False)),
        (LIST, "index", (-1, Kind.ALL_READ, False)),
        (LIST, "__len__", (-1, Kind.SHAPE_READ, False)),
        (DICT, "get", (Kind.READ, Kind.ITEM_READ, False)),
        (DICT, "pop", (Kind.WRITE, Kind.SHAPE_WRITE, False)),
        (DICT, "popitem", (-1, Kind.ALL_WRITE, False)),
        (DICT, "update", (-1, Kind.ALL_WRITE, True)),
        (DICT, "copy", (-1, Kind.ALL_READ, False)),
        (SET, "add", (Kind.WRITE, Kind.SHAPE_WRITE, False)),
        (SET, "pop", (-1, Kind.ALL_WRITE, False)),
        (SET, "union", (-1, Kind.ALL_READ, False)),
        (SET, "update", (-1, Kind.ALL_WRITE, True)),
        (DEQUE, "append", (-1, Kind.ALL_WRITE, False)),
        (DEQUE, "popleft", (-1, Kind.ALL_WRITE, False)),
        (DEQUE, "count", (-1, Kind.ALL_READ, False)),
        (BYTES, "append", (-1, Kind.ALL_WRITE, False)),
        (BYTES, "upper", (-1, Kind.ALL_READ, False)),
        (BYTES, "find", (-1, Kind.ALL_READ, False)),
    ],
)
def test_effects(family, name, expected):
    assert tuple(effect_of(family, name, 1)) == expected


def test_popping_the_end_of_a_list_leaves_the_other_items_alone():
    assert effect_of(LIST, "pop", 0) == Effect(Kind.WRITE, Kind.SHAPE_WRITE)
    assert effect_of(LIST, "pop", 1) == Effect(-1, Kind.ALL_WRITE)


@pytest.mark.parametrize("family", [LIST, DICT, SET, DEQUE, BYTES])
def test_an_unknown_special_method_touches_nothing(family):
    assert effect_of(family, "__unheard_of__", 1) is None


# --- families ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: container.__name__)
def test_containers_and_their_subclasses_belong_to_a_family(container):
    assert family_of(container) == CONTAINERS[container]
    assert family_of(type("Sub", (container,), {})) == CONTAINERS[container]


@pytest.mark.parametrize(
    "other", [object, tuple, str, bytes, frozenset, range, type, memoryview, int]
)
def test_what_cannot_change_belongs_to_none(other):
    assert family_of(other) == 0


def test_a_virtual_subclass_is_no_container():
    class Mine:
        pass

    collections.abc.MutableMapping.register(Mine)
    assert family_of(Mine) == 0


# --- functions written in C that change a list -------------------------------------------------------


@pytest.mark.parametrize("module", [heapq, bisect])
def test_every_function_that_changes_its_list_is_known(module):
    for name in dir(module):
        function = getattr(module, name)
        if name.startswith("_") or not callable(function):
            continue
        changes = False
        for before, arguments in itertools.product(([3, 5, 4], [5, 3, 4]), ((), (4,), (5, 6))):
            items = list(before)
            try:
                function(items, *arguments)
            except (TypeError, ValueError, AttributeError):
                continue
            changes = changes or items != before
        assert changes == (function in MUTATING_FUNCTIONS), name
