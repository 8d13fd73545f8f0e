"""Starting, joining and asking threads: learned points and traces lead to every outcome that all points give."""

import functools
import random

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.primitives.thread import Thread
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.random_walk import RandomWalk

SEEDS = 20
MOST_SCHEDULES = 2_000
WORDS = {
    "start": lambda thread: thread.start(),
    "join": lambda thread: thread.join(),
    "join for a while": lambda thread: thread.join(0.5),
    "join for no time": lambda thread: thread.join(0),
    "is_alive": lambda thread: thread.is_alive(),
}


class TooLarge(Exception):
    pass


class Run:
    """One or two tasks handle two threads, which read and write a variable."""

    def __init__(self, seed):
        draw = random.Random(seed)
        words = [*WORDS, "read", "write"]
        self.bodies = [
            [(draw.choice(words), draw.randrange(2)) for _ in range(draw.randint(1, 4))]
            for _ in range(draw.randint(1, 2))
        ]
        self.targets = [
            [(draw.choice(["read", "write"]), 0) for _ in range(draw.randint(0, 2))]
            for _ in range(2)
        ]
        self._sites = {}

    def text(self):
        return f"tasks {self.bodies}\nthreads {self.targets}"

    def _site(self, who, position):
        key = f"{who} {position}"
        if key not in self._sites:
            self._sites[key] = Site("call0", key, "m", "f.py", who, position, position, 0, 1)
        return self._sites[key]

    def execute(self, scheduler):
        logs = {}
        failures = []
        location = Location(None, "x", "attribute")
        value = 0
        threads = []

        def perform(who, body):
            nonlocal value
            log = logs.setdefault(who, [])
            for position, (word, which) in enumerate(body):
                kernel.current.site = site = self._site(who, position)
                if word == "read":
                    kernel.access(location, Kind.READ, site)
                    log.append(value)
                elif word == "write":
                    kernel.access(location, Kind.WRITE, site)
                    value = f"{who} {position}"
                else:
                    try:
                        log.append(WORDS[word](threads[which]))
                    except RuntimeError as error:
                        log.append(str(error))

        def main():
            for number, target in enumerate(self.targets):
                arguments = (f"thread {number}", target)
                threads.append(Thread(target=perform, args=arguments))
            for number, body in enumerate(self.bodies[1:]):
                kernel.spawn(functools.partial(perform, f"task {number}", body), "task", False)
            perform("main", self.bodies[0])

        kernel.on_stop = lambda: failures.extend(kernel.failures)
        status = kernel.run(main, scheduler)
        assert not failures, failures
        return status, kernel.now, str(value), str(sorted(logs.items()))

    def search(self):
        outcomes = set()
        scheduler = DepthFirst()
        count = 0
        while scheduler.begin():
            outcomes.add(self.execute(scheduler))
            assert scheduler.divergence is None, scheduler.divergence
            count += 1
            if count > MOST_SCHEDULES:
                raise TooLarge
            if not kernel.all_points and kernel.learned:
                return None
        return outcomes

    def traces(self):
        """One execution for each trace; how many there are, and the outcomes."""
        outcomes = []
        scheduler = Dpor()
        while scheduler.begin():
            outcome = self.execute(scheduler)
            assert scheduler.divergence is None, scheduler.divergence
            if not scheduler.is_redundant:
                outcomes.append(outcome)
        return outcomes

    def with_all_points(self, search):
        kernel.all_points = True
        try:
            return search()
        finally:
            kernel.all_points = False

    def with_learned_points(self):
        walk = RandomWalk(0)
        for scheduler in (Scheduler(), walk, walk):
            scheduler.begin()
            self.execute(scheduler)
            learn()
        while (outcomes := self.search()) is None:
            learn()
        return outcomes


def learn():
    for site in kernel.learned:
        site.is_point = True


@pytest.mark.parametrize("first", range(100, 100 + 5 * SEEDS, SEEDS))
def test_learned_points_and_traces_lead_to_every_outcome(first):
    for seed in range(first, first + SEEDS):
        run = Run(seed)
        try:
            expected = run.with_all_points(run.search)
        except TooLarge:
            continue
        assert run.with_learned_points() == expected, run.text()
        assert set(run.with_all_points(run.traces)) == expected, run.text()
