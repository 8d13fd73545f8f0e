"""Programs made of bare kernel operations, and a way to run them under every schedule."""

import itertools

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst

MAX_OPERATIONS = 5_000


@pytest.fixture(autouse=True)
def clean_kernel():
    before = kernel.max_operations
    kernel.max_operations = MAX_OPERATIONS
    yield
    assert not kernel.is_active
    kernel.max_operations = before
    kernel.all_points = False
    kernel.recorder = None
    kernel.is_interrupted = False
    kernel.on_stop = None
    kernel.on_first_spawn = None


class Gate(Resource):
    """Something to wait for: tasks wait until it is opened."""

    def __init__(self):
        self.born = kernel.epoch
        self.waiters = []

    def wait(self, deadline=-1.0):
        self.waiters.append(kernel.current)
        return kernel.block(self, "waits on", deadline)

    def open(self):
        for task in self.waiters:
            kernel.enable(task)
        self.waiters.clear()


class World:
    """Sites, locations and helpers for programs of bare kernel operations."""

    Gate = Gate

    def __init__(self):
        self._lines = itertools.count(1)
        self._sites = {}
        self.failures = []  # of the last execution: the kernel forgets them in the end

    def site(self, name="op", is_point=True):
        """The site of that name: the same one each time."""
        if name not in self._sites:
            line = next(self._lines)
            site = Site("load_attr", name, "module", "file.py", "function", line, line, 0, 1)
            site.is_point = is_point
            self._sites[name] = site
        return self._sites[name]

    @staticmethod
    def location(name="x"):
        return Location(None, name, "attribute")

    def step(self, location, name="op", kind=Kind.READ):
        kernel.access(location, kind, self.site(name))

    @staticmethod
    def start(*bodies, names=None, is_daemon=False):
        """Tasks with these bodies."""
        names = names or [f"T{n}" for n in range(1, len(bodies) + 1)]
        return [
            kernel.spawn(body, name, is_daemon) for body, name in zip(bodies, names, strict=True)
        ]

    def run(self, main, scheduler=None):
        """One execution; under the default schedule unless told otherwise."""
        scheduler = scheduler or Scheduler()
        scheduler.begin()
        return self._run(main, scheduler)

    def explore(self, main, observe=lambda: None, bound=-1):
        """All executions of a depth-first pass; what was observed after each."""
        scheduler = DepthFirst(bound)
        seen = []
        while scheduler.begin():
            self._run(main, scheduler)
            assert scheduler.divergence is None
            seen.append(observe())
        return seen

    def _run(self, main, scheduler):
        on_stop = kernel.on_stop

        def stop():
            self.failures = list(kernel.failures)
            if on_stop is not None:
                on_stop()

        kernel.on_stop = stop
        try:
            return kernel.run(main, scheduler)
        finally:
            kernel.on_stop = on_stop


@pytest.fixture
def world():
    return World()
