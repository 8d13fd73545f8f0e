"""Runs programs the way a check does, under several schedulers."""

from __future__ import annotations

from dataclasses import dataclass, field

from treadle.engine.kernel import kernel
from treadle.interpose.output import CapturedOutput
from treadle.interpose.program import MainBody
from treadle.schedulers.base import Scheduler
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.round_robin import RoundRobin

SEEDS = range(6)


@dataclass
class Ending:
    """How an execution ended."""

    status: str
    returned: object = None
    failures: list = field(default_factory=list)
    output: str = ""
    threads: int = 1


def run(program, scheduler=None, *, recorder=None):
    """One execution of a program."""
    scheduler = scheduler or Scheduler()
    body, output, failures = MainBody(program), CapturedOutput(), []
    assert scheduler.begin()
    kernel.on_stop = lambda: failures.extend((t.name, repr(e)) for t, e in kernel.failures)
    kernel.recorder = recorder
    kernel.all_points = True
    try:
        body.begin()
        with output:
            status = kernel.run(body, scheduler)
    finally:
        kernel.all_points = False
        kernel.recorder = None
        kernel.on_stop = None
    return Ending(status, body.returned, failures, output.text(), len(kernel.tasks))


def run_everywhere(program):
    """What a program returns, the same under round robin, random walks and without preemptions."""
    schedulers = [Scheduler(), RoundRobin(), *(RandomWalk(seed) for seed in SEEDS)]
    endings = [run(program, scheduler) for scheduler in schedulers]
    for ending in endings:
        assert (ending.status, ending.failures) == ("finished", [])
        assert ending.returned == endings[0].returned
    return endings[0].returned
