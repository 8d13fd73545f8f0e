"""What everything was like after each step, against what the programs do."""

import report_builders as build
from hypothesis import given, settings
from trace_strategies import traces

from treadle.model.trace import Action, ResourceInfo, Trace
from treadle.report.state_builder import MOST_ITEMS, states_of
from treadle.report.states import Source, Status

A = Action
step = build.step


def trace(*steps, names=("one", "two"), resources=()):
    return Trace(build.tasks(*names), tuple(steps), build.token(), 0, resources=tuple(resources))


def statuses(states, number):
    return [states.tasks[task].at(number).status.value for task in sorted(states.tasks)]


def test_the_life_of_threads():
    states = states_of(build.bank_main_trace())
    assert statuses(states, 0) == ["running", "new", "new"]
    assert statuses(states, 2) == ["running", "ready", "new"]
    assert statuses(states, 4) == ["terminated", "ready", "ready"]
    assert statuses(states, 5) == ["terminated", "running", "ready"]
    assert statuses(states, 7) == ["terminated", "ready", "ready"]
    assert states.tasks[1].at(7).is_suspended
    assert statuses(states, 14) == ["terminated", "terminated", "terminated"]
    assert list(states.ready(7)) == [1, 2]


def test_a_joining_thread_is_ready_when_the_other_ends():
    states = states_of(build.bank_assert_trace())
    blocked = [n for n in range(1, 20) if states.tasks[0].at(n).status is Status.BLOCKED]
    ended = next(
        s.number for s in build.bank_assert_trace().steps if s.action is A.TERMINATE and s.task == 1
    )
    assert blocked == list(range(4, ended))
    assert states.tasks[0].at(ended).status is Status.READY
    assert states.tasks[0].last().has_failed


def test_values_know_their_writers():
    states = states_of(build.bank_main_trace())
    told = [
        (number, value.text, value.source, value.task)
        for number, value in states.values["b.bal"].entries
    ]
    assert told == [
        (0, "0", Source.BEFORE, None),
        (10, "-50", Source.WRITTEN, 2),
        (13, "100", Source.WRITTEN, 1),
    ]


def test_what_a_thread_has_read_goes_stale_until_it_writes():
    stale = states_of(build.bank_main_trace()).stale[1]
    assert [(k.label, k.value, k.step) for k in stale.at(10)] == [("b.bal", "0", 6)]
    assert stale.at(9) == ()
    assert stale.at(13) == ()


def test_a_lock_has_an_owner_and_waiters():
    states = states_of(build.lock_cycle_trace())
    lock = states.resources["A.lock"]
    assert lock.at(0).text == "free"
    assert (lock.at(6).owner, lock.at(6).text) == (1, "held by T1")
    assert lock.at(9).waiters == ()
    assert lock.at(10).waiters == (2,)
    assert statuses(states, 12) == ["blocked", "blocked", "blocked"]


def test_a_waiter_is_ready_while_the_lock_is_free():
    held = {"resource": "lock", "held": ("lock",)}
    states = states_of(
        trace(
            step(1, 0, A.START, other=1),
            step(2, 0, A.ACQUIRE, **held),
            step(3, 1, A.BLOCK, resource="lock", holders=(0,), detail="waits for"),
            step(4, 0, A.RELEASE, resource="lock"),
            step(5, 0, A.ACQUIRE, **held),
            step(6, 0, A.RELEASE, resource="lock"),
            step(7, 1, A.ACQUIRE, **held),
        )
    )
    assert [states.tasks[1].at(n).status.value for n in range(3, 8)] == [
        *("blocked", "ready", "blocked", "ready", "running"),
    ]
    assert states.resources["lock"].at(7).owner == 1
    assert states.resources["lock"].at(7).waiters == ()


def test_a_reentrant_lock_counts():
    held = {"resource": "lock", "held": ("lock",)}
    lock = states_of(
        trace(
            step(1, 1, A.ACQUIRE, **held),
            step(2, 1, A.ACQUIRE, **held),
            step(3, 1, A.RELEASE, **held),
            step(4, 1, A.RELEASE, resource="lock"),
            resources=[ResourceInfo("lock", "RLock")],
        )
    ).resources["lock"]
    assert [lock.at(n).text for n in range(1, 5)] == [
        *("held by T1", "held by T1 (2 times)", "held by T1", "free"),
    ]


def test_queues_give_what_was_put_or_there_before():
    states = states_of(
        trace(
            step(1, 1, A.PUT, resource="q", value="'a'"),
            step(2, 1, A.PUT, resource="q", value="'b'"),
            step(3, 2, A.GET, resource="q", value="'old'"),
            step(4, 2, A.GET, resource="q", value="'a'"),
            resources=[ResourceInfo("q", "Queue", 3)],
        )
    ).resources["q"]
    assert [states.at(n).items for n in range(5)] == [
        ("'old'",),
        ("'old'", "'a'"),
        ("'old'", "'a'", "'b'"),
        ("'a'", "'b'"),
        ("'b'",),
    ]
    assert states.at(2).text == "3 items of at most 3"


def test_a_stack_gives_the_latest_of_equal_items():
    steps = [step(n, 1, A.PUT, resource="q", value=v) for n, v in enumerate("aba", 1)]
    stack = ResourceInfo("q", "LifoQueue")
    states = states_of(trace(*steps, step(4, 2, A.GET, resource="q", value="a"), resources=[stack]))
    assert states.resources["q"].last().items == ("a", "b")


def test_long_queues_are_cut_in_the_middle():
    steps = [step(n, 1, A.PUT, resource="q", value=str(n)) for n in range(1, 101)]
    items = states_of(trace(*steps)).resources["q"].last().items
    assert len(items) == MOST_ITEMS + 1
    assert (items[0], items[10], items[-1]) == ("1", "... 80 more", "100")


def test_a_getter_is_ready_when_there_is_an_item():
    states = states_of(
        trace(
            step(1, 1, A.BLOCK, resource="q", detail="gets from"),
            step(2, 2, A.PUT, resource="q", value="1"),
            step(3, 2, A.GET, resource="q", value="1"),
        )
    )
    assert [states.tasks[1].at(n).status.value for n in (1, 2, 3)] == [
        "blocked",
        "ready",
        "blocked",
    ]


def test_semaphores_events_and_barriers_say_what_they_are_like():
    states = states_of(
        trace(
            step(1, 1, A.ACQUIRE, resource="permits", value="1"),
            step(2, 1, A.RELEASE, resource="permits", value="2"),
            step(3, 1, A.SET, resource="ready"),
            step(4, 1, A.CLEAR, resource="ready"),
            step(5, 1, A.WAIT, resource="meet"),
            step(6, 1, A.BLOCK, resource="meet", detail="waits on"),
            step(7, 2, A.WAIT, resource="meet"),
            step(8, 2, A.WAIT_DONE, resource="meet", value="1"),
            resources=[
                ResourceInfo("permits", "BoundedSemaphore", 2),
                ResourceInfo("meet", "Barrier", 2),
            ],
        )
    )
    text = {label: history.at for label, history in states.resources.items()}
    assert [text["permits"](n).text for n in (0, 1, 2)] == [
        *("permits not known yet", "1 left of 2", "2 left of 2"),
    ]
    assert [text["ready"](n).text for n in (2, 3, 4)] == ["not set", "set", "not set"]
    assert [text["meet"](n).text for n in (5, 7, 8)] == [
        *("1 of 2 waiting", "2 of 2 waiting", "1 of 2 waiting"),
    ]
    assert [states.tasks[1].at(n).status.value for n in (6, 7)] == ["blocked", "ready"]


def test_who_is_notified_still_needs_the_lock():
    held = ("lock",)
    states = states_of(
        trace(
            step(1, 1, A.ACQUIRE, resource="lock", held=held),
            step(2, 1, A.WAIT, resource="cond"),
            step(3, 1, A.BLOCK, resource="cond", detail="waits on"),
            step(4, 2, A.ACQUIRE, resource="lock", held=held),
            step(5, 2, A.NOTIFY, resource="cond", woken=(1,), held=held),
            step(6, 2, A.RELEASE, resource="lock"),
            step(7, 1, A.WAIT_DONE, resource="cond", value="True", held=held),
            resources=[ResourceInfo("cond", "Condition"), ResourceInfo("lock", "Lock")],
        )
    )
    assert [states.tasks[1].at(n).status.value for n in range(3, 8)] == [
        *("blocked", "blocked", "blocked", "ready", "running"),
    ]
    assert states.resources["cond"].at(4).waiters == (1,)
    assert states.resources["cond"].at(7).waiters == ()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(drawn=traces())
def test_any_trace_has_states(drawn):
    states = states_of(drawn)
    for history in (*states.tasks.values(), *states.resources.values(), *states.values.values()):
        numbers = [number for number, _ in history.entries]
        assert numbers == sorted(set(numbers))
    for number in range(1, len(drawn.steps) + 1):
        running = [
            t
            for t, h in states.tasks.items()
            if h.at(number) and h.at(number).status is Status.RUNNING
        ]
        assert len(running) <= 1
