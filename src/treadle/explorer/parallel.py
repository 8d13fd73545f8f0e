"""A search on all cores: worker processes explore, and one owner keeps the tree and counts.

The systematic part is shared out by traces (:mod:`treadle.schedulers.sharing`); each randomised scheduler
hands out the numbers of its seeds. What a worker is asked takes a fraction of a second; what one that ends
without an answer was asked is asked again.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from treadle.explorer.budget import Allowance
from treadle.explorer.child import Ended
from treadle.explorer.races import SeenRace
from treadle.explorer.session import Session
from treadle.explorer.sites import Described
from treadle.explorer.slices import Ask, Slices, Told
from treadle.explorer.stuck import Stuck, place_of
from treadle.explorer.workers import Worker, Workers
from treadle.model.schedule import Schedule
from treadle.schedulers.sharing import Part, Sharing

SLICE_SECONDS = 0.25
"""So long a worker explores before it tells what it found."""

FIRST_SECONDS = 0.05
"""So long it does at first, since what it was given may be little."""

MOVES_APART = 5
"""So many times as long as it took to move a part from one worker to others, nothing is moved again."""

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
        self._returned: dict[str, list[tuple[int, int]]] = {name: [] for name in first}

    def next(self, name: str) -> int:
        """The first seed of a scheduler that was never handed out."""
        return self._next[name]

    def take(self) -> tuple[str, int, int]:
        """Hand out seeds, the lowest that are not used: which are, must not depend on who was how quick.

        Returns:
            The name of a scheduler, the first seed and how many.
        """
        name = next(self._names)
        if self._returned[name]:
            return name, *heapq.heappop(self._returned[name])
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
            heapq.heappush(self._returned[name], (seed, count))


@dataclass(eq=False, slots=True)
class Lease:
    """A part of the tree and the worker that explores it.

    Attributes:
        part: The part.
        told: What the worker has told since it got the part. It counts when the worker gives the part back;
            if it ends before, another does the same once more.
        deaths: How many workers have ended over it.
    """

    part: Part
    told: list[Told] = field(default_factory=list)
    deaths: int = 0

    @property
    def executions(self) -> int:
        """How many executions do not count yet."""
        return sum(told.executions for told in self.told)


@dataclass(eq=False, slots=True)
class Order:
    """Something that a worker was asked to do.

    Attributes:
        lease: The part of the tree to explore, and what came of it so far; None for random schedules.
        scheduler: Name of the scheduler.
        seed: The first of its seeds.
        most: So many executions at the most.
        deaths: How many workers have ended over it.
    """

    lease: Lease | None
    scheduler: str
    seed: int
    most: int
    deaths: int = 0


class Moves:
    """What it costs to have a part given up, and to hand it out again: that must stay little."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._next = 0.0

    @property
    def pays(self) -> bool:
        """Whether it is time for another one."""
        return self._begun is None and time.perf_counter() >= self._next

    def begin(self) -> None:
        """Somebody is told to give a part up."""
        self._begun = time.perf_counter()

    def end(self) -> None:
        """Something was handed out again."""
        if self._begun is not None:
            now = time.perf_counter()
            self._next = now + MOVES_APART * (now - self._begun)
            self._begun = None


class Parallel:
    """Workers that explore for a search.

    Args:
        session: The loaded target.
        jobs: How many workers.
        sharing: The tree of executions; None where only random schedules are wanted.
        seeds: Seeds of randomised schedulers; None where only the tree is explored.
        count: Called with what a worker told, and the name of the scheduler that chose, when it counts.
        notice: Called with what a worker tells, as soon as it does.
        allowance: Called with how many executions do not count yet; says what may still be done, None to end.
            It may raise, to end at once.

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
        notice: Callable[[Told], None],
        allowance: Callable[[int], Allowance | None],
    ) -> None:
        self._session = session
        self._sharing = sharing
        self._seeds = seeds
        self._count = count
        self._notice = notice
        self._allowance = allowance
        self._workers = Workers(jobs, Slices(session).serve, session.options.stuck_after)
        self._leases: dict[Worker, Lease] = {}
        self._waiting: list[Lease] = []
        self._seeds_again: list[Order] = []
        self._moves = Moves()
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
                uncounted = sum(lease.executions for lease in self._leases.values())
                allowance = self._allowance(uncounted)
                if allowance is not None:
                    self._hand_out(allowance, uncounted)
                if not self._workers.asked:
                    break
                for worker, order, told in self._workers.wait(TICK):
                    if isinstance(told, Ended):
                        self._mourn(worker, order, told)
                    else:
                        self._take_back(worker, order, told)
        finally:
            self._workers.end()
            if not self._must_begin_again:
                for lease in self._leases.values():
                    self._settle(lease)

    @property
    def _must_begin_again(self) -> bool:
        return self.has_learned and self._sharing is not None

    @property
    def _is_over(self) -> bool:
        is_explored = self._sharing is not None and self._sharing.is_done
        is_amiss = self.divergence is not None or self.stuck is not None
        return is_explored or self._must_begin_again or is_amiss

    # --- what workers are asked -------------------------------------------------------------------

    def _hand_out(self, allowance: Allowance, uncounted: int) -> None:
        """Give those something to do who have nothing."""
        left = allowance.executions - uncounted - sum(order.most for order in self._workers.asked)
        # Those without a part first: where there is none for them, another has to give up its own.
        hungry = 0
        for worker in sorted(self._workers.idle, key=lambda worker: worker in self._leases):
            if hungry and worker in self._leases and self._moves.pays:
                hungry -= 1
                lease = self._leases[worker]
                self._moves.begin()
                self._workers.ask(worker, Order(lease, "dpor", 0, 0), Ask(0.0, 0, gives_up=True))
                continue
            order = self._next(worker) if left > 0 else None
            if order is None:
                hungry += 1
                continue
            if order.most > left:
                if self._seeds is not None and order.lease is None:
                    more = order.most - int(left)
                    self._seeds.give_back(order.scheduler, order.seed + int(left), more)
                order.most = int(left)
            left -= order.most
            self._ask(worker, order, allowance.seconds)

    def _next(self, worker: Worker | None) -> Order | None:
        """What a worker does next: exploring the tree and random schedules take turns."""
        is_walk = self._is_walks_turn
        if self._seeds is not None and self._sharing is not None:
            self._is_walks_turn = not is_walk
        if not is_walk or self._seeds is None:
            lease = self._leases.get(worker) if worker is not None else None
            lease = lease or self._next_lease()
            if lease is not None:
                return Order(lease, "dpor", 0, MOST_AT_ONCE)
        if self._seeds_again:
            return self._seeds_again.pop()
        return None if self._seeds is None else Order(None, *self._seeds.take())

    def _next_lease(self) -> Lease | None:
        assert self._sharing is not None
        if self._waiting:
            return self._waiting.pop()
        part = self._sharing.take()
        return None if part is None else Lease(part)

    def _ask(self, worker: Worker | None, order: Order, seconds: float) -> None:
        lease = order.lease
        ask = Ask(min(SLICE_SECONDS, seconds), order.most, points=self._points)
        if lease is None:
            ask.scheduler, ask.seed = order.scheduler, order.seed
        elif worker is not None and self._leases.get(worker) is lease:
            ask.goes_on = True
        else:
            assert self._sharing is not None
            ask.work = self._sharing.work(lease.part)
            ask.seconds = min(FIRST_SECONDS, seconds)
        worker = self._workers.ask(worker, order, ask)
        if lease is not None:
            self._leases[worker] = lease
            self._moves.end()

    # --- what they tell ---------------------------------------------------------------------------

    def _mourn(self, worker: Worker, order: Order, ended: Ended) -> None:
        """A worker has ended without an answer."""
        lease = self._leases.pop(worker, None)
        if lease is not None:
            lease.told.clear()
            lease.deaths += 1
            self._waiting.append(lease)
        if order.lease is None:
            order.deaths += 1
            self._seeds_again.append(order)
        if max(order.deaths, 0 if lease is None else lease.deaths) >= MOST_DEATHS:
            place = None if ended.place is None else place_of(*ended.place)
            self.stuck = Stuck(ended.sentence, place), Schedule((), self._session.timeouts)

    def _take_back(self, worker: Worker, order: Order, told: Told) -> None:
        self._notice(told)
        self._learn(told)
        self.divergence = self.divergence or told.divergence
        self.stuck = self.stuck or told.stuck
        if order.lease is None:
            self._count(told, order.scheduler)
            assert self._seeds is not None
            used = told.executions
            self._seeds.give_back(order.scheduler, order.seed + used, order.most - used)
            return
        lease = order.lease
        lease.told.append(told)
        explored = told.explored
        if explored is None:
            return
        assert self._sharing is not None
        self._sharing.note(lease.part, explored.tasks, explored.found, explored.traces)
        if explored.rest or not explored.has_more:
            del self._leases[worker]
            self._settle(lease)
            if self._sharing.give_back(lease.part, explored.tasks, explored.rest):
                self._sharing.split(lease.part)
                self._waiting.append(lease)

    def _settle(self, lease: Lease) -> None:
        """What was told of a part counts from now on."""
        for told in lease.told:
            self._count(told, "dpor")
        lease.told.clear()

    def _learn(self, told: Told) -> None:
        """Know what a worker has learned of the program."""
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
