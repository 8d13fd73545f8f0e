"""A search on all cores: worker processes explore, and one owner keeps the tree and counts.

The systematic part is shared out by traces (:mod:`treadle.schedulers.sharing`); each randomised scheduler
hands out the numbers of its seeds. What a worker is asked takes a fraction of a second; what one that ends
without an answer was asked is asked again.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from treadle.explorer.budget import Allowance
from treadle.explorer.child import Ended
from treadle.explorer.races import SeenRace
from treadle.explorer.session import Session
from treadle.explorer.sites import Described
from treadle.explorer.slices import Ask, Slices, Told
from treadle.explorer.stuck import Stuck, place_of
from treadle.explorer.workers import Workers
from treadle.model.schedule import Schedule
from treadle.schedulers.sharing import Part, Sharing

SLICE_SECONDS = 0.25
"""So long a worker explores before it tells what it found."""

HUNGRY_SECONDS = 0.03
"""So long it does when others have nothing to do."""

MOST_AT_ONCE = 100_000
"""So many executions are in a slice at the most."""

MOST_SEEDS = 1_000
"""So many seeds are handed out at a time."""

TICK = 0.05
"""Seconds between two looks whether the person wants an end."""

MOST_DEATHS = 2
"""So many workers may end over the same thing."""


class Seeds:
    """The seeds of the randomised schedulers, each handed out once, in turn.

    Args:
        first: By the name of each scheduler, its next seed.
    """

    def __init__(self, first: dict[str, int]) -> None:
        self._names = itertools.cycle(first)
        self._next = dict(first)
        self._returned: dict[str, deque[tuple[int, int]]] = {name: deque() for name in first}

    def next(self, name: str) -> int:
        """The first seed of a scheduler that was never handed out."""
        return self._next[name]

    def take(self) -> tuple[str, int, int]:
        """Hand out seeds.

        Returns:
            The name of a scheduler, the first seed and how many.
        """
        name = next(self._names)
        if self._returned[name]:
            return name, *self._returned[name].popleft()
        seed = self._next[name]
        self._next[name] += MOST_SEEDS
        return name, seed, MOST_SEEDS

    def give_back(self, name: str, seed: int, count: int) -> None:
        """Take back what was not used.

        Args:
            name: The scheduler.
            seed: The first seed.
            count: How many; may be 0.
        """
        if count > 0:
            self._returned[name].append((seed, count))


@dataclass(eq=False, slots=True)
class Order:
    """Something that a worker is asked to do.

    Attributes:
        part: The part of the tree to explore; None for random schedules.
        scheduler: Name of the scheduler.
        seed: The first of its seeds.
        most: So many executions at the most.
        deaths: How many workers have ended over it.
    """

    part: Part | None
    scheduler: str
    seed: int
    most: int
    deaths: int = 0


class Parallel:
    """Workers that explore for a search.

    Args:
        session: The loaded target.
        jobs: How many workers.
        sharing: The tree of executions; None where only random schedules are wanted.
        seeds: Seeds of randomised schedulers; None where only the tree is explored.
        count: Called with what a worker tells, and the name of the scheduler that chose.
        allowance: Says what may still be done; None to end. It may raise, to end at once.

    Attributes:
        has_learned: Whether the search has to begin again, since it knows the program better now.
        divergence: A sentence when the program did not repeat itself, else None.
        stuck: Where a task did not come back, and the schedule that led there.
        races: Data races that were noticed.
    """

    def __init__(
        self,
        session: Session,
        jobs: int,
        sharing: Sharing | None,
        seeds: Seeds | None,
        count: Callable[[Told, str], None],
        allowance: Callable[[], Allowance | None],
    ) -> None:
        self._session = session
        self._sharing = sharing
        self._seeds = seeds
        self._count = count
        self._allowance = allowance
        self._workers = Workers(jobs, Slices(session).serve, session.options.stuck_after)
        self._waiting: list[Part] = []
        self._again: list[Order] = []
        self._is_walks_turn = sharing is None
        self._points: list[Described] = []
        self._races: set[tuple[Described, Described]] = set()
        self.has_learned = False
        self.divergence: str | None = None
        self.stuck: tuple[Stuck, Schedule] | None = None
        self.races: list[SeenRace] = []

    def run(self) -> None:
        """Explore until all is explored, something is learned or amiss, or the allowance is used up."""
        try:
            while not self._is_over:
                allowance = self._allowance()
                if allowance is not None:
                    self._hand_out(allowance)
                if not self._workers.asked:
                    return
                for order, told in self._workers.wait(TICK):
                    if isinstance(told, Ended):
                        self._mourn(order, told)
                    else:
                        self._take_back(order, told)
        finally:
            self._workers.end()

    @property
    def _is_over(self) -> bool:
        is_explored = self._sharing is not None and self._sharing.is_done
        must_begin_again = self.has_learned and self._sharing is not None
        is_amiss = self.divergence is not None or self.stuck is not None
        return is_explored or must_begin_again or is_amiss

    # --- what workers are asked -------------------------------------------------------------------

    def _hand_out(self, allowance: Allowance) -> None:
        """Give those something to do who have nothing."""
        left = allowance.executions - sum(order.most for order in self._workers.asked)
        while self._workers.idle and left > 0:
            order = self._next()
            if order is None:
                return
            if order.most > left:
                assert order.part is not None or self._seeds is not None
                if order.part is None and self._seeds is not None:
                    used = int(left)
                    self._seeds.give_back(order.scheduler, order.seed + used, order.most - used)
                order.most = int(left)
            left -= order.most
            self._workers.ask(order, self._ask(order, allowance.seconds))

    def _next(self) -> Order | None:
        """What comes next: parts of the tree and random schedules take turns."""
        if self._again:
            return self._again.pop()
        part = None if self._is_walks_turn else self._next_part()
        if self._seeds is not None and self._sharing is not None:
            self._is_walks_turn = not self._is_walks_turn
        if part is not None:
            return Order(part, "dpor", 0, MOST_AT_ONCE)
        return None if self._seeds is None else Order(None, *self._seeds.take())

    def _next_part(self) -> Part | None:
        assert self._sharing is not None
        if not self._waiting:
            return self._sharing.take()
        part = self._waiting.pop()
        if self._workers.idle > len(self._waiting) + 1:
            self._sharing.split(part)
        return part

    def _ask(self, order: Order, seconds: float) -> Ask:
        work = None
        length = SLICE_SECONDS
        if order.part is not None:
            assert self._sharing is not None
            work = self._sharing.work(order.part)
            length = HUNGRY_SECONDS if self._workers.idle > 1 else SLICE_SECONDS
        return Ask(
            min(length, seconds), order.most, work, order.scheduler, order.seed, self._points
        )

    # --- what they tell ---------------------------------------------------------------------------

    def _mourn(self, order: Order, ended: Ended) -> None:
        """A worker has ended without an answer."""
        order.deaths += 1
        if order.deaths < MOST_DEATHS:
            self._again.append(order)
            return
        place = None if ended.place is None else place_of(*ended.place)
        timeouts = self._session.timeouts
        self.stuck = Stuck(ended.sentence, place), Schedule((), timeouts)

    def _take_back(self, order: Order, told: Told) -> None:
        self._count(told, order.scheduler)
        session = self._session
        for pair, schedule, number in told.races:
            if pair not in self._races:
                self._races.add(pair)
                one, other = map(session.known_sites.find, pair)
                self.races.append(SeenRace((one, other), schedule, number))
        if told.has_learned:
            self.has_learned = True
            self._points += told.points
            session.known_sites.learn(told.points)
            session.naming.remember(told.naming)
            if told.observer is not None:
                session.observer.remember(told.observer)
        self.divergence = told.divergence
        self.stuck = told.stuck
        if order.part is None:
            assert self._seeds is not None
            used = told.executions
            self._seeds.give_back(order.scheduler, order.seed + used, order.most - used)
        elif told.explored is not None:
            assert self._sharing is not None
            explored = told.explored
            if self._sharing.give_back(
                order.part, explored.tasks, explored.rest, explored.found, explored.traces
            ):
                self._waiting.append(order.part)
