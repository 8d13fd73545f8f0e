"""With real primitives too, points where conflicts were learned lead to every outcome that all points give.

This is a test of the conflict table (``model.operation``) and of what each primitive announces: an operation
that conflicts with another, and does not say so, is never a point, and outcomes go missing.
"""

import functools
import queue
import random
from collections import Counter

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.model.schedule import Choice, ChoiceKind, Schedule, Timeouts
from treadle.primitives.barrier import Barrier
from treadle.primitives.condition import Condition
from treadle.primitives.event import Event
from treadle.primitives.lock import Lock
from treadle.primitives.queue import Queue
from treadle.primitives.rlock import RLock
from treadle.primitives.semaphore import BoundedSemaphore, Semaphore
from treadle.primitives.simple_queue import SimpleQueue
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import RANDOMISED
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.replay import Replay

SEEDS = 20
WALKS = 3
MOST_SCHEDULES = 1_500
"""Programs with more schedules are left out."""


def actions(text):
    """Actions from text: one a line, each one or more calls ``method argument argument`` apart by ``;``."""
    return [
        [(call.split()[0], tuple(map(_argument, call.split()[1:]))) for call in line.split(";")]
        for line in text.strip().splitlines()
    ]


def _argument(word):
    if word in {"True", "False"}:
        return word == "True"
    return word if word == "item" else float(word) if "." in word else int(word)


LOCK = """
acquire
release
acquire; release
acquire; read; write; release
acquire False
acquire True 0.1
"""
CONDITION = """
acquire; wait; release
acquire; wait; read; release
acquire; wait 0.1; release
acquire; write; notify; release
acquire; notify; write; release
acquire; notify_all; release
acquire; wait
notify
"""
EVENT = """
set
clear
wait
is_set
wait 0.1
write; set
wait; read
"""
BARRIER = """
wait
wait 0.1
write; wait
wait; read
reset
abort
"""
QUEUE = """
put item
get
put_nowait item
get_nowait
put item True 0.1
get True 0.1
qsize
full
get; task_done
task_done
join
write; put item
get; read
"""
UNBOUNDED_QUEUE = """
put item
get
get_nowait
empty
put item; put item
join
get; task_done
"""
SIMPLE_QUEUE = """
put item
get
get_nowait
get True 0.1
qsize
write; put item
get; read
"""
FAMILIES = {
    "lock": (Lock, LOCK + "locked"),
    "rlock": (RLock, LOCK + "acquire; acquire; release; release"),
    "semaphore": (functools.partial(Semaphore, 1), LOCK + "release 2"),
    "bounded semaphore": (functools.partial(BoundedSemaphore, 1), LOCK),
    "event": (Event, EVENT),
    "condition": (Condition, CONDITION),
    "condition over a lock": (
        lambda: Condition(Lock()),
        CONDITION + "wait; read\nwait 0.1\nnotify_all",
    ),
    "barrier": (functools.partial(Barrier, 2), BARRIER),
    "queue": (functools.partial(Queue, 1), QUEUE),
    "unbounded queue": (Queue, UNBOUNDED_QUEUE),
    "simple queue": (SimpleQueue, SIMPLE_QUEUE),
}
MIXTURE = "several primitives"
REFUSALS = (RuntimeError, ValueError, queue.Empty, queue.Full)
DATA = actions("read\nwrite")


class TooLarge(Exception):
    pass


class Run:
    """A random program over one or two primitives and a variable."""

    def __init__(self, family, seed, tasks=(2, 3), operations=3):
        draw = random.Random(f"{family} {seed}")
        if family == MIXTURE:
            families = [FAMILIES[name] for name in draw.sample(list(FAMILIES), 2)]
        else:
            families = [FAMILIES[family]] * draw.choice([1, 1, 2])
        self.makes = [make for make, _ in families]
        self.bodies = []
        for _ in range(draw.randint(*tasks)):
            body = []
            for _ in range(draw.randint(1, operations)):
                which = draw.randrange(len(families))
                pool = actions(families[which][1])
                body += [(which, *call) for call in draw.choice([*pool, *pool, *DATA])]
            self.bodies.append(body)
        self.sites = [
            [
                Site("call0", name, "m", "f.py", f"T{number}", line, line, 0, 1)
                for line, (_, name, _) in enumerate(body)
            ]
            for number, body in enumerate(self.bodies)
        ]

    def text(self):
        return "\n".join(
            f"T{number}: "
            + "; ".join(f"{name}{arguments} of {which}" for which, name, arguments in body)
            for number, body in enumerate(self.bodies, 1)
        )

    def execute(self, scheduler):
        logs = [[] for _ in self.bodies]
        state = {}

        def body(number):
            task = kernel.current
            for position, (which, name, arguments) in enumerate(self.bodies[number]):
                task.site = site = self.sites[number][position]
                if name == "read":
                    kernel.access(state["location"], Kind.READ, site)
                    result = state["value"]
                elif name == "write":
                    kernel.access(state["location"], Kind.WRITE, site)
                    result = state["value"] = (number, position)
                else:
                    arguments = [(number, position) if a == "item" else a for a in arguments]
                    try:
                        result = getattr(state["objects"][which], name)(*arguments)
                    except REFUSALS as error:
                        result = type(error).__name__
                logs[number].append(result)

        def main():
            state["objects"] = [make() for make in self.makes]
            state["location"] = Location(None, "x", "attribute")
            state["value"] = 0
            for number in range(len(self.bodies)):
                kernel.spawn(functools.partial(body, number), f"T{number}", False)

        failures = []
        kernel.on_stop = lambda: failures.extend(kernel.failures)
        status = kernel.run(main, scheduler)
        assert not failures, failures
        return status, kernel.now, state["value"], tuple(map(tuple, logs))

    def search(self, bound=-1):
        outcomes = Counter()
        scheduler = DepthFirst(bound)
        while scheduler.begin():
            outcomes[self.execute(scheduler)] += 1
            assert scheduler.divergence is None, scheduler.divergence
            if outcomes.total() > MOST_SCHEDULES:
                raise TooLarge
            if not kernel.all_points and kernel.learned:
                return None
        return outcomes

    def with_all_points(self):
        kernel.all_points = True
        try:
            return self.search()
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
        return outcomes


def _learn():
    for site in kernel.learned:
        site.is_point = True


def check(programs, family, seed, **size):
    run = Run(family, seed, **size)
    try:
        expected = run.with_all_points()
    except TooLarge:
        return False
    learned = run.with_learned_points()
    assert set(learned) == set(expected), f"{family}, seed {seed}\n{run.text()}"
    by_traces = programs.explore_traces(run.execute)
    assert set(by_traces) == set(expected), f"{family}, seed {seed}\n{run.text()}"
    return True


@pytest.mark.parametrize("family", [*FAMILIES, MIXTURE])
@pytest.mark.parametrize("first", range(0, 2 * SEEDS, SEEDS))
def test_learned_points_and_traces_lead_to_every_outcome(programs, family, first):
    done = sum(check(programs, family, seed) for seed in range(first, first + SEEDS))
    assert done > SEEDS // 4


def check_replays(family, seed):
    run = Run(family, seed)
    walks = [make(seed) for make in RANDOMISED.values()]
    for walk in walks * WALKS:
        walk.begin()
        original = run.execute(walk), kernel.preemptions, kernel.choices, kernel.early
        learned = list(kernel.learned)
        replay = Replay(
            Schedule(tuple(Choice(ChoiceKind(kind), *rest) for kind, *rest in kernel.choices))
        )
        replay.begin()
        kernel.all_points = True
        replayed = run.execute(replay), kernel.preemptions, kernel.choices, kernel.early
        kernel.all_points = False
        assert replay.divergence is None, f"{family}, seed {seed}\n{run.text()}"
        assert replayed == original, f"{family}, seed {seed}\n{run.text()}"
        for site in learned:
            site.is_point = True


@pytest.mark.parametrize("family", [*FAMILIES, MIXTURE])
@pytest.mark.parametrize("timeouts", Timeouts)
def test_what_a_randomised_scheduler_did_over_learned_points_is_replayed_over_all_points(
    family, timeouts
):
    kernel.timeouts = timeouts
    try:
        for seed in range(500, 500 + SEEDS // 2):
            check_replays(family, seed)
    finally:
        kernel.timeouts = Timeouts.QUIESCENT
