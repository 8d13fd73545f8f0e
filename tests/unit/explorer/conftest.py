"""A session without a target: its program is a function that talks to the kernel."""

import itertools

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.explorer.session import Death, Execution
from treadle.model.operation import Kind
from treadle.model.schedule import Timeouts


class Quiet:
    """Stands for naming and observer where nothing has to be named."""

    wants_search = False
    has_grown = False


class FakeSession:
    """What the search uses of a session.

    Args:
        make: Makes the main function of the program; what it returns is the outcome when called afterwards.
    """

    def __init__(self, make):
        self.make = make
        self.naming = Quiet()
        self.observer = Quiet()
        self.timeouts = Timeouts.QUIESCENT
        self.collects = False
        self.executions = []

    def where(self, frame):
        return "somewhere"

    def execute(self, scheduler):
        main, outcome = self.make()
        deaths = []

        def on_stop():
            for task, error in kernel.failures:
                deaths.append(
                    Death(
                        task.number,
                        f"T{task.number}",
                        isinstance(error, AssertionError),
                        type(error).__name__,
                        str(error),
                        ("file.py", 1),
                        "",
                    )
                )

        kernel.on_stop = on_stop
        kernel.timeouts = self.timeouts
        status = kernel.run(main, scheduler)
        blocked = tuple((t.path, "waits on", "Gate", 1) for t in kernel.tasks if t.is_blocked)
        execution = Execution(
            status,
            (("outcome", str(outcome())),),
            deaths,
            kernel.preemptions,
            kernel.choices,
            kernel.operations,
            len(kernel.tasks),
            self.timeouts,
            kernel.early,
            kernel.withheld,
            kernel.brief_waits,
            kernel.long_waits,
            kernel.watches_clock,
            kernel.stood_aside,
            blocked if status == "deadlock" else (),
        )
        self.executions.append(execution)
        return execution


class Programs:
    """Programs of bare kernel operations."""

    Session = FakeSession

    def __init__(self):
        self._lines = itertools.count(1)
        self._sites = {}

    def site(self, name):
        if name not in self._sites:
            line = next(self._lines)
            self._sites[name] = Site("op", name, "m", "f.py", "f", line, line, 0, 1)
        return self._sites[name]

    def two_deposits(self, fail=lambda total: None):
        """Two tasks that read a total and write it back, one more each."""

        def make():
            location = Location(None, "total", "attribute")
            state = {"total": 0}

            def deposit(name):
                kernel.access(location, Kind.READ, self.site(f"{name} reads"))
                before = state["total"]
                kernel.access(location, Kind.WRITE, self.site(f"{name} writes"))
                state["total"] = before + 1
                fail(state["total"])

            def main():
                for name in ("a", "b"):
                    kernel.spawn(lambda name=name: deposit(name), name, False)

            return main, lambda: state["total"]

        return FakeSession(make)

    def without_threads(self):
        return FakeSession(lambda: ((lambda: None), lambda: "alone"))

    def of(self, main, outcome=lambda: ""):
        return FakeSession(lambda: (main, outcome))


@pytest.fixture
def programs():
    return Programs()


@pytest.fixture(autouse=True)
def clean_kernel():
    before = kernel.max_operations
    yield
    kernel.max_operations = before
    kernel.on_stop = None
    kernel.on_first_spawn = None
    kernel.timeouts = Timeouts.QUIESCENT
    kernel.is_interrupted = False
