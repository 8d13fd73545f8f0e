"""Every construct of the language, in small functions: run as it is and rewritten, results compared.

``case_*`` returns something comparable or raises. Not imported: executed by test_same_behaviour.py.
"""
# ruff: noqa: C416, C420, F821, F841, PIE800, PIE804, PLC3002, RUF012, UP031
# fmt: off

import asyncio
import contextlib
import dataclasses
import enum
import functools
import inspect
import sys
import traceback

LIMIT = 10
total = 0


class Base:
    """A class with a bit of everything."""

    kind = "base"
    table = {name: len(name) for name in ("a", "bb")}
    squares = [n * n for n in range(4) if n % 2 == 0]

    def __init__(self, value=1, *more, scale: int = 2, **named):
        self.value = value * scale
        self.more = list(more)
        self.named = dict(named)

    @property
    def doubled(self):
        return self.value * 2

    @doubled.setter
    def doubled(self, value):
        self.value = value // 2

    @doubled.deleter
    def doubled(self):
        self.value = 0

    @staticmethod
    def static(a, b=2):
        return a + b

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    def __getitem__(self, key):
        return ("item", key)

    def __setitem__(self, key, value):
        self.named[str(key)] = value

    def __delitem__(self, key):
        del self.named[str(key)]

    def __contains__(self, item):
        return item in self.more

    def __iter__(self):
        yield from self.more

    def __len__(self):
        return len(self.more)

    def __bool__(self):
        return self.value > 0

    def __eq__(self, other):
        return isinstance(other, Base) and self.value == other.value

    def __hash__(self):
        return hash(self.value)

    def __add__(self, other):
        return Base(self.value + other, scale=1)

    def __iadd__(self, other):
        self.value += other
        return self

    def __call__(self, *args, **kwargs):
        return args, kwargs

    def __enter__(self):
        self.more.append("in")
        return self

    def __exit__(self, kind, error, tb):
        self.more.append(kind and kind.__name__)
        return kind is KeyError


class Derived(Base):
    kind = "derived"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        super().__setattr__("extra", super().kind)

    def who(self):
        return __class__.__name__, super().static(1), type(self).mro()[1].__name__


class Stack(list):
    def append(self, item):
        super().append((item,))

    def pop(self, *args):
        return super().pop(*args)[0]


class Colour(enum.Enum):
    RED = enum.auto()
    BLUE = RED + 1 if isinstance(RED, int) else 2


@dataclasses.dataclass(frozen=True, order=True)
class Point:
    x: int = 0
    y: int = dataclasses.field(default=0, compare=False)
    tags: list = dataclasses.field(default_factory=list, compare=False)


def case_classes():
    d = Derived(3, 4, 5, scale=4, name="n")
    d.doubled = 100
    before = d.value, d.doubled, d.who(), d.extra, d.named, d.more
    del d.doubled
    d["k"] = 1
    d[1:2] = 2
    del d["k"]
    return (
        before,
        d.value,
        d["x"],
        d[1:2, ...],
        d.named,
        4 in d,
        9 not in d,
        list(d),
        len(d),
        bool(d),
    )


def case_methods_and_calls():
    b = Base.make(2, 3, scale=5, key=6)
    args, kwargs = (1, 2), {"z": 3}
    return [
        b(*args, **kwargs),
        b(0, *args, y=1, **kwargs),
        b(*args, 3, *args, **{}, **kwargs),
        b.static(*[1]),
        Base.static(b=1, a=2),
        b(key=lambda x, *, y=1: x + y)[1]["key"](2, y=5),
        max([3, 1, 2], key=lambda n: -n),
        (lambda *a, **k: (a, k))(1, b=2),
        "{0}-{name}".format(1, name="n"),
        print("", end="", sep=""),
        b.make(*(), **{"value": 7}).value,
    ]


def case_container_methods():
    numbers, mapping, group = [3, 1, 2], {"a": 1}, {1, 2}
    numbers.append(4)
    numbers.sort(reverse=True)
    numbers.extend(n for n in (7, 8))
    numbers.insert(0, numbers.pop())
    mapping.update({"b": 2}, c=3)
    mapping.setdefault("d", []).append(mapping.get("zz", "none"))
    group |= {9}
    group.discard(1)
    data = bytearray(b"abc")
    data.extend(b"d")
    stack = Stack()
    stack.append(1)
    stack.append(2)
    return (
        numbers,
        mapping,
        sorted(group),
        bytes(data),
        stack,
        stack.pop(),
        ",".join("xyz"),
        "a b".split(),
    )


def case_operators():
    a, b, items = 7, 3, [1]
    b_ = Base(1)
    alias = b_
    b_ += 5
    items += [2]
    items *= 2
    a -= b
    a **= 2
    return (
        a // b,
        a % b,
        a @ M(),
        a << 1,
        a >> 1,
        a & b,
        a | b,
        a ^ b,
        -a,
        ~a,
        +a,
        not a,
        a < b < 10,
        1 < a >= b != 3,
        a is b,
        a is not None,
        items,
        b_ is alias,
        (b_ + 1).value,
        b_ == Base(b_.value, scale=1),
        b_ != 3,
        "%s-%s" % (a, b),
        items * 1,
        a and b,
        0 or items,
    )


class M:
    def __rmatmul__(self, other):
        return other


def case_unpacking():
    a, b = 1, 2
    a, b = b, a
    first, *middle, last = range(5)
    (x, (y, *z)), w = (1, [2, 3, 4]), 5
    d = {**{"a": 1}, "b": 2, **{"a": 3}}
    l = [*range(2), *"ab"]
    s = {*l, 9}
    t = (*l,)
    for i, (j, k) in enumerate([(1, 2), (3, 4)]):
        a += i * j * k
    return a, b, first, middle, last, x, y, z, w, d, l, len(s), t


def case_slices():
    items = list(range(10))
    items[2:4] = ["x"]
    items[0:3] += ["y"]
    del items[5:7]
    n = 2
    return items, items[n:], items[:-n], items[::2], items[1:n], "abc"[0:n], items[n]


def case_comprehensions():
    n, items = 3, [1, 2, 3]
    outer = [[i * j for j in items if j != i] for i in items if i]
    functions = [lambda: i for i in range(3)]
    gen = (i + n for i in items)
    return (
        outer,
        {i: n for i in items},
        {i % 2 for i in items},
        list(gen),
        [f() for f in functions],
        [y for x in items if (y := x * n) > 3],
        [a for a, *b in [(1, 2), (3,)]],
        sum(i for i in items),
        [x for x in [n] for n in [x, x]],
        n,
    )


def case_closures():
    log = []

    def counter(start, step=1):
        count = start

        def bump(by=None):
            nonlocal count
            count += step if by is None else by
            log.append(count)
            return count

        def reset():
            nonlocal count
            del count
            try:
                return count
            except NameError as error:
                return str(error)
            finally:
                count = 0

        return bump, reset

    bump, reset = counter(10, step=2)
    return bump(), bump(by=5), reset(), bump(), log


def case_globals():
    global total
    total = 0
    for n in range(LIMIT):
        total += n
    result = total
    del total
    try:
        total
    except NameError as error:
        result = result, str(error)
    total = 0
    return result


def case_loops():
    found = []
    for i in range(10):
        if i == 2:
            continue
        if i == 5:
            break
        found.append(i)
    else:
        found.append("else")
    while found:
        if len(found) < 3:
            break
        found.pop()
    else:
        found.append("never")
    for _ in ():
        found.append("none")
    else:
        found.append("empty")
    n = 0
    while n < 3:
        n += 1
        try:
            if n == 2:
                continue
        finally:
            found.append(n)
    return found


def case_try():
    log = []

    def attempt(action):
        try:
            try:
                log.append("try")
                return action()
            except KeyError as error:
                log.append(repr(error))
                raise ValueError("bad") from error
            except (TypeError, ZeroDivisionError):
                log.append("type")
                return "handled"
            else:
                log.append("else")
            finally:
                log.append("finally")
        except ValueError as error:
            return type(error.__cause__).__name__, type(error.__context__).__name__
        finally:
            log.append("outer")

    def in_finally():
        for n in range(3):
            try:
                if n == 1:
                    return n
            finally:
                if n == 1:
                    continue
        return "end"

    return [
        attempt(lambda: {}["x"]),
        attempt(lambda: 1 / 0),
        attempt(lambda: "ok"),
        log,
        in_finally(),
    ]


def case_exception_groups():
    log = []
    try:
        raise ExceptionGroup(
            "g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3)])]
        )
    except* ValueError as group:
        log.append(len(group.exceptions))
    except* TypeError as group:
        log.append(str(group.exceptions[0]))
    try:
        try:
            raise ExceptionGroup("g", [KeyError("k"), OSError("o")])
        except* KeyError:
            log.append("key")
    except ExceptionGroup as rest:
        log.append([repr(e) for e in rest.exceptions])
    return log


def case_with():
    log = []

    @contextlib.contextmanager
    def manager(name):
        log.append(f"enter {name}")
        try:
            yield name
        except ZeroDivisionError:
            log.append(f"caught {name}")
        finally:
            log.append(f"leave {name}")

    def early():
        with manager("a") as a, manager("b"):
            for _ in range(2):
                with manager("c"):
                    return a

    with manager("z"):
        1 / 0
    with Base(1, scale=1) as base, contextlib.suppress(ValueError):
        raise ValueError
    with base:
        {}["missing"]
    with manager("p") as p, manager("q") as q:
        log.append(p + q)
    return early(), log, base.more


def case_match():
    def kind(value):
        match value:
            case 0 | 1:
                return "small"
            case int(n) if n > 100:
                return "large", n
            case str() as s:
                return "text", s
            case [a, b]:
                return "pair", a, b
            case [first, *rest]:
                return "list", first, rest
            case {"kind": "x", "value": v, **others}:
                return "mapping", v, others
            case Point(x=0, y=y):
                return "axis", y
            case Point(x, y):
                return "point", x, y
            case None | True:
                return "constant"
            case _:
                return "other"

    Point.__match_args__ = ("x", "y")
    values = [
        0,
        200,
        5,
        "s",
        [1, 2],
        [1, 2, 3],
        {"kind": "x", "value": 1, "z": 2},
        Point(0, 1),
        Point(2, 3),
        None,
        True,
        1.5,
        {},
    ]
    return [kind(value) for value in values]


def case_generators():
    log = []

    def inner():
        try:
            received = yield 1
            log.append(received)
            yield 2
        except ValueError as error:
            log.append(str(error))
            yield "recovered"
        finally:
            log.append("closed")
        return "result"

    def outer():
        result = yield from inner()
        log.append(result)
        yield from [10, 20]

    g = outer()
    steps = [next(g), g.send("sent"), g.throw(ValueError("v")), list(g)]
    h = outer()
    next(h)
    h.close()
    return steps, log


def case_async():
    log = []

    class Context:
        async def __aenter__(self):
            log.append("aenter")
            return self

        async def __aexit__(self, *exception):
            log.append(exception[0] and exception[0].__name__)
            return True

    class Numbers:
        def __init__(self, n):
            self.n = n

        def __aiter__(self):
            return self

        async def __anext__(self):
            if self.n == 0:
                raise StopAsyncIteration
            self.n -= 1
            return self.n

    async def numbers():
        for i in range(3):
            yield i
            await asyncio.sleep(0)

    async def main():
        async with Context() as context:
            log.append(type(context).__name__)
            raise KeyError
        async for n in Numbers(2):
            log.append(n)
        else:
            log.append("else")
        log.append([n async for n in numbers() if n])
        log.append({n: await one(n) async for n in numbers()})
        log.append(await asyncio.gather(one(1), one(2)))
        return "done"

    async def one(n):
        await asyncio.sleep(0)
        return n + 1

    return asyncio.run(main()), log


def case_decorators():
    def twice(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return [function(*args, **kwargs) for _ in range(2)]

        return wrapper

    def named(name):
        return lambda function: setattr(function, "name", name) or function

    @named("n")
    @twice
    def f(a, /, b, *, c=3):
        "Doc."
        return a, b, c

    return f(1, b=2), f.name, f.__doc__, f.__qualname__, str(inspect.signature(f))


def case_dataclasses_and_enums():
    p, q = Point(1, 2), Point(1, 3)
    try:
        p.x = 5
    except dataclasses.FrozenInstanceError as error:
        message = str(error)
    return p == q, p < Point(2), repr(p), hash(p) == hash(q), message, list(Colour), Colour(1).name


def case_strings():
    name, items, width = "n", [1, 2], 6
    return (
        f"{name!r:>{width}} {items} {1 + 1=} {Base.kind}",
        f"{items[0]:03d}",
        "ab",
        b"c",
        f"{'x'}",
    )


def case_walrus_and_conditionals():
    if (n := len("abc")) > 2 and (m := n * 2):
        pass
    return n, m, 1 if n > m else 2, [y := 1, y**2], (lambda: (z := 3))(), n if n else m


def case_chained_comparison():
    log = []

    def value(n):
        log.append(n)
        return n

    results = [value(1) < value(2) < value(3), value(3) < value(2) < value(1), 1 == value(1) in [1]]
    return results, log


def case_locals():
    a = 1
    b = [x for x in range(2)]

    def inner(p, *q, r=3, **s):
        t = a
        return sorted(locals()), list(inspect.currentframe().f_locals)

    return list(locals()), inner(1, 2, u=5), b


def case_local_of_class():
    class Local:
        x = 1
        y = [x for x in range(2)]
        names = sorted(name for name in locals() if not name.startswith("_"))

    return Local.names, Local.x


def case_unbound_local():
    def f(flag):
        if flag:
            value = 1
        return value

    try:
        f(False)
    except UnboundLocalError as error:
        return f(True), str(error)


def case_recursion():
    def depth(n):
        return 0 if n == 0 else 1 + depth(n - 1)

    return depth(50)


def case_dynamic():
    scope = {"base": 2}
    exec("value = base * 2", scope)
    return scope["value"], eval("base + 1", scope), getattr(Base, "kind"), vars(Base(1))["value"]


def case_docstrings_and_attributes():
    def f(a: int = 1, *, b: "str" = "x") -> None:
        """The doc."""

    return (
        f.__doc__,
        f.__defaults__,
        f.__kwdefaults__,
        f.__annotations__,
        Base.__doc__,
        f.__name__,
        (lambda: "not a doc").__doc__,
        f.__code__.co_argcount,
        f.__code__.co_varnames,
    )


def case_many_locals():
    a = b = c = d = e = f = g = h = i = j = k = l = m = n = o = p = q = r = s = t = 1
    a, b, q, r, s, t = q, r, a, b, c, s + t
    u = s
    v = t
    w, x = u, v
    u = w
    return [a + b + c + d + e + f, g + h + i + j + k + l, m + n + o + p + q + r, s, t, u, v, w, x]


def case_long_jumps():
    result = 0
    for n in range(3):
        if n != 1:
            result += n * 1 + n * 2 + n * 3 + n * 4 + n * 5 + n * 6 + n * 7 + n * 8 + n * 9
            result += Base(n).value + Base(n).value + Base(n).value + Base(n).value + Base(n).value
            result += Base(n).value + Base(n).value + Base(n).value + Base(n).value + Base(n).value
            result += Base(n).value + Base(n).value + Base(n).value + Base(n).value + Base(n).value
            result += Base(n).value + Base(n).value + Base(n).value + Base(n).value + Base(n).value
            result += Base(n).value + Base(n).value + Base(n).value + Base(n).value + Base(n).value
        else:
            result -= 1
    return result


def case_raise_simple():
    x = Base(1)
    return x.missing


def case_raise_in_the_middle_of_a_line():
    items = {"a": [1, 2]}
    return [items["a"][0], items["a"][
        7]], items["b"]


def case_raise_in_call():
    def f(a, b):
        return a.b(c=1)

    return f(1,
             b=f(2, 3))


def case_raise_in_comprehension():
    return [1 // n for n in (2, 1,
                             0)]


def case_raise_in_with():
    with contextlib.nullcontext():
        with Base(1):
            raise OSError("x")


def case_raise_chain():
    try:
        {}["k"]
    except KeyError:
        int("x")


def case_raise_group():
    try:
        raise ExceptionGroup("g", [KeyError("k"), OSError("o")])
    except* KeyError:
        raise ValueError("new")


def case_raise_not_callable():
    nothing = None
    return nothing(1)


def case_raise_unpack():
    a, b = [1, 2, 3]


def case_raise_name():
    return undefined_name + 1


def case_raise_generator():
    def g():
        yield 1
        raise LookupError("g")

    return list(g())


def case_raise_assertion():
    x = [1]
    assert not x, f"x is {x}"


def case_traceback_text():
    try:
        case_raise_in_call()
    except AttributeError:
        return traceback.format_exc()


def case_version():
    return sys.version_info[:2]
