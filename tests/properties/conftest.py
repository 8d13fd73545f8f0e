"""Random little programs, run twice: by the kernel, and by an interpreter that knows nothing of it."""

import random
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.engine.resource import Resource
from treadle.engine.site import Site
from treadle.model.operation import Kind
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.events import happens_before
from treadle.schedulers.races import Clocks
from treadle.schedulers.random_walk import RandomWalk


@pytest.fixture(autouse=True)
def fresh_kernel():
    yield
    kernel.all_points = False
    kernel.recorder = None
    kernel.on_stop = None


MOST_EXECUTIONS = 20_000


class TooLargeError(Exception):
    """A program has more schedules than a test should take the time for."""


class ModelLock(Resource):
    """A lock as the primitives model it: a release lets all waiters contend."""

    def __init__(self):
        self.born = kernel.epoch
        self.owner = None
        self.waiters = []

    @property
    def is_free(self):
        return self.owner is None

    def is_held_by(self, task):
        return self.owner is task

    def would_wait(self, task):
        return self.owner is not None

    def acquire(self, kind=Kind.ACQUIRE):
        task = kernel.current
        kernel.operation(kind, self)
        if kind == Kind.TRY_ACQUIRE and self.owner is not None:
            return False
        while self.owner is not None:
            self.waiters.append(task)
            kernel.block(self, "waits for")
            self.waiters.remove(task)
        self.owner = task
        for waiter in self.waiters:
            kernel.disable(waiter)
        kernel.observe(self)
        return True

    def release(self):
        kernel.operation(Kind.RELEASE, self)
        self.owner = None
        kernel.publish(self)
        for waiter in self.waiters:
            kernel.enable(waiter)


class ModelLife(Resource):
    """The life of a thread, to be joined."""

    def __init__(self, goes_on):
        self.born = kernel.epoch
        self.would_wait = lambda task: goes_on()


# A program is a tuple of bodies, the main task's first; a body is a tuple of operations:
#   ("read", variable)          the task's register := variable
#   ("write", variable, value)  variable := value
#   ("add", variable)           variable := register + 1
#   ("acquire", lock)  ("release", lock)  ("try", lock): register := whether it was taken
#   ("spawn", body)  ("join", body)
# A state is (positions, registers, variables, owners of the locks); -1 is the position of a task that
# was not started.


def text_of(program):
    return "\n".join(
        f"T{number}: " + "; ".join(" ".join(map(str, step)) for step in body)
        for number, body in enumerate(program)
    )


def possible_steps(program, state):
    """The tasks that can do their next operation, by the meaning of the operations alone."""
    positions, _, _, owners = state
    for task, body in enumerate(program):
        position = positions[task]
        if 0 <= position < len(body):
            step = body[position]
            if step[0] == "acquire" and owners[step[1]] is not None:
                continue
            if step[0] == "join" and positions[step[1]] != len(program[step[1]]):
                continue
            yield task


def after_step(program, state, task):
    positions, registers, variables, owners = map(list, state)
    word, *rest = program[task][positions[task]]
    positions[task] += 1
    if word == "read":
        registers[task] = variables[rest[0]]
    elif word == "write":
        variables[rest[0]] = rest[1]
    elif word == "add":
        variables[rest[0]] = registers[task] + 1
    elif word == "acquire":
        owners[rest[0]] = task
    elif word == "try":
        registers[task] = int(owners[rest[0]] is None)
        if registers[task]:
            owners[rest[0]] = task
    elif word == "release":
        owners[rest[0]] = None
    elif word == "spawn":
        positions[rest[0]] = 0
    return tuple(positions), tuple(registers), tuple(variables), tuple(owners)


def first_state(program):
    tasks = len(program)
    size = 1 + max((step[1] for body in program for step in body), default=0)
    return (0, *[-1] * (tasks - 1)), (0,) * tasks, (0,) * size, (None,) * size


def brute_force_states(program):
    """Every state in which a program can end, by trying all interleavings."""
    ends = set()
    seen = set()
    pending = [first_state(program)]
    while pending:
        state = pending.pop()
        if state in seen:
            continue
        seen.add(state)
        tasks = list(possible_steps(program, state))
        if not tasks:
            ends.add(state)
        for task in tasks:
            pending.append(after_step(program, state, task))
    return ends


@dataclass
class Run:
    """A program, ready to be run by the kernel any number of times."""

    program: tuple

    def __post_init__(self):
        self.most = MOST_EXECUTIONS
        self.sites = [
            [
                Site(step[0], "x", "m", "f.py", f"T{number}", line, line, 0, 1)
                for line, step in enumerate(body)
            ]
            for number, body in enumerate(self.program)
        ]
        self.executions = 0
        self.state = None
        self.log = []

    def execute(self, scheduler):
        """One execution; its final state."""
        self.executions += 1
        if self.executions > self.most:
            raise TooLargeError
        positions, registers, variables, owners = map(list, first_state(self.program))
        locations = [Location(None, str(i), "attribute") for i in range(len(variables))]
        locks = []
        tasks = [None] * len(self.program)
        joiners = [[] for _ in self.program]
        lives = [
            ModelLife(lambda number=number: positions[number] < len(self.program[number]))
            for number in range(len(self.program))
        ]
        self.log = log = []

        def life(number):
            task = tasks[number] = kernel.current
            positions[number] = 0
            for site, (word, *rest) in zip(self.sites[number], self.program[number], strict=True):
                task.site = site
                target = rest[0]
                if word == "read":
                    kernel.access(locations[target], Kind.READ, site)
                    registers[number] = variables[target]
                elif word == "write":
                    kernel.access(locations[target], Kind.WRITE, site)
                    variables[target] = rest[1]
                elif word == "add":
                    kernel.access(locations[target], Kind.WRITE, site)
                    variables[target] = registers[number] + 1
                elif word == "acquire":
                    locks[target].acquire()
                    owners[target] = number
                elif word == "try":
                    registers[number] = int(locks[target].acquire(Kind.TRY_ACQUIRE))
                    if registers[number]:
                        owners[target] = number
                elif word == "release":
                    locks[target].release()
                    owners[target] = None
                elif word == "spawn":
                    tasks[target] = kernel.spawn(partial(life, target), f"T{target}", False)
                    positions[target] = 0
                elif word == "join":
                    other = tasks[target]
                    kernel.operation(Kind.JOIN, lives[target])
                    if positions[target] < len(self.program[target]):
                        joiners[target].append(task)
                        kernel.block(other, "joins")
                    kernel.finish_join(other)
                positions[number] += 1
                log.append((number, word, target))
            for joiner in joiners[number]:
                kernel.enable(joiner)

        def main():
            locks.extend(ModelLock() for _ in owners)
            life(0)

        failures = []
        kernel.on_stop = lambda: failures.extend(kernel.failures)
        self.status = kernel.run(main, scheduler)
        assert not failures, failures
        is_finished = all(p == len(body) for p, body in zip(positions, self.program, strict=True))
        assert (self.status == "finished") == is_finished, self.status
        self.state = tuple(positions), tuple(registers), tuple(variables), tuple(owners)
        return self.state

    def depth_first(self, bound=-1):
        """The states that one depth-first pass reaches, each with how often."""
        states = Counter()
        scheduler = DepthFirst(bound)
        while scheduler.begin():
            states[self.execute(scheduler)] += 1
            assert scheduler.divergence is None
        return states, scheduler.was_cut

    def all_points(self):
        """What depth-first search without a bound reaches when every operation is a point."""
        kernel.all_points = True
        states, was_cut = self.depth_first()
        kernel.all_points = False
        assert not was_cut
        return states

    def by_bounds(self):
        """What the passes with bounds 0, 1, 2, ... reach, counting each schedule once."""
        kernel.all_points = True
        total = Counter()
        bound = 0
        was_cut = True
        while was_cut:
            scheduler = DepthFirst(bound)
            while scheduler.begin():
                state = self.execute(scheduler)
                if kernel.preemptions == bound:
                    total[state] += 1
                assert kernel.preemptions <= bound
            was_cut = scheduler.was_cut
            bound += 1
        kernel.all_points = False
        return total

    def by_traces(self):
        """What one execution for each trace reaches when every operation is a point."""
        kernel.all_points = True
        states = explore_traces(self.execute)
        kernel.all_points = False
        return states

    def by_traces_of_learned_points(self):
        """The same where only what was seen to race is a point."""
        kernel.all_points = False
        for site in (site for body in self.sites for site in body):
            site.is_point = False
            site.children.clear()
        return explore_traces(self.execute)

    def learned_points(self, walks=4):
        """What the search reaches that asks only where conflicts were seen (as explorer/search.py)."""
        kernel.all_points = False
        for site in (site for body in self.sites for site in body):
            site.is_point = False
            site.children.clear()
        walk = RandomWalk(0)
        for scheduler in (Scheduler(), *[walk] * walks):
            scheduler.begin()
            self.execute(scheduler)
            learn()
        while True:
            states = self._pass_over_bounds()
            if states is not None:
                return states

    def _pass_over_bounds(self):
        states = set()
        bound = 0
        was_cut = True
        while was_cut:
            scheduler = DepthFirst(bound)
            while scheduler.begin():
                state = self.execute(scheduler)
                if kernel.preemptions == bound:
                    states.add(state)
                if learn():
                    return None
            was_cut = scheduler.was_cut
            bound += 1
        return states


def learn():
    for site in kernel.learned:
        site.is_point = True
    return bool(kernel.learned)


def explore_traces(execute):
    """The results of one execution for each trace; learns points unless all operations are."""
    results = Counter()
    scheduler = Dpor()
    while scheduler.begin():
        result = execute(scheduler)
        assert scheduler.divergence is None, scheduler.divergence
        if not scheduler.is_redundant:
            results[result] += 1
        if not kernel.all_points and (learn() or scheduler.learned):
            for site in scheduler.learned:
                site.is_point = True
            results.clear()
            scheduler = Dpor()
    return results


class Enumeration(Dpor):
    """Every order of steps, each once: the naive search over the very steps that the reduction sees."""

    def __init__(self):
        self.stack = []
        super().__init__()

    def begin(self):
        if not self._is_new:
            while self.stack and self.stack[-1][0] + 1 == self.stack[-1][1]:
                self.stack.pop()
            if not self.stack:
                return False
            self.stack[-1][0] += 1
            self._frames.clear()
            self._is_new = True
        return super().begin()

    def step(self, indexes, default):
        if len(self._frames) == len(self.stack):
            self.stack.append([0, len(indexes)])
        wanted = list(indexes)[self.stack[len(self._frames)][0]]
        chosen = super().step(dict.fromkeys([wanted]), wanted)
        self._frames[-1].enabled = list(indexes)
        return chosen


def trace_of(scheduler):
    """The trace of the last execution: each event with those that happen before it."""
    paths = {number: path for path, number in scheduler._ids.items()}
    clocks = Clocks(len(paths))
    names = {}
    counts = Counter()
    for event in scheduler.events:
        clocks.add(event, False)
        # Whether a task had to wait for the end of another is no difference between traces.
        if any(access.kind not in {Kind.JOIN, Kind.EXIT} for access in event.accesses):
            counts[event.task] += 1
            names[event] = (paths[event.task], counts[event.task])
    return frozenset(
        (name, frozenset(names[other] for other in names if happens_before(other, event)))
        for event, name in names.items()
    )


def random_program(seed, tasks=(2, 3), operations=4, variables=3, locks=2, total=9):
    """A random program: two or three tasks besides the main one."""
    draw = random.Random(seed)
    count = draw.randint(*tasks)
    lengths = [draw.randint(1, operations) for _ in range(count)]
    while sum(lengths) > total:
        lengths[lengths.index(max(lengths))] -= 1
    variables = draw.randint(1, variables)
    locks = draw.randint(1, locks)
    has_locks = draw.random() < 0.6
    bodies = [
        tuple(_random_body(draw, length, variables, locks if has_locks else 0))
        for length in lengths
    ]
    main = []
    for number in range(1, count + 1):
        main.append(("spawn", number))
        if draw.random() < 0.25:
            main += _random_body(draw, 1, variables, 0)
    if draw.random() < 0.3:
        main.append(("join", draw.randint(1, count)))
        main += _random_body(draw, 1, variables, 0)
    return (tuple(main), *bodies)


def _random_body(draw, length, variables, locks):
    held = []
    for _ in range(length):
        words = ["read", "write", "add"]
        if locks:
            words += ["acquire", "acquire", "try"]
        if held:
            words += ["release"] * 4
        word = draw.choice(words)
        if word == "release":
            yield word, held.pop(draw.randrange(len(held)))
        elif word == "acquire":
            lock = draw.randrange(locks)
            held.append(lock)
            yield word, lock
        elif word == "try":
            yield word, draw.randrange(locks)
        elif word == "write":
            yield word, draw.randrange(variables), draw.randint(1, 9)
        else:
            yield word, draw.randrange(variables)


@pytest.fixture
def programs():
    """The helpers of this file, for tests (test files cannot import one another)."""
    return Helpers


class Helpers:
    Run = Run
    TooLargeError = TooLargeError
    brute_force_states = staticmethod(brute_force_states)
    random_program = staticmethod(random_program)
    explore_traces = staticmethod(explore_traces)
    Enumeration = Enumeration
    trace_of = staticmethod(trace_of)
    text_of = staticmethod(text_of)
