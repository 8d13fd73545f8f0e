"""With instrumented code too, points where conflicts were learned lead to every outcome that all points give.

Small actions on one shared object, as source text, are rewritten with the real hooks and run by two or three
tasks. This tests rewriter, hooks, the table of container methods and the conflict table together: an access
that is not announced, or not as what it is, is no conflict, and outcomes go missing.
"""

import collections
import copy
import functools
import heapq
import itertools
import random
import types
from collections import Counter

import pytest

from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.explorer.session import production_hooks
from treadle.instrument import hooks
from treadle.instrument.rewrite import instrument_code
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk

SEEDS = 15
MOST_SCHEDULES = 1_500
"""Programs with more schedules are left out."""

SEQUENCE = """
c[0] | c[1] | c[-1] | c[0] = 9 | c[1] = 8 | c[-1] = 7 | c[0] += 1 | del c[0] | del c[-1]
len(c) | bool(c) | 1 in c | 5 not in c | list(c) | tuple(c) | sum(c) | max(c) | sorted(c)
[x for x in c] | [x for x in enumerate(c)] | [x for x in zip(c, c)] | list(map(str, c)) | [*c, 0]
next(iter(c)) | next(iter(c), None) | c.append(5) | c.append(6) | c.pop() | c.insert(0, 4) | c.remove(1)
c.clear() | c.reverse() | c.index(1) | c.count(1) | c.copy() | c.append(len(c))
type(c).append(c, 3) | c.append(c[-1]) | not c | any(c) | str(list(c))
"""
LIST = """
c.pop(0) | c.sort() | c[:1] | c[:1] = [6, 6] | del c[:1] | c + [3] | c == [1] | c * 2 | c != [] | [0] + c
heapq.heappush(c, 0) | heapq.heappop(c) | heapq.heapify(c) | first, *rest = c | list(reversed(c))
"""
LIST_GROWTH = "c.extend([5]) | c += [3] | c.extend(x for x in (1, 2))"
DEQUE = "c.popleft() | c.appendleft(4) | c.rotate(1) | c.extend([5]) | c.extendleft([5]) | c += [3]"
BYTES = (
    "c.upper() | c + b'z' | c += b'y' | c.extend(b'ab') | c == b'a' | c.find(1) | c[:1] | c.pop(0)"
)
MAPPING = """
c['a'] | c['b'] | c['a'] = 9 | c['a'] = 8 | c['b'] = 7 | c['c'] = 6 | c['a'] += 1 | del c['a'] | 'a' in c | 'b' in c
len(c) | bool(c) | c.get('a') | c.get('b', 0) | c.setdefault('a', 5) | c.setdefault('b', 5)
c.pop('a', 0) | c.pop('b', 0) | c.popitem() | c.update(a=3) | c.update({'b': 4}) | c.clear() | dict(c.copy())
c == {} | c | {'z': 1} | {**c} | c |= {'b': 4} | c['a'] = len(c) | c['b'] = c.get('a') | not c
"""
MAPPING_LOOPS = """
list(c) | [x for x in c] | [x for x in c.values()] | [x for x in c.items()] | [x for x in c.keys()]
sorted(c.items()) | list(c.values()) | next(iter(c), None) | sum(c.values()) | [c[x] for x in list(c)]
9 in c.values() | max(c.values(), default=0) | {x: y for x, y in c.items()}
"""
MAPPING_VIEWS = (
    "c.keys() & {'a'} | {'a'} & c.keys() | c.items() == {('a', 1)} | list(reversed(c.values()))"
)
SET = """
'a' in c | 'b' in c | len(c) | bool(c) | sorted(c) | c.add('a') | c.add('b') | c.add('c') | c.discard('a')
c.remove('b') | c.pop() if len(c) == 1 else 0 | c.clear() | c.update('b') | c.update('bc') | sorted(c - {'a'})
sorted(c | {'z'}) | c == {'a'} | c <= {'a'} | sorted(c.copy()) | c.isdisjoint('a') | sorted(x for x in c)
c.intersection_update('a') | c.difference_update('a') | c.symmetric_difference_update('ab')
"""
SET_IN_PLACE = "c |= {'b'} | c &= {'a'} | c -= {'a'} | c ^= {'a', 'c'}"
OBJECT = """
c.x | c.y | c.x = 9 | c.x = 8 | c.y = 7 | c.x += 1 | del c.x | getattr(c, 'x', 0) | getattr(c, 'x') | hasattr(c, 'x')
setattr(c, 'x', 6) | delattr(c, 'x') | c.half | c.half = 4 | c.increment() | c.level | c.level = 5
object.__setattr__(c, 'x', 3) | object.__getattribute__(c, 'x') | c.x, c.y = 1, 2 | c.x = c.y
"""
OBJECT_DICT = "vars(c)['x'] | vars(c)['x'] = 3 | c.__dict__['y'] = 2 | c.__dict__.get('x') | sorted(vars(c))\nlen(vars(c)) | [x for x in vars(c)]"
CLASS = "c.level | c.level = 4 | type(c).level | type(c).level = 6 | type(c).level += 1 | del c.level | c.raised()"
SUBCLASS = CLASS + " | type(c).__mro__[1].level = 7 | type(c).__mro__[1].level"
MODULE = "c.x | c.x = 9 | c.x += 1 | del c.x | getattr(c, 'x', 0) | c.y = c.x | hasattr(c, 'x')"
CELL = "c[0]() | c[1]() | c[2](5) | c[2](6) | c[3]() | c[2](c[0]())"
GLOBALS = "counter | counter = 5 | counter += 1 | del counter | counter = counter * 2"


CLASSES = """
class Thing:
    def __init__(self):
        self.x = 1
        self.y = 2

    @property
    def half(self):
        return self.x

    @half.setter
    def half(self, value):
        self.x = value

    def increment(self):
        self.x += 1
        return self.x

class Slotted:
    __slots__ = ("level", "x", "y")
    half = Thing.half
    increment = Thing.increment

    def __init__(self):
        self.x = self.y = 1

def make_own():
    class Own:
        level = 3

        def raised(self):
            return self.level + 1

    return Own()

def make_cell():
    number = 1

    def get():
        return number

    def increment():
        nonlocal number
        number += 1
        return number

    def put(value):
        nonlocal number
        number = value

    def drop():
        nonlocal number
        del number

    return get, increment, put, drop

def make_sub():
    class Base:
        level = 3

    class Sub(Base):
        def raised(self):
            return self.level + 1

    return Sub()
"""


def made_by(name):
    """Makes an object with a function of the instrumented source."""

    def make():
        return classes()[0][name]()

    make.__name__ = name
    return make


def module():
    made = types.ModuleType("shared_module")
    made.x, made.y = 1, 2
    return made


def of(make, *contents):
    return [functools.partial(make, content) for content in contents]


# What is shared, made anew for each execution, and what is done with it.
FAMILIES = {
    "list": (of(list, [], [1], [2, 1, 3]), SEQUENCE + LIST + LIST_GROWTH),
    "deque": (of(collections.deque, [], [1], [2, 1, 3]), SEQUENCE + DEQUE),
    "bytearray": (of(bytearray, b"", b"\1", b"\2\1\3"), SEQUENCE.replace("c[1] = 8 |", "") + BYTES),
    "dict": (of(dict, {}, {"a": 1}, {"b": 1, "a": 2}), MAPPING + MAPPING_LOOPS + MAPPING_VIEWS),
    "defaultdict": (
        of(functools.partial(collections.defaultdict, int), {}, {"a": 1}, {"b": 1, "a": 2}),
        MAPPING + MAPPING_LOOPS,
    ),
    "Counter": (
        of(collections.Counter, "", "a", "aab"),
        MAPPING + MAPPING_LOOPS + "c.most_common() | c.total()",
    ),
    "OrderedDict": (
        of(collections.OrderedDict, {}, {"a": 1}, {"b": 1, "a": 2}),
        MAPPING + MAPPING_LOOPS,
    ),
    "set": (of(set, "", "a", "ab"), SET + SET_IN_PLACE),
    "object": ([made_by("Thing")], OBJECT + OBJECT_DICT),
    "object with slots": ([made_by("Slotted")], OBJECT),
    "class": ([made_by("make_own")], CLASS),
    "subclass": ([made_by("make_sub")], SUBCLASS),
    "module": ([module], MODULE),
    "closure": ([made_by("make_cell")], CELL),
    "global variable": ([list], GLOBALS),
}
FAILURES = (
    LookupError,
    ValueError,
    AttributeError,
    NameError,
    StopIteration,
    RuntimeError,
    TypeError,
)


def actions_of(family):
    # A bar between spaces separates actions; `c | d` is the operator when an expression is cut by it.
    result = []
    for line in FAMILIES[family][1].strip().splitlines():
        parts = line.split(" | ")
        while parts:
            text = parts.pop(0).strip()
            while parts and not _compiles(text):
                text += " | " + parts.pop(0)
            if text in {"c", "sorted(c"} and parts:
                text += " | " + parts.pop(0)
            result.append(text)
    return [text for text in result if text]


def _compiles(text):
    try:
        compile(text, "action", "exec")
    except SyntaxError:
        return False
    return True


@functools.cache
def compiled(text, number):
    """An action as a function of the shared object, rewritten; with the sites made for it.

    The number tells tasks apart: two that do the same thing have places of their own, as in a program where
    it stands twice.
    """
    try:
        compile(text, "action", "eval")
        body = f"result = {text}"
    except SyntaxError:
        body = text
    source = f"def action{number}(c):\n    global counter\n    result = None\n    {body}\n    return result\n"
    return rewritten(source)


def rewritten(source):
    sites = []

    def make_site(*arguments):
        site = Site(*arguments)
        sites.append(site)
        return site

    code = instrument_code(
        compile(source, "action.py", "exec"),
        production_hooks(make_site),
        "program",
        frozenset({"counter"}),
    )
    return code, sites


@functools.cache
def classes():
    code, sites = rewritten(CLASSES)
    namespace = {"__name__": "program"}
    exec(code, namespace)
    return namespace, sites


@pytest.fixture(autouse=True)
def hooks_alone():
    hooks.bind(None)
    yield
    hooks.bind(None)


class TooLarge(Exception):
    pass


class Run:
    """Two or more tasks, each doing its actions, one after the other, on one shared object."""

    def __init__(self, make, *bodies):
        self.make = make
        self.bodies = bodies
        self.namespace = {"__name__": "program", "heapq": heapq}
        self.functions = []
        self.sites = list(classes()[1])
        for number, body in enumerate(bodies):
            functions = []
            for index, text in enumerate(body):
                key = 10 * number + index
                code, sites = compiled(text, key)
                exec(code, self.namespace)
                functions.append(self.namespace[f"action{key}"])
                self.sites += sites
            self.functions.append(functions)
        for site in self.sites:
            site.is_point = False
            site.children.clear()

    def text(self):
        shared = self.make()
        what = (
            shared
            if isinstance(shared, (list, dict, set, bytearray, collections.deque))
            else type(shared).__name__
        )
        return f"c = {what}\n" + "\n".join(
            f"T{n}: {'; '.join(body)}" for n, body in enumerate(self.bodies, 1)
        )

    def execute(self, scheduler):
        shared = self.make()
        self.namespace["counter"] = 1
        results = [[] for _ in self.bodies]
        failures = []

        def task(number):
            for function in self.functions[number]:
                results[number].append(done(function, shared))

        def main():
            for number in range(len(self.bodies)):
                kernel.spawn(functools.partial(task, number), f"T{number}", False)

        kernel.on_stop = lambda: failures.extend(kernel.failures)
        status = kernel.run(main, scheduler)
        kernel.on_stop = None
        if failures:
            raise failures[0][1]
        assert status == "finished"
        return self._outcome(results, shared)

    def search(self):
        outcomes = Counter()
        scheduler = DepthFirst()
        while scheduler.begin():
            outcomes[self.execute(scheduler)] += 1
            if scheduler.divergence is not None:
                raise AssertionError(f"{scheduler.divergence}\n{self.text()}")
            if outcomes.total() > MOST_SCHEDULES:
                raise TooLarge
            if not kernel.all_points and kernel.learned:
                return None
        return outcomes

    def with_whole_actions(self):
        """The outcomes of all interleavings of whole actions, without the kernel."""
        outcomes = set()
        counts = [len(body) for body in self.functions]
        order = [task for task, count in enumerate(counts) for _ in range(count)]
        for turns in set(itertools.permutations(order)):
            shared = self.make()
            self.namespace["counter"] = 1
            results = [[] for _ in self.functions]
            for task in turns:
                results[task].append(done(self.functions[task][len(results[task])], shared))
            outcomes.add(self._outcome(results, shared))
        return outcomes

    def _outcome(self, results, shared):
        return tuple(map(tuple, results)), left(shared), repr(self.namespace.get("counter"))

    def with_all_points(self):
        kernel.all_points = True
        try:
            return set(self.search())
        finally:
            kernel.all_points = False

    def with_learned_points(self):
        walk = RandomWalk(0)
        for scheduler in (Scheduler(), walk, walk):
            scheduler.begin()
            self.execute(scheduler)
            _learn()
        while (outcomes := self.search()) is None:
            _learn()
        return set(outcomes)

    def missing(self):
        """Outcomes that learned points do not lead to; none for a program that is too large to tell."""
        try:
            expected = self.with_all_points()
        except TooLarge:
            return set()
        learned = self.with_learned_points()
        assert learned <= expected, self.text()
        return (expected | self.with_whole_actions()) - learned


def done(function, shared):
    """What an action gives."""
    try:
        return repr(function(shared))
    except FAILURES as error:
        return type(error).__name__


def _learn():
    for site in kernel.learned:
        site.is_point = True


def left(shared):
    """Everything there is to see of the shared object."""
    if isinstance(shared, dict):
        return repr(list(shared.items()))
    if isinstance(shared, set):
        return repr(sorted(shared))
    if isinstance(shared, (list, bytearray, collections.deque)):
        return repr(list(shared))
    if isinstance(shared, tuple):
        return done(lambda functions: functions[0](), shared)
    names = ("x", "y", "level")
    own = [getattr(shared, name, None) for name in names]
    return repr(
        [*own, None if hasattr(type(shared), "__slots__") else getattr(type(shared), "level", None)]
    )


def random_run(family, seed):
    draw = random.Random(f"{family} {seed}")
    makes = FAMILIES[family][0]
    actions = actions_of(family)
    count = draw.choice([2, 2, 3])
    most = 3 if count == 2 else 2
    bodies = [draw.choices(actions, k=draw.randint(1, most)) for _ in range(count)]
    return Run(draw.choice(makes), *bodies)


def test_the_actions_are_cut_where_they_should_be():
    assert "c | {'z': 1}" in actions_of("dict")
    assert "c['a'] |= 1" not in actions_of("dict")
    assert "c |= {'b': 4}" in actions_of("dict")
    assert "sorted(c | {'z'})" in actions_of("set")
    for family in FAMILIES:
        assert all(map(_compiles, actions_of(family))), family


@pytest.mark.parametrize("family", FAMILIES)
def test_random_actions_have_every_outcome(family):
    for seed in range(SEEDS):
        run = random_run(family, seed)
        assert not run.missing(), run.text()


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_pair_of_actions_has_every_outcome(family):
    makes, _ = FAMILIES[family]
    for one, other in itertools.combinations_with_replacement(actions_of(family), 2):
        run = Run(makes[-1], [one], [other])
        assert not run.missing(), run.text()


PRIVATE_ITERATORS = """
for x in (1, 2): pass
[x for x in (1, 2)]
list(x for x in (1, 2))
list(iter((1, 2)))
next(iter((1,)))
sum(iter((1,)))
next(x for x in (1,))
(x for x in (1,)).__next__()
list(zip((1,), (2,)))
for x in zip((1,), iter((2,))): pass
list(map(str, iter((1,))))
enumerate((1, 2)).__next__()
"""


@pytest.mark.parametrize("action", PRIVATE_ITERATORS.strip().splitlines())
def test_iterators_that_nobody_else_knows_add_no_points(action):
    def schedules(text):
        kernel.all_points = True
        try:
            return Run(lambda: [1], ["c[0]"], [text]).search().total()
        finally:
            kernel.all_points = False

    assert schedules(action) == schedules("x = 1")
    assert schedules(f"c.append(1)\n    {action}") == schedules("c.append(1)")


def test_making_a_copy_of_what_is_shared_is_not_sharing_it():
    contents = {"a": [1]}
    run = Run(lambda: copy.deepcopy(contents), ["c['a'] = 2"], ["c['b'] = 3"])
    run.with_all_points()
    assert contents == {"a": [1]}
