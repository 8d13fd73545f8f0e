"""Containers: a method call is one step, two of them are two."""

from litmus import Litmus


class Append(Litmus):
    """Two appends: both arrive, in any order."""

    FREE_THREADED = GIL = {"[1, 2]", "[2, 1]"}

    def __init__(self):
        self.items = []

    def one(self):
        self.items.append(1)

    def two(self):
        self.items.append(2)

    def outcome(self):
        return self.items


class SetDefault(Litmus):
    """``setdefault`` is one step: nobody's list is lost."""

    FREE_THREADED = GIL = {"2"}

    def __init__(self):
        self.groups = {}

    def one(self):
        self.groups.setdefault("k", []).append(1)

    def outcome(self):
        return len(self.groups["k"])


class CheckThenInsert(Litmus):
    """The same by hand is two steps, with no check between them."""

    FREE_THREADED = {"1", "2"}
    GIL = {"2"}

    def __init__(self):
        self.groups = {}

    def one(self):
        if "k" not in self.groups:
            self.groups["k"] = []
        self.groups["k"].append(1)

    def outcome(self):
        return len(self.groups["k"])


class GetThenStore(Litmus):
    """``get`` is a call, so that there is a check before the value is stored."""

    FREE_THREADED = GIL = {"1", "2"}

    def __init__(self):
        self.counts = {}

    def one(self):
        self.counts["k"] = self.counts.get("k", 0) + 1

    def outcome(self):
        return self.counts["k"]


class CheckThenRead(Litmus):
    """A key is looked for and then read, while another thread takes it away."""

    FREE_THREADED = {"'read'", "'absent'", "'KeyError'"}
    GIL = {"'read'", "'absent'"}

    def __init__(self):
        self.values = {"k": 1}
        self.result = "absent"

    def one(self):
        try:
            if "k" in self.values:
                self.values["k"]
                self.result = "read"
        except KeyError:
            self.result = "KeyError"

    def two(self):
        del self.values["k"]

    def outcome(self):
        return self.result


class TruthThenPop(Litmus):
    """A list is tested and then popped from; there is one item for two threads."""

    FREE_THREADED = {"False", "True"}
    GIL = {"False"}

    def __init__(self):
        self.items = [1]
        self.failed = False

    def one(self):
        try:
            if self.items:
                self.items.pop()
        except IndexError:
            self.failed = True

    def outcome(self):
        return self.failed


class LengthThenPop(TruthThenPop):
    """The same with ``len``, which is a call."""

    GIL = {"False", "True"}

    def one(self):
        try:
            if len(self.items) > 0:
                self.items.pop()
        except IndexError:
            self.failed = True


class ListIterated(Litmus):
    """A list grows while it is iterated over."""

    FREE_THREADED = GIL = {"1", "2"}

    def __init__(self):
        self.items = [1]
        self.seen = 0

    def one(self):
        seen = 0
        for _ in self.items:
            seen += 1
        self.seen = seen

    def two(self):
        self.items.append(2)

    def outcome(self):
        return self.seen


class DictIterated(Litmus):
    """A dict grows while it is iterated over."""

    FREE_THREADED = GIL = {"1", "2", "'RuntimeError'"}

    def __init__(self):
        self.values = {"a": 1}
        self.seen = 0

    def one(self):
        seen = 0
        try:
            for _ in self.values:
                seen += 1
            self.seen = seen
        except RuntimeError:
            self.seen = "RuntimeError"

    def two(self):
        self.values["b"] = 2

    def outcome(self):
        return self.seen


class Copied(Litmus):
    """A list is copied in one step, while another thread appends twice."""

    FREE_THREADED = GIL = {"[]", "[1]", "[1, 2]"}

    def __init__(self):
        self.items = []
        self.copy = None

    def one(self):
        self.copy = list(self.items)

    def two(self):
        self.items.append(1)
        self.items.append(2)

    def outcome(self):
        return self.copy


class SharedIterator(Litmus):
    """Two threads take from one iterator."""

    FREE_THREADED = GIL = {"[1, 2]"}
    torn_by = "the position of a list iterator, read and written in two steps"

    def __init__(self):
        self.iterator = iter([1, 2])
        self.taken = []

    def one(self):
        self.taken.append(next(self.iterator))

    def outcome(self):
        return sorted(self.taken)


class SharedCount(SharedIterator):
    """Two threads take from one ``itertools.count``, which is written in C."""

    torn_by = "the counter of itertools.count, read and written in two steps"

    def __init__(self):
        from itertools import count

        self.iterator = count(1)
        self.taken = []


class SharedGenerator(Litmus):
    """Two threads take from one generator, which refuses one of them while it runs in the other."""

    FREE_THREADED = GIL = {"[0, 1]", "[0, 'refused']"}
    torn_by = "the state of a generator, which may run twice at once (3.13t crashes)"

    def __init__(self):
        self.iterator = self.numbers()
        self.taken = []

    def numbers(self):
        number = 0
        while True:
            yield number
            number += 1

    def one(self):
        try:
            self.taken.append(next(self.iterator))
        except ValueError:
            self.taken.append("refused")

    def outcome(self):
        return sorted(self.taken, key=str)


class OwnGenerators(Litmus):
    """Each thread has a generator of its own, which updates what both share whenever it is resumed."""

    FREE_THREADED = {"2", "3", "4"}
    GIL = {"4"}

    def __init__(self):
        self.bal = 0

    def generate(self):
        self.bal += 1
        yield
        self.bal += 1

    def one(self):
        for _ in self.generate():
            pass

    def outcome(self):
        return self.bal


class ReadAcrossYield(OwnGenerators):
    """A generator keeps what it read across a yield: resuming it is a check."""

    GIL = FREE_THREADED = {"1", "2"}

    def generate(self):
        balance = self.bal
        yield
        self.bal = balance + 1


PROGRAMS = [
    Append, SetDefault, CheckThenInsert, GetThenStore, CheckThenRead, TruthThenPop, LengthThenPop,
    ListIterated, DictIterated, Copied, SharedIterator, SharedCount, SharedGenerator, OwnGenerators,
    ReadAcrossYield,
]  # fmt: skip
