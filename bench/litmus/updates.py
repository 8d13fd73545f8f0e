"""Updates: a value is read, and stored again; what stands between the two decides."""

from litmus import Litmus

total = 0


class Account(Litmus):
    """What most of the programs share: a balance that both threads add one to."""

    FREE_THREADED = {"1", "2"}
    GIL = {"2"}

    def __init__(self):
        self.bal = 0

    def outcome(self):
        return self.bal


class AttributeUpdate(Account):
    """The bank account: read and written in two statements."""

    def one(self):
        balance = self.bal
        self.bal = balance + 1


class AugmentedAttribute(Account):
    """The same as one statement."""

    def one(self):
        self.bal += 1


class ItemUpdate(Account):
    """An item of a list."""

    def __init__(self):
        self.items = [0]

    def one(self):
        self.items[0] += 1

    def outcome(self):
        return self.items[0]


class ValueUpdate(Account):
    """A value in a dict."""

    def __init__(self):
        self.counts = {"a": 0}

    def one(self):
        self.counts["a"] += 1

    def outcome(self):
        return self.counts["a"]


class GlobalUpdate(Account):
    """A global variable."""

    is_single = True

    def __init__(self):
        global total
        total = 0

    def one(self):
        global total
        total += 1

    def outcome(self):
        return total


class CellUpdate(Account):
    """A variable that two functions share."""

    def __init__(self):
        count = 0

        def add():
            nonlocal count
            count += 1

        self.one = add
        self.outcome = lambda: count


class CallOfC(Account):
    """A call of a function written in C in between: the interpreter checks after it."""

    GIL = {"1", "2"}

    def one(self):
        balance = self.bal
        abs(balance)
        self.bal = balance + 1


class CallOfMethod(Account):
    """A call of a method written in C."""

    GIL = {"1", "2"}

    def one(self):
        balance = self.bal
        "a".upper()
        self.bal = balance + 1


def nothing():
    """Return at once."""


class CallOfPython(Account):
    """A call of a Python function: the interpreter checks on entering it."""

    GIL = {"1", "2"}

    def one(self):
        balance = self.bal
        nothing()
        self.bal = balance + 1


class ReadInCall(Account):
    """The value is read in a function: up to 3.10 there is a check on coming back."""

    GIL_310 = {"1", "2"}

    def get(self):
        return self.bal

    def one(self):
        balance = self.get()
        self.bal = balance + 1


class StoredInCall(Account):
    """The value is stored in a function."""

    GIL = {"1", "2"}

    def put(self, value):
        self.bal = value

    def one(self):
        self.put(self.bal + 1)


class Loop(Account):
    """A loop in between: the interpreter checks when it goes back."""

    GIL = {"1", "2"}

    def one(self):
        balance = self.bal
        for _ in (1, 2):
            pass
        self.bal = balance + 1


class Guard(Account):
    """A guard in between: in 3.10 a jump that is taken checks."""

    GIL_310 = {"1", "2"}

    def one(self):
        balance = self.bal
        if balance < 0:
            return
        self.bal = balance + 1


class Guarded(Account):
    """The same the other way round: no jump is taken."""

    def one(self):
        balance = self.bal
        if balance >= 0:
            self.bal = balance + 1


class Property(Account):
    """Read by a property: Python code, but not called by a call."""

    @property
    def balance(self):
        return self.bal

    def one(self):
        self.bal = self.balance + 1


class ComputedAttribute(Account):
    """Read by ``__getattr__``."""

    def __getattr__(self, name):
        return self.bal

    def one(self):
        self.bal = self.anything + 1


class Number:
    """A number with an operator in Python."""

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Number(self.value + other)


class Operator(Account):
    """An operator that is Python code: the interpreter checks on entering it."""

    GIL = {"1", "2"}

    def __init__(self):
        self.bal = Number(0)

    def one(self):
        self.bal = self.bal + 1

    def outcome(self):
        return self.bal.value


class Swap(Litmus):
    """Both threads swap two attributes."""

    FREE_THREADED = {"(1, 2)", "(2, 1)", "(2, 2)"}
    GIL = {"(1, 2)"}

    def __init__(self):
        self.a, self.b = 1, 2

    def one(self):
        self.a, self.b = self.b, self.a

    def outcome(self):
        return self.a, self.b


class ExtendedList(Litmus):
    """``+=`` on a list held by an attribute changes it in place, whoever stores it last."""

    FREE_THREADED = GIL = {"[1, 1]"}

    def __init__(self):
        self.items = []

    def one(self):
        self.items += [1]

    def outcome(self):
        return self.items


class ExtendedTuple(Litmus):
    """``+=`` on a tuple makes another."""

    FREE_THREADED = {"(1, 1)", "(1,)"}
    GIL = {"(1, 1)"}

    def __init__(self):
        self.items = ()

    def one(self):
        self.items += (1,)

    def outcome(self):
        return self.items


PROGRAMS = [
    AttributeUpdate, AugmentedAttribute, ItemUpdate, ValueUpdate, GlobalUpdate, CellUpdate, CallOfC,
    CallOfMethod, CallOfPython, ReadInCall, StoredInCall, Loop, Guard, Guarded, Property,
    ComputedAttribute, Operator, Swap, ExtendedList, ExtendedTuple,
]  # fmt: skip
