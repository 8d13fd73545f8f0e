"""The search: learning, growing bounds, budgets, and what it says of itself."""

import itertools

import pytest

from treadle.engine.conflicts import Location
from treadle.engine.kernel import IDLE_LOOKS, MAX_EARLY, kernel
from treadle.explorer.options import CheckOptions
from treadle.explorer.search import Search
from treadle.model.finding import FindingKind
from treadle.model.operation import Kind
from treadle.model.schedule import Timeouts
from treadle.schedulers.base import Scheduler
from treadle.schedulers.catalogue import RANDOMISED


def search(session, **options):
    options = {"scheduler": "dfs", "max_executions": 10_000, **options}
    return Search(session, CheckOptions(**options), None).run()


def counts(result):
    return {outcome[0][1]: seen.executions for outcome, seen in result.tally.outcomes.items()}


def test_all_schedules_of_a_small_program_are_explored(programs):
    result = search(programs.two_deposits())
    assert result.is_complete
    assert result.reasons == []
    assert result.bound is None
    assert result.tally.executions == 6
    assert counts(result) == {"2": 2, "1": 4}
    assert result.tally.threads == 3
    assert result.tally.steps_max == 4


def test_the_outcomes_without_preemption_are_serial(programs):
    result = search(programs.two_deposits())
    serial = {outcome[0][1]: seen.is_serial for outcome, seen in result.tally.outcomes.items()}
    assert serial == {"2": True, "1": False}
    assert result.serial_known


def test_each_outcome_is_kept_with_a_schedule_of_fewest_preemptions(programs):
    result = search(programs.two_deposits())
    preemptions = {
        outcome[0][1]: seen.preemptions for outcome, seen in result.tally.outcomes.items()
    }
    assert preemptions == {"2": 0, "1": 1}
    for seen in result.tally.outcomes.values():
        assert seen.schedule.preemptions == seen.preemptions


def test_executions_that_repeat_a_schedule_are_not_counted_twice(programs):
    session = programs.two_deposits()
    result = search(session)
    assert result.total == len(session.executions) > result.tally.executions


def test_a_program_without_threads_is_run_once_to_learn_and_once_to_search(programs):
    result = search(programs.without_threads())
    assert result.is_complete
    assert result.total == 2
    assert counts(result) == {"alone": 1}


def test_a_failure_is_found_with_the_fewest_preemptions(programs):
    def fail(total):
        assert total != 1 or kernel.current.number != 2, "lost"

    session = programs.two_deposits(fail)
    result = search(session)
    assert result.is_complete
    (failure,) = result.tally.failures.values()
    assert failure.kind is FindingKind.ASSERTION
    assert failure.cost[0] == failure.schedule.preemptions == 0  # the second task alone comes first
    assert failure.executions == sum(bool(e.deaths) for e in session.executions[-6:])


def test_deadlocks_are_failures(programs):
    result = search(programs.of(lambda: kernel.block(None, "waits on")))
    (failure,) = result.tally.failures.values()
    assert failure.kind is FindingKind.DEADLOCK


def test_the_step_bound_makes_a_search_incomplete(programs):
    kernel.max_operations = 3
    result = search(programs.two_deposits())
    assert not result.is_complete
    assert "Some executions reached the step bound (--max-steps)." in result.reasons
    assert {failure.kind for failure in result.tally.failures.values()} == {FindingKind.LIVELOCK}


@pytest.mark.parametrize(
    ("limit", "executions", "is_complete"),
    [(0, 2, False), (1, 4, False), (2, 6, True), (3, 6, True)],
)
def test_the_preemption_bound(programs, limit, executions, is_complete):
    result = search(programs.two_deposits(), preemptions=limit)
    assert result.tally.executions == executions
    assert result.is_complete == is_complete
    if not is_complete:
        assert result.bound == limit
        most = f"{limit} preemption{'' if limit == 1 else 's'}"
        assert result.reasons == [f"Only schedules with at most {most} were tried (--preemptions)."]


@pytest.mark.parametrize("limit", [1, 5, 12])
def test_the_number_of_executions_is_limited(programs, limit):
    result = search(programs.two_deposits(), max_executions=limit)
    assert result.total == limit
    assert not result.is_complete
    assert result.reasons == [f"The search stopped after {limit} executions (--max-executions)."]


@pytest.mark.parametrize("scheduler", RANDOMISED)
def test_a_randomised_scheduler_never_says_that_it_is_complete(programs, scheduler):
    result = search(programs.two_deposits(), scheduler=scheduler, max_executions=200)
    assert not result.is_complete
    assert result.reasons[-1].startswith("A randomised scheduler never knows")
    assert set(counts(result)) == {"1", "2"}


@pytest.mark.parametrize("scheduler", RANDOMISED)
def test_the_same_seed_gives_the_same_search(programs, scheduler):
    def tapes(seed):
        session = programs.two_deposits()
        for site in programs._sites.values():
            site.is_point = False
        search(session, scheduler=scheduler, max_executions=40, seed=seed)
        return [execution.tape for execution in session.executions]

    assert tapes(1) == tapes(1)
    assert tapes(1) != tapes(100)


def test_delay_bounding_explores_everything(programs):
    result = search(programs.two_deposits(), scheduler="delay")
    assert result.is_complete
    assert result.serial_known
    assert result.tally.executions == 6
    assert counts(result) == {"2": 2, "1": 4}


def test_after_few_delays_the_serial_outcomes_are_not_known(programs):
    result = search(programs.two_deposits(), scheduler="delay", max_executions=14)
    assert not result.is_complete
    assert not result.serial_known
    assert result.bound is None
    assert result.reasons[-1] == "Every schedule with at most 1 delay was tried."


def test_a_failure_names_the_scheduler_that_found_it(programs):
    def fail(total):
        assert total != 1 or kernel.current.number != 2, "lost"

    for scheduler in (*RANDOMISED, "dfs", "delay"):
        result = search(programs.two_deposits(fail), scheduler=scheduler, max_executions=60)
        (failure,) = result.tally.failures.values()
        assert failure.found_by == scheduler


def test_the_portfolio_takes_turns(programs):
    searching = Search(programs.two_deposits(), CheckOptions(), None)
    for _ in range(8):
        searching._walk_once()
    assert [name for name, _ in itertools.islice(searching._walks, 4)] == list(RANDOMISED)
    assert [walk.seed for _, walk in itertools.islice(searching._walks, 4)] == [1] * 4


def test_what_is_learned_late_starts_the_search_again(programs):
    # A conflict that only one schedule in several shows: points are found bit by bit.
    def make():
        x, y = Location(None, "x", "attribute"), Location(None, "y", "attribute")
        state = {"x": 0, "y": 0, "seen": None}

        def writer():
            for name, location in (("x", x), ("y", y), ("x", x)):
                kernel.access(location, Kind.WRITE, programs.site(f"write {name} {state[name]}"))
                state[name] += 1

        def reader():
            kernel.access(x, Kind.READ, programs.site("read x"))
            if state["x"] == 1:
                kernel.access(y, Kind.READ, programs.site("read y"))
                state["seen"] = state["y"]

        def main():
            kernel.spawn(writer, "writer", False)
            kernel.spawn(reader, "reader", False)

        return main, lambda: state["seen"]

    session = programs.Session(make)
    result = search(session)
    assert result.is_complete
    assert set(counts(result)) == {"None", "0", "1"}


def test_a_program_that_does_not_repeat_itself_is_noticed(programs):
    session = programs.two_deposits()
    make = session.make
    numbers = iter(range(1000))

    def changing():
        main, outcome = make()

        def odd_main():
            main()
            if next(numbers) % 3 == 0:
                kernel.spawn(lambda: None, "extra", False)

        return odd_main, outcome

    session.make = changing
    result = search(session)
    assert result.divergence is not None
    assert not result.is_complete
    assert result.reasons[0] == "The program does not repeat itself under the same schedule."


def test_an_interruption_ends_the_search(programs):
    session = programs.two_deposits()
    make = session.make

    def interrupted():
        main, outcome = make()

        def stop():
            main()
            if len(session.executions) == 8:
                kernel.is_interrupted = True
                raise KeyboardInterrupt

        return stop, outcome

    session.make = interrupted
    result = search(session)
    assert result.is_interrupted
    assert result.total == 9
    assert result.reasons == ["The search was interrupted."]


def test_a_task_that_was_not_controlled_ends_the_search(programs):
    def main():
        kernel.exit("uncontrolled", "a thread stayed somewhere")

    result = search(programs.of(main))
    assert not result.is_complete
    assert result.reasons == ["A thread stayed somewhere, so it was not controlled."]


def test_progress_is_told(programs):
    told = []
    options = CheckOptions(scheduler="dfs", max_executions=100)
    session = programs.two_deposits()
    searching = Search(session, options, told.append)
    searching._budget._begun -= 1  # as if it had taken a second already
    searching.run()
    assert told
    assert told[0].executions == 0
    assert told[0].elapsed >= 1


def test_one_walk_gives_its_schedule(programs):
    options = CheckOptions(scheduler="dfs")
    one = Search(programs.two_deposits(), options, None).one_walk(3)
    other = Search(programs.two_deposits(), options, None).one_walk(3)
    assert one == other


def test_brief_timeouts_are_let_fire_early_when_nothing_else_failed(programs):
    def make():
        location = Location(None, "x", "attribute")
        state = {"done": False}

        def works():
            for index in range(3):
                kernel.access(location, Kind.WRITE, programs.site(f"works {index}"))
            state["done"] = True

        def polls():
            kernel.block(None, "sleeps", kernel.now + 0.05)
            kernel.access(location, Kind.READ, programs.site("polls"))
            assert state["done"], "not yet"

        def main():
            kernel.spawn(works, "works", False)
            kernel.spawn(polls, "polls", False)

        return main, lambda: ""

    result = search(programs.Session(make), max_executions=400)
    (failure,) = result.tally.failures.values()
    assert failure.is_early
    assert failure.schedule.timeouts is Timeouts.BRIEF
    assert not result.is_complete


def polls_while_the_other_works(programs, polls, seconds):
    """A task works in three steps; another sleeps so many times, and is late if it then is not done."""

    def make():
        location = Location(None, "x", "attribute")
        state = {"done": False}

        def works():
            for index in range(3):
                kernel.access(location, Kind.WRITE, programs.site(f"works {index}"))
            state["done"] = True

        def sleeps():
            for _ in range(polls):
                kernel.block(None, "sleeps", kernel.now + seconds)
            kernel.access(location, Kind.READ, programs.site("sleeps"))
            assert state["done"], "not yet"

        def main():
            kernel.spawn(works, "works", False)
            kernel.spawn(sleeps, "sleeps", False)

        return main, lambda: ""

    return programs.Session(make)


def test_under_the_eager_policy_every_timeout_may_fire_early(programs):
    session = polls_while_the_other_works(programs, 1, 3600.0)
    session.timeouts = Timeouts.EAGER
    result = search(session, timeouts=Timeouts.EAGER)
    (failure,) = result.tally.failures.values()
    assert failure.is_early
    assert failure.schedule.timeouts is Timeouts.EAGER
    assert result.is_complete


def test_under_the_quiescent_policy_no_long_one_may(programs):
    result = search(polls_while_the_other_works(programs, 1, 3600.0))
    assert not result.tally.failures
    assert result.is_complete


def test_where_more_timeouts_could_have_fired_the_search_is_not_complete(programs):
    session = polls_while_the_other_works(programs, MAX_EARLY + 1, 3600.0)
    session.timeouts = Timeouts.EAGER
    result = search(session, timeouts=Timeouts.EAGER)
    assert not result.is_complete
    assert "timeouts of a schedule were let fire early" in " ".join(result.reasons)


def test_a_search_in_which_a_task_had_to_let_others_run_is_not_complete(programs):
    def make():
        location = Location(None, "flag", "attribute")
        other = Location(None, "other", "attribute")
        flag = []

        def spins():
            kernel.access(other, Kind.WRITE, programs.site("before"))
            while not flag:
                kernel.access(location, Kind.READ, programs.site("look"))

        def sets():
            kernel.access(other, Kind.WRITE, programs.site("sets before"))
            flag.append(True)

        def main():
            kernel.spawn(spins, "spins", False)
            kernel.spawn(sets, "sets", False)

        return main, lambda: ""

    result = search(programs.Session(make))
    assert not result.is_complete
    assert "had to let others run" in " ".join(result.reasons)


def test_reading_many_things_in_a_row_loses_no_schedule(programs):
    size = IDLE_LOOKS + 100

    def make():
        items = [Location(None, number, "item") for number in range(size)]
        result = Location(None, "result", "attribute")
        order = []

        def computes():
            for item in items:
                kernel.access(item, Kind.READ, programs.site("read"))
            kernel.access(result, Kind.WRITE, programs.site("write"))
            order.append("computes")

        def other():
            kernel.access(result, Kind.WRITE, programs.site("other"))
            order.append("other")

        def main():
            kernel.spawn(computes, "computes", False)
            kernel.spawn(other, "other", False)

        return main, lambda: " ".join(order)

    result = search(programs.Session(make))
    assert result.is_complete
    assert set(counts(result)) == {"computes other", "other computes"}


def test_without_brief_waits_no_timeout_is_let_fire_early(programs):
    session = programs.two_deposits()
    search(session)
    assert not any(execution.timeouts for execution in session.executions)


def test_a_session_runs_the_default_schedule_first(programs):
    session = programs.two_deposits()
    search(session)
    assert session.executions[0].tape == []
    assert isinstance(Scheduler(), Scheduler)


def test_traces_are_explored_instead_of_schedules(programs):
    result = search(programs.two_deposits(), scheduler="dpor")
    assert result.is_complete
    assert result.by_traces
    assert result.redundant == 0
    assert result.tally.executions == 4
    assert counts(result) == {"2": 2, "1": 2}
    serial = {outcome[0][1]: seen.is_serial for outcome, seen in result.tally.outcomes.items()}
    assert serial == {"2": True, "1": False}


def test_the_portfolio_turns_to_traces_when_there_are_too_many_schedules(programs, monkeypatch):
    monkeypatch.setattr("treadle.explorer.search.MOST_ENUMERATED", 4)
    result = search(programs.two_deposits(), scheduler="portfolio")
    assert result.is_complete
    assert result.by_traces
    assert result.tally.executions == 4


def test_the_portfolio_counts_the_schedules_of_a_small_program(programs):
    result = search(programs.two_deposits(), scheduler="portfolio")
    assert not result.by_traces
    assert result.tally.executions == 6


def test_without_the_serial_outcomes_interference_is_not_judged(programs, monkeypatch):
    monkeypatch.setattr("treadle.explorer.search.MOST_ENUMERATED", 1)
    result = search(programs.two_deposits(), scheduler="dpor")
    assert result.by_traces
    assert not result.is_complete
    assert "interference" in " ".join(result.reasons)


def test_a_search_by_traces_that_is_cut_short_says_what_is_left(programs):
    whole = search(programs.two_deposits(), scheduler="dpor")
    result = search(programs.two_deposits(), scheduler="dpor", max_executions=whole.total - 3)
    assert not result.is_complete
    known, likely = result.estimate
    assert 1 <= known <= likely


def test_traces_within_a_bound_that_is_wide_enough_are_all(programs):
    result = search(programs.two_deposits(), scheduler="dpor", preemptions=2)
    assert result.is_complete
    assert result.by_traces
    assert result.tally.executions == 4
    assert result.bound is None


def test_traces_within_a_bound(programs):
    result = search(programs.two_deposits(), scheduler="dpor", preemptions=0)
    assert not result.is_complete
    assert result.bound == 0
    assert set(counts(result)) == {"2"}
    assert result.reasons == [
        "Only schedules with at most 0 preemptions were tried (--preemptions)."
    ]


def test_the_portfolio_turns_to_traces_within_the_bound(programs, monkeypatch):
    monkeypatch.setattr("treadle.explorer.search.MOST_ENUMERATED", 4)
    result = search(programs.two_deposits(), scheduler="portfolio", preemptions=1)
    assert result.bound == 1
    assert result.estimate == (0, 0)
    assert set(counts(result)) == {"1", "2"}
