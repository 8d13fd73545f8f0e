"""A search that is shared out explores each trace, and each once, whoever explores what and for how long.

The explorers take turns in this process, in random order and each for a random number of executions; all that
they are told and tell goes through ``pickle``, as between processes. Now and then what one has done is lost.
"""

import pickle
import random

import pytest

from treadle.engine.kernel import kernel
from treadle.schedulers.dpor import Dpor
from treadle.schedulers.sharing import Sharing

SEEDS = 20


def moved(value):
    """As another process gets it."""
    return pickle.loads(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


class Explorers:
    """Several that share a search.

    Args:
        execute: Runs the program once under a scheduler.
        trace_of: The trace of an execution.
        seed: What decides about turns.
        count: How many there are.
        most: So many executions make a turn, at the most.
        losses: How probable it is that what was done in a turn is lost.
    """

    def __init__(self, execute, trace_of, seed, count=3, most=4, losses=0.0):
        self.execute = execute
        self.trace_of = trace_of
        self.draw = random.Random(seed)
        self.count = count
        self.most = most
        self.losses = losses
        self.sharing = Sharing()
        self.traces = []
        self.redundant = 0
        self.busiest = 0

    def run(self):
        parts = []
        while not self.sharing.is_done:
            while len(parts) < self.count and (part := self.find(parts)) is not None:
                parts.append(part)
            self.busiest = max(self.busiest, len(parts))
            known, estimate = self.sharing.remaining()
            assert 0 < known <= estimate
            part = self.draw.choice(parts)
            if not self.turn(part):
                parts.remove(part)
        assert parts == []
        assert self.sharing.traces == len(self.traces)
        return self.traces

    def find(self, parts):
        part = self.sharing.take()
        if part is None and parts and self.sharing.split(self.draw.choice(parts)):
            part = self.sharing.take()
        return part

    def turn(self, part):
        """Explore a part for a while; whether something is left there."""
        scheduler = Dpor(moved(self.sharing.work(part)))
        traces = []
        has_more = scheduler.begin()
        for _ in range(self.draw.randint(1, self.most)):
            if not has_more:
                break
            self.execute(scheduler)
            assert scheduler.divergence is None, scheduler.divergence
            if not scheduler.is_redundant:
                traces.append(self.trace_of(scheduler))
            has_more = scheduler.begin()
        if self.draw.random() < self.losses:
            return True
        assert scheduler.infeasible == 0
        self.traces += traces
        self.redundant += scheduler.redundant
        tasks, found, rest = moved((scheduler.tasks(), scheduler.found, scheduler.rest()))
        self.sharing.note(part, tasks, found, scheduler.traces)
        return self.sharing.give_back(part, tasks, rest)


@pytest.mark.parametrize("losses", [0.0, 0.3])
@pytest.mark.parametrize("first", range(60_000, 60_000 + 4 * SEEDS, SEEDS))
def test_every_trace_of_a_random_program_is_explored_once(programs, first, losses):
    kernel.all_points = True
    busiest = 0
    for seed in range(first, first + SEEDS):
        program = programs.random_program(seed, tasks=(2, 4), total=8)
        run = programs.Run(program)
        alone = Explorers(run.execute, programs.trace_of, seed, count=1, most=1_000_000).run()
        explorers = Explorers(run.execute, programs.trace_of, seed, losses=losses)
        traces = explorers.run()
        assert len(traces) == len(set(traces)), programs.text_of(program)
        assert set(traces) == set(alone), programs.text_of(program)
        assert explorers.redundant == 0
        busiest = max(busiest, explorers.busiest)
    assert busiest == 3
