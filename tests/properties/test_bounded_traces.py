"""Partial order reduction with a bound explores each trace that has a schedule within the bound, and each once.

The naive search over the same steps says which traces there are, and how many preemptions each needs.
"""

import pytest

from treadle.engine.kernel import kernel
from treadle.schedulers.bounded_dpor import BoundedDpor

SEEDS = 20
MOST_ORDERS = 3_000
BOUNDS = (0, 1, 2, 3)

MISSED_ONCE = {
    # What the schedules of some traces within the bound need, beside the conservative points.
    "the main thread waits in a join, where it could have gone on": (
        (("spawn", 1), ("add", 0), ("spawn", 2), ("join", 1), ("write", 0, 8)),
        (("acquire", 0),),
        (("write", 0, 9),),
    ),
    "a thread waits for a lock, where it could have gone on": (
        (("spawn", 1), ("spawn", 2), ("spawn", 3)),
        (("add", 0), ("acquire", 0)),
        (("acquire", 0), ("release", 0), ("add", 0)),
        (("add", 0), ("acquire", 0)),
    ),
}


def costs(programs, run):
    """For each trace the fewest preemptions of its schedules; None where there are too many schedules."""

    class Costing(programs.Enumeration):
        def begin(self):
            self.preemptions = 0
            return super().begin()

        def step(self, indexes, default):
            last = self.events[-1].task if self.events else None
            chosen = super().step(indexes, default)
            self.preemptions += last in indexes and chosen != last
            return chosen

    found = {}
    scheduler = Costing()
    for _ in range(MOST_ORDERS):
        if not scheduler.begin():
            return found
        run.execute(scheduler)
        trace = programs.trace_of(scheduler)
        found[trace] = min(found.get(trace, scheduler.preemptions), scheduler.preemptions)
    return None


def explored(programs, run, bound):
    """The traces that the search explores, and whether it was cut."""
    scheduler = BoundedDpor(bound)
    traces = []
    while scheduler.begin():
        run.execute(scheduler)
        assert scheduler.divergence is None, scheduler.divergence
        if not scheduler.is_redundant:
            traces.append(programs.trace_of(scheduler))
    assert scheduler.traces == len(traces)
    return traces, scheduler.was_cut


def compare(programs, program):
    """Compare for all bounds; False when the program has too many schedules to be worth the time."""
    kernel.all_points = True
    run = programs.Run(program)
    known = costs(programs, run)
    if known is None:
        return False
    for bound in BOUNDS:
        traces, was_cut = explored(programs, run, bound)
        within = {trace for trace, cost in known.items() if cost <= bound}
        assert len(traces) == len(set(traces)), programs.text_of(program)
        assert set(traces) == within, f"{bound} preemptions\n{programs.text_of(program)}"
        assert was_cut or within == set(known)
    return True


@pytest.mark.parametrize("name", MISSED_ONCE)
def test_programs_of_which_traces_were_missed_once(programs, name):
    assert compare(programs, MISSED_ONCE[name])


@pytest.mark.parametrize("first", range(50_000, 50_000 + 4 * SEEDS, SEEDS))
def test_every_trace_within_the_bound_is_explored_once(programs, first):
    compared = [
        compare(programs, programs.random_program(seed, total=6))
        for seed in range(first, first + SEEDS)
    ]
    assert sum(compared) > SEEDS // 2


@pytest.mark.slow
@pytest.mark.parametrize("first", range(60_000, 60_000 + 20 * SEEDS, SEEDS))
def test_larger_programs(programs, first):
    for seed in range(first, first + SEEDS):
        compare(programs, programs.random_program(seed, total=7))
