"""Shrinking what a search found: within one budget, and stopped where nothing more shall run."""

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import kernel
from treadle.explorer import shrinking
from treadle.explorer.shrinking import Shrinking
from treadle.explorer.tally import failure_keys
from treadle.model.operation import Kind
from treadle.schedulers.random_walk import RandomWalk
from treadle.schedulers.replay import Replay


class FineSession:
    """A session that can be asked at every operation."""

    def __init__(self, session):
        self._session = session
        self.ends = {}

    def __getattr__(self, name):
        return getattr(self._session, name)

    def __setattr__(self, name, value):
        if name == "timeouts":
            self._session.timeouts = value
        object.__setattr__(self, name, value)

    def execute_finely(self, scheduler):
        kernel.all_points = True
        try:
            execution = self._session.execute(scheduler)
        finally:
            kernel.all_points = False
        execution.status = self.ends.get(len(self._session.executions), execution.status)
        return execution


def lost_update(programs):
    """A session in which a deposit can be lost, and an execution in which it is."""
    session = FineSession(programs.two_deposits())
    for seed in range(100):
        walk = RandomWalk(seed)
        walk.begin()
        execution = session.execute_finely(walk)
        if execution.outcome == (("outcome", "1"),):
            return session, execution
    raise AssertionError


def is_lost(execution):
    return execution.outcome == (("outcome", "1"),)


def test_a_failure_is_shrunk_and_still_fails(programs):
    session, execution = lost_update(programs)
    session._session.executions.clear()
    shrunk = Shrinking(session, 1)
    result = shrunk.shrunk(execution.schedule(), is_lost, 0)
    assert result.schedule.preemptions == 1
    assert len(result.schedule.choices) == 1
    assert result.is_fewest
    assert result.is_simplest
    assert shrunk.executions == result.executions == len(session.executions)
    replay = Replay(result.schedule)
    replay.begin()
    assert is_lost(session.execute_finely(replay))
    assert replay.divergence is None


def test_conflicts_that_are_seen_become_scheduling_points(programs):
    session, execution = lost_update(programs)
    names = ("a reads", "a writes", "b reads", "b writes")
    for name in names:
        programs.site(name).is_point = False
    Shrinking(session, 1).shrunk(execution.schedule(), is_lost, 0)
    assert all(programs.site(name).is_point for name in names)


@pytest.mark.parametrize("status", ["interrupted", "uncontrolled"])
def test_what_must_not_go_on_stops_all_shrinking(programs, status):
    session, execution = lost_update(programs)
    session._session.executions.clear()
    session.ends = {3: status}
    shrinks = Shrinking(session, 2)
    result = shrinks.shrunk(execution.schedule(), is_lost, 0)
    assert shrinks.is_stopped
    assert len(session.executions) == 3
    assert result.cost is not None
    again = shrinks.shrunk(execution.schedule(), is_lost, 0)
    assert again.schedule == execution.schedule()
    assert again.cost is None
    assert len(session.executions) == 3


def test_an_interruption_is_answered_by_stopping(programs):
    session, execution = lost_update(programs)
    shrinks = Shrinking(session, 1)
    kernel.is_interrupted = True
    shrinks.shrunk(execution.schedule(), is_lost, 0)
    assert shrinks.is_stopped
    assert not kernel.is_interrupted


def test_an_interruption_between_two_tasks_is_answered_too(programs):
    session, execution = lost_update(programs)

    def interrupted(scheduler):
        raise KeyboardInterrupt

    session.execute_finely = interrupted
    shrinks = Shrinking(session, 1)
    assert shrinks.shrunk(execution.schedule(), is_lost, 0).schedule == execution.schedule()
    assert shrinks.is_stopped


def test_there_may_be_no_time(programs):
    session, execution = lost_update(programs)
    shrunk = Shrinking(session, 1, seconds=-1.0).shrunk(execution.schedule(), is_lost, 1)
    assert shrunk.schedule == execution.schedule()
    assert shrunk.executions == 0


def test_several_failures_share_the_budget(programs, monkeypatch):
    session, execution = lost_update(programs)
    operations = execution.operations
    monkeypatch.setattr(shrinking, "PASSES", 8 * operations)
    monkeypatch.setattr(shrinking, "PROOF", 0)
    shrinks = Shrinking(session, 4)
    first = shrinks.shrunk(execution.schedule(), is_lost, 0)
    assert first.executions == 2
    rest = [shrinks.shrunk(execution.schedule(), is_lost, 0).executions for _ in range(3)]
    assert sum([first.executions, *rest]) == 8


def test_failures_are_told_apart(programs):
    # Both threads fail at once; the one whose failure is wanted must go on failing.
    location = Location(None, "x", "attribute")

    def body(name):
        kernel.access(location, Kind.WRITE, programs.site(name))
        raise (ValueError if name == "a" else KeyError)(name)

    def main():
        for name in ("a", "b"):
            kernel.spawn(lambda name=name: body(name), name, False)

    session = FineSession(programs.of(main))
    walk = RandomWalk(1)
    walk.begin()
    execution = session.execute_finely(walk)
    for key in failure_keys(execution):
        result = Shrinking(session, 1).shrunk(
            execution.schedule(), lambda each, key=key: key in failure_keys(each), 0
        )
        assert result.cost.preemptions == 0
        assert result.is_simplest
