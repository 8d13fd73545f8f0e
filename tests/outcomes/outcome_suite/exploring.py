"""Finds the outcomes of a program on a provider: all of them, or as many as a budget allows."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from outcome_suite import sources
from outcome_suite.program import STUCK, run_on
from treadle.engine.kernel import kernel
from treadle.model.schedule import Choice, ChoiceKind, Schedule
from treadle.schedulers.base import Scheduler
from treadle.schedulers.dfs import DepthFirst
from treadle.schedulers.random_walk import RandomWalk

LEARNING_WALKS = 4
MAX_OPERATIONS = 5_000


@dataclass
class Found:
    """What a search has found.

    Args:
        outcomes: How many executions had each outcome.
        is_complete: Whether every schedule was executed.
    """

    outcomes: dict = field(default_factory=dict)
    is_complete: bool = False

    def count(self, outcome):
        """Count an execution."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    @property
    def executions(self):
        """How many executions there were."""
        return sum(self.outcomes.values())


class Runner:
    """Runs one program on one provider.

    Args:
        function: The program.
        provider: Its class.
    """

    def __init__(self, function, provider):
        self.function = function
        self.provider = provider
        self.all_points = False
        sources.forget_points()

    def execute(self, scheduler):
        """One execution; its outcome."""
        given = self.provider()
        results = []
        failures = []
        kernel.on_stop = lambda: failures.extend(kernel.failures)
        kernel.all_points = self.all_points
        hook, threading.excepthook = threading.excepthook, _say_nothing
        limit, kernel.max_operations = kernel.max_operations, MAX_OPERATIONS
        try:
            status = kernel.run(lambda: self.main(given, results), scheduler)
        finally:
            threading.excepthook = hook
            kernel.max_operations = limit
            kernel.all_points = False
            kernel.on_stop = None
            given.forget()
        died = [f"{type(error).__name__}: {error}" for task, error in failures if task.number == 0]
        if died:
            return ("died", *died)
        if status == "deadlock":
            return (STUCK, *given.notes)
        if status != "finished":
            return (status,)
        return results[0] if results else ("ended",)

    def main(self, given, results):
        """Body of the main task."""
        results.append(run_on(given, self.function))
        given.end()

    def learn(self):
        """Make points of what was seen to conflict; whether there was anything new."""
        for site in kernel.learned:
            site.is_point = True
        return bool(kernel.learned)

    def learn_by_walking(self):
        """Find most of the points by executions without and with random preemptions."""
        walk = RandomWalk(0)
        for scheduler in (Scheduler(), *[walk] * LEARNING_WALKS):
            scheduler.begin()
            self.execute(scheduler)
            self.learn()

    def search(self, most, bound=-1):
        """Depth-first search of all schedules, or of those with few preemptions.

        Args:
            most: It gives up after so many executions.
            bound: Most preemptions; -1 for any number.

        Returns:
            What was found; complete only when every schedule was executed and none stopped early.
        """
        if not self.all_points:
            self.learn_by_walking()
        total = 0
        while True:
            found = Found()
            scheduler = DepthFirst(bound)
            has_learned = False
            while not has_learned and scheduler.begin():
                found.count(self.execute(scheduler))
                assert scheduler.divergence is None, scheduler.divergence
                has_learned = not self.all_points and self.learn()
                total += 1
                if total > most:
                    return found
            if not has_learned:
                found.is_complete = not scheduler.was_cut and not any(
                    outcome[:1] in {("step-limit",), ("uncontrolled",)}
                    for outcome in found.outcomes
                )
                return found

    def walk(self, most, until=None, at_least=0, seed=1):
        """Random walks over all points.

        Args:
            most: How many.
            until: A set of outcomes; when all were seen, no more walks are needed.
            at_least: But so many.
            seed: Of the first.

        Returns:
            What was found.
        """
        found = Found()
        scheduler = RandomWalk(seed)
        for number in range(most):
            scheduler.begin()
            found.count(self.execute(scheduler))
            self.learn()
            if until is not None and number + 1 >= at_least and until <= set(found.outcomes):
                break
        return found


def last_schedule():
    """The schedule of the last execution."""
    return Schedule(tuple(Choice(ChoiceKind(kind), *rest) for kind, *rest in kernel.choices))


def _say_nothing(details):
    pass
