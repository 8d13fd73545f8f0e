"""The compiled hooks that instrumented code calls before it touches data.

Each hook finds the location that is about to be accessed and announces the access to the kernel, which may
let other tasks run first. While the program has only one task a hook returns at once.

Locations are found by the identity of the object and a name, key or index. An object that can be weakly
referenced is; its locations go when it goes, so that an identity used again is a new object. Others (lists,
dicts) live as long as the execution.
"""

from __future__ import annotations

import _thread
import collections
import gc
import io
import itertools
import sys
import types
import weakref

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.instrument.containers import (
    BYTES,
    DEQUE,
    DICT,
    LIST,
    MUTATING_FUNCTIONS,
    SET,
    effect_of,
    family_of,
)
from treadle.instrument.foreign import (
    ATTRIBUTE,
    CONTAIN,
    ITEM,
    ITERATE,
    OPERATE,
    TRUTH,
    foreign_operations,
    is_foreign,
)
from treadle.instrument.rewrite import is_instrumented
from treadle.model.operation import Kind
from treadle.model.trace import Action

MISSING = object()
"""Stands for a value that is not there."""

_READ = int(Kind.READ)
_WRITE = int(Kind.WRITE)
_ITEM_READ = int(Kind.ITEM_READ)
_ITEM_WRITE = int(Kind.ITEM_WRITE)
_SHAPE_WRITE = int(Kind.SHAPE_WRITE)
_SHAPE_READ = int(Kind.SHAPE_READ)
_ALL_READ = int(Kind.ALL_READ)
_ALL_WRITE = int(Kind.ALL_WRITE)

_LIST = LIST
_DICT = DICT
_SET = SET
_DEQUE = DEQUE
_BYTES = BYTES

# How an attribute found on a type behaves.
_ON_INSTANCE = 0  # not on the type, or a slot: the datum is the instance's
_DEFAULT = (
    1  # a plain value on the class, or a descriptor without __set__, which the instance may hide
)
_CODE = 2  # methods and the like: no datum
_DESCRIPTOR = 3  # a descriptor with __set__ (property): its functions make their own accesses
_FOREIGN_CODE = 4  # a property whose functions were not rewritten

_FunctionType = types.FunctionType
_MethodType = types.MethodType
_BuiltinType = types.BuiltinFunctionType
_WrapperType = types.MethodWrapperType
_GeneratorType = types.GeneratorType
_WrapperDescriptorType = types.WrapperDescriptorType
_DescriptorTypes = frozenset({types.MethodDescriptorType, _WrapperDescriptorType})
_ModuleType = types.ModuleType
_CODE_TYPES = frozenset(
    {
        types.FunctionType,
        types.BuiltinFunctionType,
        types.MethodType,
        types.MethodDescriptorType,
        types.WrapperDescriptorType,
        types.ClassMethodDescriptorType,
        types.MethodWrapperType,
        types.ModuleType,
        staticmethod,
        classmethod,
    }
)
_LIST_ITERATORS = frozenset(
    {
        type(iter([])),
        type(reversed([])),
        type(iter(collections.deque())),
        type(reversed(collections.deque())),
        type(iter(bytearray())),
    }
)
_KEY_ITERATORS = frozenset({type(iter({})), type(reversed({})), type(iter(set()))})
_VALUE_ITERATORS = frozenset(
    {
        type(iter({}.values())),
        type(iter({}.items())),
        type(reversed({}.values())),
        type(reversed({}.items())),
        type(iter(collections.OrderedDict())),
    }
)
_WRAPPING_ITERATORS = frozenset(
    {
        *(enumerate, zip, map, filter, reversed),
        *(itertools.accumulate, itertools.chain, itertools.compress, itertools.dropwhile),
        *(itertools.filterfalse, itertools.groupby, itertools.islice, itertools.pairwise),
        *(itertools.starmap, itertools.takewhile, itertools.zip_longest),
    }
)
_chain = itertools.chain
_VIEWS = frozenset(
    {
        type({}.keys()),
        type({}.values()),
        type({}.items()),
        type(collections.OrderedDict().keys()),
        type(collections.OrderedDict().values()),
        type(collections.OrderedDict().items()),
    }
)
_BUILT_IN = (list, dict, set, collections.deque, bytearray)
_CHANGES = 1 << _ITEM_WRITE | 1 << _SHAPE_WRITE | 1 << _ALL_WRITE
_SIMPLE_KEYS = frozenset({str, int, bytes, bool, float, type(None)})
_MUTATING = frozenset(MUTATING_FUNCTIONS)
_LEN = len
_GETATTR = getattr
_SETATTR = setattr
_DELATTR = delattr
_HASATTR = hasattr
_NEXT = next
_VARS = vars
_modules = sys.modules
_thread_local = _thread._local
_IOBase = io.IOBase
_ENTERS_UNPACKED = sys.version_info >= (3, 12)
_OTHER_KEYS = "<other keys>"
_get_referents = gc.get_referents
_refcount = sys.getrefcount
_getframe = sys._getframe
_get_set = types.GetSetDescriptorType
_member = types.MemberDescriptorType
_getset = types.GetSetDescriptorType

attribute_classes = {}
container_classes = {}
iterator_classes = {}
foreign_classes = {}
leaves = frozenset()
known = set()
ensure_instrumented = None
_rewritten_modules = ()
tracking = kernel.tracking
attentive = kernel.attentive


def bind(ensure: object, rewritten_modules: object = (), silent: object = ()) -> None:
    """Say who instruments code that is met for the first time.

    Args:
        ensure: Called with a function, method, class or instance; None to switch it off.
        rewritten_modules: Names of the modules whose code was all rewritten before it ran.
        silent: Functions that were not rewritten, but have no check of the eval breaker after what they do.
    """
    global ensure_instrumented, _rewritten_modules, leaves
    leaves = frozenset(silent)
    ensure_instrumented = ensure
    _rewritten_modules = rewritten_modules
    known.clear()
    attribute_classes.clear()
    foreign_classes.clear()


class EntryRef(weakref.ref):
    """A weak reference that knows under which identity its object's locations are kept.

    It must not lead back to the entry: that would make a cycle of every object that is ever accessed.
    """

    __slots__ = ("identity",)


def _forget(ref):
    """An object has gone: its identity may be used again, by an object with locations of its own."""
    entry = kernel.objects.get(ref.identity)
    if entry is not None and entry.ref is ref:
        del kernel.objects[ref.identity]


class ObjectEntry:
    """The locations of one object in the current execution."""

    def __init__(self, obj: object) -> None:
        self.identity = id(obj)
        self.attributes = {}
        self.items = {}
        self.container = None
        try:
            self.ref = EntryRef(obj, _forget)
            self.ref.identity = self.identity
            self.is_weak = True
        except TypeError:
            self.ref = obj
            self.is_weak = False

    def attribute(self, name):
        """The location of an attribute."""
        location = self.attributes.get(name)
        if location is None:
            location = Location(self.ref, name, "attribute")
            self.attributes[name] = location
        return location

    def item(self, key):
        """The location of a key or index."""
        location = self.items.get(key)
        if location is None:
            location = Location(self.ref, key, "item")
            self.items[key] = location
        return location

    def whole(self):
        """The location of the container as a whole."""
        if self.container is None:
            self.container = Location(self.ref, None, "container")
        return self.container


def _tracked():
    """The running task if its accesses matter, else None."""
    if not kernel.is_tracking:
        return None
    return kernel.current


def _entry(obj):
    entry = kernel.objects.get(id(obj))
    if entry is None:
        entry = ObjectEntry(obj)
        kernel.objects[entry.identity] = entry
    return entry


def _global(key):
    location = kernel.names.get(key)
    if location is None:
        location = Location(key[0], key[1], "global")
        kernel.names[key] = location
    return location


def _data(action, location, value, previous, detail):
    kernel.recorder.data(action, location, value, previous, detail)


def _container_kind(tp):
    kind = container_classes.get(tp)
    if kind is None:
        kind = family_of(tp)
        if len(container_classes) > 1000:
            container_classes.clear()
        container_classes[tp] = kind
    return kind


# --- attributes -----------------------------------------------------------------------------------


def _classify(tp):
    """What is known of the attributes of a type: name -> (how it behaves, the class that has it)."""
    names = attribute_classes.get(tp)
    if names is None:
        names = kernel.classes.get(tp)
        if names is None:
            names = {}
            if ensure_instrumented is not None:
                _meet_class(tp)
            if _is_lasting(tp):
                attribute_classes[tp] = names
            else:
                # Made by this execution, as a script's classes are: must not outlive it.
                kernel.classes[tp] = names
    return names


def _is_lasting(tp):
    """Whether a type can be found in its module, so that it will be there in the next execution."""
    name = tp.__module__
    if name == "__main__":
        return False
    module = _modules.get(name)
    return module is not None and getattr(module, tp.__name__, None) is tp


def _meet_class_once(cls):
    """As _meet_class, for the most frequent case: nothing to do."""
    if cls in attribute_classes or cls is _ModuleType or cls.__module__ in _rewritten_modules:
        return
    _classify(cls)


def _meet_class(cls):
    """Have the code of a class and its bases instrumented when they are met for the first time."""
    for base in cls.__mro__:
        if base is object or base.__module__ in _rewritten_modules or id(base) in known:
            continue
        known.add(id(base))
        ensure_instrumented(base)


def _class_of_attribute(tp, name):
    """(how an attribute of instances of a type behaves, the class that has it or None)."""
    if issubclass(tp, _thread_local) or hasattr(tp, "_treadle_store"):
        return (_DESCRIPTOR, None)  # threading.local: each thread has its own
    for cls in tp.__mro__:
        space = cls.__dict__
        if name in space:
            value = space[name]
            kind = type(value)
            if kind in _CODE_TYPES:
                return (_CODE, None)
            if kind is _member:
                return (_ON_INSTANCE, None)
            if kind is _get_set:
                return (_CODE, None)
            if kind is property and is_foreign(value):
                return (_FOREIGN_CODE, None)
            if hasattr(kind, "__set__"):
                if ensure_instrumented is not None and kind is not property:
                    ensure_instrumented(kind)
                return (_DESCRIPTOR, None)
            if hasattr(kind, "__get__") and ensure_instrumented is not None:
                ensure_instrumented(kind)
            return (_DEFAULT, cls)
    return (_ON_INSTANCE, None)


def _found_on(cls, name):
    """The class in whose namespace a class attribute stands, or the class itself."""
    for base in cls.__mro__:
        if name in base.__dict__:
            return base
    return cls


def _is_code(value):
    return type(value) in _CODE_TYPES or isinstance(value, type)


def _get_attribute(obj, name, site):
    tp = type(obj)
    if tp is _ModuleType:
        space = obj.__dict__
        value = space.get(name, MISSING)
        if name[:2] == "__" or _is_code(value):
            return
        location = _global((space.get("__name__"), name))
        kernel.access(location, _READ, site)
        if kernel.recorder is not None:
            _data(Action.READ, location, space.get(name, MISSING), MISSING, "")
        return
    if issubclass(tp, type):
        if name[:2] == "__":
            return
        cls = _found_on(obj, name)
        space = cls.__dict__
        if name in space and type(space[name]) in _CODE_TYPES:
            return
        location = _entry(cls).attribute(name)
        kernel.access(location, _READ, site)
        if cls is not obj:
            _note_classes(obj, cls, name, site)
        if kernel.recorder is not None:
            _data(Action.READ, location, space.get(name, MISSING), MISSING, "")
        return
    names = _classify(tp)
    found = names.get(name)
    if found is None:
        found = _class_of_attribute(tp, name)
        names[name] = found
    how = found[0]
    if kernel.is_gil:
        _foreign(obj, ATTRIBUTE, site)
        if how == _FOREIGN_CODE:
            kernel.check_around(site)
    if how >= _CODE:
        if name == "__dict__":
            # The dict and the attributes are the same data.
            space = _space_of(obj)
            if space is not MISSING:
                kernel.objects[id(space)] = _entry(obj)
                kernel.keep_alive.append(space)
        return
    location = _entry(obj).attribute(name)
    kernel.access(location, _READ, site)
    if how == _DEFAULT:
        _note_classes(tp, found[1], name, site)
    if kernel.recorder is not None:
        _data(Action.READ, location, peek(obj, name), MISSING, "")


def _space_of(obj):
    """The ``__dict__`` of an object, without running code of the program; MISSING where it has none."""
    for cls in type(obj).__mro__:
        raw = cls.__dict__.get("__dict__", MISSING)
        if raw is not MISSING:
            return raw.__get__(obj) if type(raw) is _getset else MISSING
    return MISSING


def _note_classes(first, last, name, site):
    """An attribute was looked for on a class and its bases up to the one that has it."""
    for cls in first.__mro__:
        kernel.note_access(_entry(cls).attribute(name), _READ, site)
        if cls is last:
            return


def peek(obj: object, name: str) -> object:
    """The value of an attribute without running code of the program, or MISSING.

    Args:
        obj: Any object that is not a class.
        name: The attribute.

    Returns:
        What stands in the object's namespace or slot, or on its class; never what a descriptor computes.
    """
    raw = MISSING
    for cls in type(obj).__mro__:
        if name in cls.__dict__:
            raw = cls.__dict__[name]
            break
    if type(raw) is _member:
        try:
            return raw.__get__(obj)
        except AttributeError:
            return MISSING
    try:
        space = object.__getattribute__(obj, "__dict__")
    except AttributeError:
        space = {}
    if name in space:
        return space[name]
    return MISSING if hasattr(type(raw), "__get__") else raw


def _set_attribute(obj, name, value, site, is_deletion):
    tp = type(obj)
    whole = None
    if tp is _ModuleType:
        location = _global((obj.__dict__.get("__name__"), name))
    elif issubclass(tp, type):
        attribute_classes.clear()
        kernel.classes.clear()
        location = _entry(obj).attribute(name)
    else:
        names = _classify(tp)
        found = names.get(name)
        if found is None:
            found = _class_of_attribute(tp, name)
            names[name] = found
        if kernel.is_gil:
            _foreign(obj, ATTRIBUTE, site)
            if found[0] == _FOREIGN_CODE:
                kernel.check_around(site)
        if found[0] >= _DESCRIPTOR:
            return
        entry = _entry(obj)
        location = entry.attribute(name)
        whole = entry.container
    kernel.access(location, _WRITE, site)
    if whole is not None:
        # Somebody looks at its __dict__, which may get or lose a key now.
        kernel.note_access(whole, _SHAPE_WRITE, site)
    if kernel.recorder is not None:
        if tp is _ModuleType or issubclass(tp, type):
            previous = obj.__dict__.get(name, MISSING)
        else:
            previous = peek(obj, name)
        _data(Action.DELETE if is_deletion else Action.WRITE, location, value, previous, "")


def load_attr(obj, site):
    """An attribute is about to be read."""
    if _tracked() is not None:
        _get_attribute(obj, site.name, site)
    elif ensure_instrumented is not None and kernel.is_active:
        _meet_class_once(type(obj))


def store_attr(obj, value, site):
    """An attribute is about to be written."""
    if _tracked() is not None:
        _set_attribute(obj, site.name, value, site, False)


def delete_attr(obj, site):
    """An attribute is about to be deleted."""
    if _tracked() is not None:
        _set_attribute(obj, site.name, MISSING, site, True)


# --- variables ------------------------------------------------------------------------------------


def load_global(site):
    """A module's variable is about to be read."""
    if _tracked() is None:
        return
    location = _global(site.global_key)
    kernel.access(location, _READ, site)
    if kernel.recorder is not None:
        kernel.recorder.variable(Action.READ, location, MISSING)


def store_global(value, site):
    """A module's variable is about to be written."""
    if _tracked() is None:
        return
    location = _global(site.global_key)
    kernel.access(location, _WRITE, site)
    if kernel.recorder is not None:
        kernel.recorder.variable(Action.WRITE, location, value)


def delete_global(site):
    """A module's variable is about to be deleted."""
    if _tracked() is None:
        return
    location = _global(site.global_key)
    kernel.access(location, _WRITE, site)
    if kernel.recorder is not None:
        kernel.recorder.variable(Action.DELETE, location, MISSING)


def _cell(cell, site):
    entry = _entry(cell)
    location = entry.attributes.get(site.name)
    if location is None:
        location = Location(entry.ref, site.name, "cell")
        entry.attributes[site.name] = location
    return location


def _contents(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def load_cell(cell, site):
    """A variable shared with an inner function is about to be read."""
    if _tracked() is None:
        return
    location = _cell(cell, site)
    kernel.access(location, _READ, site)
    if kernel.recorder is not None:
        _data(Action.READ, location, _contents(cell), MISSING, "")


def store_cell(cell, value, site):
    """A variable shared with an inner function is about to be written."""
    if _tracked() is None:
        return
    location = _cell(cell, site)
    kernel.access(location, _WRITE, site)
    if kernel.recorder is not None:
        _data(Action.WRITE, location, value, _contents(cell), "")


def delete_cell(cell, site):
    """A variable shared with an inner function is about to be deleted."""
    if _tracked() is None:
        return
    location = _cell(cell, site)
    kernel.access(location, _WRITE, site)
    if kernel.recorder is not None:
        _data(Action.DELETE, location, MISSING, _contents(cell), "")


# --- containers -----------------------------------------------------------------------------------


def _simple(key):
    """A stand-in for a key that compares without running code of the program."""
    if type(key) in _SIMPLE_KEYS:
        return key
    if type(key) is tuple:
        for part in key:
            if type(part) not in _SIMPLE_KEYS:
                return _OTHER_KEYS
        return key
    return _OTHER_KEYS


def _touch_item(entry, container, key, kind, whole, site):
    """Announce an access to a key or index and note what it means for the container."""
    if entry.container is None:
        entry.whole()
    # The keys of an object's __dict__ are the object's attributes.
    is_own = entry.identity == id(container)
    location = entry.item(key) if is_own else entry.attribute(key)
    kernel.access(location, kind, site)
    kernel.note_access(entry.container, whole, site)
    return location


def _whole(container, kind, site, action, detail):
    """Announce an access to a container as a whole."""
    entry = _entry(container)
    if entry.container is None:
        entry.whole()
    kernel.access(entry.container, kind, site)
    if kernel.recorder is not None:
        is_write = kind in {_SHAPE_WRITE, _ALL_WRITE}
        kernel.recorder.data(action, entry.container, len(container), MISSING, detail, is_write)


def _value_at(container, key):
    """The value under a simple key, or MISSING."""
    if key is _OTHER_KEYS:
        return MISSING
    if isinstance(container, dict):
        return dict.get(container, key, MISSING)
    return container.get(key, MISSING)


def _index(container, key):
    """A non-negative index, or None when the key is something else."""
    if type(key) is not int:
        return None
    return key + len(container) if key < 0 else key


def load_item(container, key, site):
    """``container[key]`` is about to be read."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(container, ITEM, site)
    family = _container_kind(type(container))
    if family == 0:
        return
    if family == _DICT:
        simple = _simple(key)
        entry = _entry(container)
        is_inserting = (
            simple is not _OTHER_KEYS
            and isinstance(container, collections.defaultdict)
            and simple not in container
        )
        if is_inserting:
            location = _touch_item(entry, container, simple, _WRITE, _SHAPE_WRITE, site)
        else:
            location = _touch_item(entry, container, simple, _READ, _ITEM_READ, site)
            is_known = simple is not _OTHER_KEYS
            if (
                is_known
                and isinstance(container, collections.defaultdict)
                and simple not in container
            ):
                kernel.note_access(location, _WRITE, site)
                kernel.note_access(entry.container, _SHAPE_WRITE, site)
        if kernel.recorder is not None:
            value = _value_at(container, simple)
            _data(Action.READ, location, value, MISSING, "")
        return
    index = _index(container, key)
    if index is None:
        _whole(container, _ALL_READ, site, Action.ITERATE, "")
        return
    entry = _entry(container)
    location = _touch_item(entry, container, index, _READ, _ITEM_READ, site)
    if key < 0:
        kernel.note_access(entry.container, _SHAPE_READ, site)
        if key + len(container) != index:
            index = key + len(container)
            kernel.note_access(entry.item(index), _READ, site)
    if kernel.recorder is not None:
        value = container[index] if 0 <= index < len(container) else MISSING
        _data(Action.READ, location, value, MISSING, "")


def store_item(container, key, value, site):
    """``container[key] = value`` is about to be done."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(container, ITEM, site)
    family = _container_kind(type(container))
    if family == 0:
        return
    if family == _DICT:
        simple = _simple(key)
        is_there = simple is not _OTHER_KEYS and simple in container
        whole = _ITEM_WRITE if is_there else _SHAPE_WRITE
        location = _touch_item(_entry(container), container, simple, _WRITE, whole, site)
        if is_there and simple not in container:
            # Another task took the key away while this one was suspended.
            kernel.note_access(_entry(container).whole(), _SHAPE_WRITE, site)
        if kernel.recorder is not None:
            previous = _value_at(container, simple)
            _data(Action.WRITE, location, value, previous, "")
        return
    index = _index(container, key)
    if index is None:
        _whole(container, _ALL_WRITE, site, Action.CALL, "[...] = ...")
        return
    entry = _entry(container)
    location = _touch_item(entry, container, index, _WRITE, _ITEM_WRITE, site)
    if key < 0:
        kernel.note_access(entry.container, _SHAPE_READ, site)
        if key + len(container) != index:
            index = key + len(container)
            kernel.note_access(entry.item(index), _WRITE, site)
    if kernel.recorder is not None:
        previous = container[index] if 0 <= index < len(container) else MISSING
        _data(Action.WRITE, location, value, previous, "")


def delete_item(container, key, site):
    """``del container[key]`` is about to be done."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(container, ITEM, site)
    family = _container_kind(type(container))
    if family == 0:
        return
    if family == _DICT:
        simple = _simple(key)
        location = _touch_item(_entry(container), container, simple, _WRITE, _SHAPE_WRITE, site)
        if kernel.recorder is not None:
            previous = _value_at(container, simple)
            _data(Action.DELETE, location, MISSING, previous, "")
        return
    _whole(container, _ALL_WRITE, site, Action.CALL, "del [...]")


def load_slice(container, site):
    """``container[a:b]`` is about to be read."""
    if _tracked() is not None:
        _read_all(container, site, "")


def store_slice(container, site):
    """``container[a:b] = ...`` is about to be done."""
    if _tracked() is not None and _container_kind(type(container)):
        _whole(container, _ALL_WRITE, site, Action.CALL, "[...] = ...")


def contains(item, container, site):
    """``item in container`` is about to be evaluated."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(container, CONTAIN, site)
    family = _container_kind(type(container))
    if family == 0:
        if type(container) in _VIEWS or _keeps_position(type(container)):
            _read_all(container, site, "")
        return
    if family in {_DICT, _SET}:
        simple = _simple(item)
        location = _touch_item(_entry(container), container, simple, _READ, _ITEM_READ, site)
        if kernel.recorder is not None:
            value = MISSING if simple is _OTHER_KEYS else simple in container
            _data(Action.CONTAINS, location, value, MISSING, "")
        return
    _whole(container, _ALL_READ, site, Action.ITERATE, "")


def iterate(iterable, site):
    """Iteration is about to begin."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(iterable, ITERATE, site)
    family = _container_kind(type(iterable))
    if family in {_DICT, _SET}:
        _whole(iterable, _SHAPE_READ, site, Action.ITERATE, "")
    elif type(iterable) in _VIEWS:
        _read_all(iterable, site, "")


def advance(iterator, site):
    """The next item of an iteration is about to be taken."""
    task = _tracked()
    if task is not None:
        task.looking_since = -1  # a loop over something is no spin loop
        is_argument = site.operation == "advance_argument"
        _advance(iterator, _IN_COMPREHENSION if is_argument else _IN_LOOP, site)


def _advance(iterator, references, site):
    """Announce that an iterator goes on.

    Only the loop itself knows the iterator of most loops. Of others the position is shared data: to take the
    next item changes it. The interpreter does so in one step, for which items are not lost.

    Args:
        iterator: The iterator.
        references: So many references there are to one that nobody else can know.
        site: Where.
    """
    tp = type(iterator)
    is_shared = _keeps_position(tp) and _references(iterator) > references
    if is_shared:
        _change(iterator, site, "next")
    if tp in _LIST_ITERATORS or tp in _VALUE_ITERATORS:
        kind = _ALL_READ
    elif tp in _KEY_ITERATORS:
        kind = _SHAPE_READ
    elif tp in _WRAPPING_ITERATORS:
        parts = _get_referents(iterator)
        if tp is _chain:
            parts = [part for part in parts if part is not _chain]  # since 3.13 its class is one
        if tp is _chain and len(parts) == 1:
            parts = _get_referents(parts[0])  # none of what it is a chain of has begun
        for part in parts:
            if type(part) is tuple:
                for inner in part:
                    _advance(inner, _IN_TUPLE, site)
            elif _container_kind(type(part)):
                _whole(part, _ALL_READ, site, Action.ITERATE, "")  # reversed() of a sequence
            else:
                _advance(part, _IN_ITERATOR, site)
        return
    else:
        if kernel.is_gil:
            _foreign(iterator, ITERATE, site)
            if isinstance(iterator, _IOBase):
                kernel.check_around(site)  # reading a file releases the GIL
        return
    for container in _get_referents(iterator):
        if _container_kind(type(container)):
            if is_shared:
                kernel.note_access(_entry(container).whole(), kind, site)
            else:
                _whole(container, kind, site, Action.ITERATE, "")
            return


def _change(iterator, site, detail):
    """Announce a step of an iterator that others may know too."""
    location = _entry(iterator).whole()
    kernel.access(location, _SHAPE_WRITE, site)
    if kernel.recorder is not None:
        kernel.recorder.data(Action.CALL, location, MISSING, MISSING, detail, True)
    if type(iterator) is _GeneratorType:
        task = kernel.current
        task.generators = [each for each in task.generators if each.gi_running]
        task.generators.append(iterator)


def pause(site):
    """A generator is about to give a value or to end: until then, others cannot have it go on."""
    task = _tracked()
    if task is None or not task.generators:
        return
    frame = _getframe(_FRAMES_OF_A_HOOK)
    for number in range(len(task.generators) - 1, -1, -1):
        generator = task.generators[number]
        if generator.gi_frame is frame:
            del task.generators[number:]
            kernel.access(_entry(generator).whole(), _SHAPE_WRITE, site)
            return


def _keeps_position(tp):
    """Whether things of a type are iterators that are written in C, or generators."""
    keeps = iterator_classes.get(tp)
    if keeps is None:
        keeps = type(getattr(tp, "__next__", None)) is _WrapperDescriptorType
        if len(iterator_classes) > 1000:
            iterator_classes.clear()
        iterator_classes[tp] = keeps
    return keeps


def _references(obj):
    """How many references there are to something, on one scale for everything that is asked here."""
    return _refcount(obj)


def truth(obj, site):
    """The truth of a value is about to be tested."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(obj, TRUTH, site)
    if _container_kind(type(obj)):
        _whole(obj, _SHAPE_READ, site, Action.LENGTH, "")


def operate(left, right, site):
    """An operator is about to be applied; ``site.operation`` is "inplace", "binary" or "compare"."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(left, OPERATE, site)
        _foreign(right, OPERATE, site)
    _read_all(right, site, "")
    if site.operation == "inplace" and _container_kind(type(left)):
        _whole(left, _ALL_WRITE, site, Action.CALL, "update in place")
    else:
        _read_all(left, site, "")


def unpack(sequence, site):
    """The items of something are about to be unpacked."""
    if _tracked() is None:
        return
    if kernel.is_gil:
        _foreign(sequence, ITERATE, site)
    _read_all(sequence, site, "")


def _read_all(obj, site, detail):
    """Announce that every value of a container, view or iterator is read; False for other things."""
    tp = type(obj)
    if _container_kind(tp):
        _whole(obj, _ALL_READ, site, Action.ITERATE, detail)
        return True
    if tp in _VIEWS:
        for container in _get_referents(obj):
            if _container_kind(type(container)):
                _whole(container, _ALL_READ, site, Action.ITERATE, detail)
                return True
    if _keeps_position(tp):
        _advance(obj, _IN_CALL, site)
        return True
    return False


# --- calls ----------------------------------------------------------------------------------------


def _meet(function):
    """Have code instrumented when it is met for the first time."""
    tp = type(function)
    if tp is _MethodType:
        function = function.__func__
        tp = type(function)
    if tp is _FunctionType:
        key = id(function.__code__)
    elif isinstance(function, type):
        _meet_class(function)
        return
    else:
        _meet_class_once(tp)
        return
    if key in known:
        return
    ensure_instrumented(function)
    key = id(function.__code__)
    if len(known) > 20_000:
        known.clear()
    known.add(key)


def call0(function, site):
    """Something is about to be called without arguments."""
    if ensure_instrumented is not None and type(function) is not _BuiltinType:
        _meet(function)
    if _tracked() is not None:
        _call(function, 0, MISSING, MISSING, site)


def call1(function, a, site):
    """Something is about to be called with one argument."""
    if ensure_instrumented is not None and type(function) is not _BuiltinType:
        _meet(function)
    if _tracked() is not None:
        _call(function, 1, a, MISSING, site)


def call2(function, a, b, site):
    """Something is about to be called with two or more arguments."""
    if ensure_instrumented is not None and type(function) is not _BuiltinType:
        _meet(function)
    if _tracked() is not None:
        _call(function, 2, a, b, site)


def call_ex(function, arguments, site):
    """Something is about to be called with ``*`` or ``**`` arguments."""
    if ensure_instrumented is not None and type(function) is not _BuiltinType:
        _meet(function)
    if _tracked() is None:
        return
    count = len(arguments) if type(arguments) is tuple else 0
    if count == 0:
        _call(function, 0, MISSING, MISSING, site)
    elif count == 1:
        _call(function, 1, arguments[0], MISSING, site)
    else:
        _call(function, 2, arguments[0], arguments[1], site)


def enter_with(manager, site):
    """A ``with`` block is about to be entered."""
    task = _tracked()
    if ensure_instrumented is not None:
        _meet_class_once(type(manager))
    if task is not None:
        task.site = site


def check(site):
    """The interpreter checks its eval breaker here."""
    kernel.check(site)


def check_310(site):
    """Only 3.10 checks its eval breaker here."""
    if kernel.is_310:
        site.only_310 = True
        kernel.check(site)


def entering(function, site):
    """Something is about to be called, and ``returned`` will be told of the same site."""
    if not kernel.is_gil:
        return
    tp = type(function)
    if tp is _MethodType:
        function = function.__func__
        tp = type(function)
    if tp is not _FunctionType or not (is_instrumented(function.__code__) or function in leaves):
        site.called_c = kernel.epoch


def entering_ex(function, site):
    """As ``entering``, of a call with ``*`` or ``**`` arguments."""
    if not kernel.is_gil:
        return
    if not (_ENTERS_UNPACKED and type(function) is _FunctionType):
        site.called_c = kernel.epoch
    else:
        entering(function, site)


def entering_with(manager, site):
    """As ``entering``, of a manager's ``__enter__``, after which there is no check if it is written in C."""
    if not kernel.is_gil or (isinstance(manager, Resource) and manager.is_native):
        return
    for cls in type(manager).__mro__:
        space = cls.__dict__
        if "__enter__" in space:
            if is_foreign(space["__enter__"]):
                site.called_c = kernel.epoch
            return


def returned(site):
    """What was called has come back."""
    if site.called_c == kernel.epoch:
        kernel.check(site)


def returned_310(site):
    """The same where 3.10 checks whatever was called."""
    site.only_310 = site.called_c != kernel.epoch
    if kernel.is_310 or not site.only_310:
        kernel.check(site)


def _foreign(obj, operation, site):
    """Under the GIL: code that was not rewritten, and checks the eval breaker, may be about to run."""
    tp = type(obj)
    operations = foreign_classes.get(tp)
    if operations is None:
        if ensure_instrumented is not None:
            _meet_class(tp)
        operations = foreign_operations(tp)
        if len(foreign_classes) > 1000:
            foreign_classes.clear()
        foreign_classes[tp] = operations
    if operations & operation:
        kernel.check_around(site)


def _call(function, count, a, b, site):
    task = kernel.current
    task.site = site
    tp = type(function)
    if tp is _BuiltinType or tp is _WrapperType or tp is _MethodType:
        owner = function.__self__
        family = _container_kind(type(owner))
        if family:
            _method(owner, family, function.__name__, count, a, b, site)
            return
        if tp is _MethodType:
            return
        if type(owner) is _ModuleType:
            _builtin(function, count, a, b, site)
            return
        if _keeps_position(type(owner)) and _references(owner) > _IN_METHOD:
            _change(owner, site, _shown(function.__name__, count, a, b))
            return
        if tp is _WrapperType and count and type(a) is str:
            _attribute_method(owner, function.__name__, a, b, site)
            return
        if count:
            _read_all(a, site, "")
        return
    if tp in _DescriptorTypes:
        # An unbound method: list.append(items, 3), object.__setattr__(self, name, value).
        if count == 0:
            return
        family = _container_kind(type(a))
        if family:
            _method(a, family, function.__name__, count - 1, b, MISSING, site)
        elif count == 2 and type(b) is str:
            _attribute_method(a, function.__name__, b, MISSING, site)
        return
    if tp is type and count:
        _read_all(a, site, "")


def _builtin(function, count, a, b, site):
    """A function of a C module: what it does to attributes and containers among its arguments."""
    if count == 0:
        return
    if function is _LEN:
        if _container_kind(type(a)):
            _whole(a, _SHAPE_READ, site, Action.LENGTH, "")
        return
    if function is _NEXT:
        kernel.current.looking_since = -1
        _advance(a, _IN_CALL, site)
        return
    if function is _VARS:
        if not issubclass(type(a), type):
            _get_attribute(a, "__dict__", site)
        return
    if count == 2 and type(b) is str:
        if function is _GETATTR or function is _HASATTR:
            _get_attribute(a, b, site)
            return
        if function is _SETATTR:
            _set_attribute(a, b, MISSING, site, False)
            return
        if function is _DELATTR:
            _set_attribute(a, b, MISSING, site, True)
            return
    if function in _MUTATING:
        if _container_kind(type(a)):
            _whole(a, _ALL_WRITE, site, Action.CALL, function.__name__)
        return
    if function is iter:
        iterate(a, site)
        return
    _read_all(a, site, "")
    if count == 2:
        _read_all(b, site, "")


def _attribute_method(owner, method, name, value, site):
    if method == "__setattr__":
        _set_attribute(owner, name, value, site, False)
    elif method == "__delattr__":
        _set_attribute(owner, name, MISSING, site, True)
    elif method == "__getattribute__":
        _get_attribute(owner, name, site)


def _shown(name, count, a, b):
    from treadle.model.describe import describe

    if count == 0:
        return f"{name}()"
    if count == 1 or b is MISSING:
        return f"{name}({describe(a)})"
    return f"{name}({describe(a)}, {describe(b)})"


def _method(container, family, name, count, a, b, site):
    """A method of a container is about to be called."""
    effect = effect_of(family, name, count)
    if effect is None:
        return
    on_item = effect[0]
    whole = effect[1]
    site.is_update = _CHANGES >> whole & 1 and isinstance(container, _BUILT_IN)
    if count and effect[2]:
        _read_all(a, site, "")
    detail = "" if kernel.recorder is None else _shown(name, count, a, b)
    if on_item < 0:
        if whole == _SHAPE_READ and name == "__len__":
            _whole(container, whole, site, Action.LENGTH, "")
        else:
            _whole(container, whole, site, Action.CALL, detail)
        return
    if family == _LIST:
        # append and pop() touch the end.
        key = len(container) if name == "append" else max(len(container) - 1, 0)
    else:
        key = _simple(a)
        if name == "setdefault" and key is not _OTHER_KEYS and key in container:
            on_item = _READ
            whole = _ITEM_READ
    entry = _entry(container)
    _touch_item(entry, container, key, on_item, whole, site)
    if family == _LIST:
        # The list may have grown or shrunk while this task was suspended.
        end = len(container) if name == "append" else max(len(container) - 1, 0)
        if end != key:
            kernel.note_access(entry.item(end), on_item, site)
    elif on_item == _READ and name == "setdefault" and key not in container:
        kernel.note_access(entry.item(key), _WRITE, site)
        kernel.note_access(entry.container, _SHAPE_WRITE, site)
    if kernel.recorder is not None:
        kernel.recorder.data(
            Action.CALL, entry.container, len(container), MISSING, detail, on_item == _WRITE
        )


_FRAMES_OF_A_HOOK = int(type(pause) is _FunctionType)  # none once it is compiled


def _references_in_a_hook(obj, _site):  # called as hooks are, with more than one argument
    return _references(obj)


def _references_in_a_method(method):
    owner = method.__self__
    return _references(owner)


# How many references there are to what only ... knows, with those of the hook that asks.
_ALONE = _references(object())
# The method that is about to be called.
_IN_METHOD = _references_in_a_method(object().__hash__)
# The stack, for a loop or as an argument; a hook gets a copy of what lies there.
_IN_LOOP = _IN_CALL = _references_in_a_hook(object(), None) + 1
_IN_COMPREHENSION = _IN_LOOP + 1  # the stack and the argument
_IN_TUPLE = _ALONE + 1  # the tuple of an iterator over several
_IN_ITERATOR = _ALONE + 2  # an iterator, and the list of what that refers to
