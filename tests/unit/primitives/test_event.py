import re

import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.event import Event


def test_wait_ends_when_it_is_set():
    def program(log):
        event = Event()

        def waiter():
            log.append(event.wait())

        def setter():
            log.append("set")
            event.set()

        together(waiter, setter)

    assert outcomes(program) == {("set", True)}


def test_nobody_sets_it():
    def program(log):
        event = Event()
        together(event.wait, event.clear)

    assert outcomes(program) == {(STUCK,)}


def test_a_waiter_that_was_woken_returns_true_even_if_it_is_cleared_again():
    def program(log):
        event = Event()

        def flash():
            event.set()
            event.clear()

        together(lambda: log.append(event.wait()), flash)

    assert outcomes(program) == {(True,), (STUCK,)}


def test_is_set_sees_every_state():
    def program(log):
        event = Event()

        def flash():
            event.set()
            event.clear()

        together(lambda: log.append(event.is_set()), flash)

    assert outcomes(program) == {(True,), (False,)}


def test_a_timeout():
    def program(log):
        event = Event()

        def late():
            sleep(2)
            event.set()

        def waiter():
            log.append((event.wait(1), kernel.now))
            log.append((event.wait(5), kernel.now))

        together(waiter, late)

    assert outcomes(program) == {((False, 1.0), (True, 2.0))}


@pytest.mark.parametrize("timeout", [0, -1])
def test_no_time_to_wait(timeout):
    def program(log):
        event = Event()
        log.append(event.wait(timeout))
        event.set()
        log.append(event.wait(timeout))

    assert execute(program) == (False, True)


def test_it_looks_like_a_real_one():
    event = Event()
    assert re.fullmatch(r"<threading\.Event at 0x[0-9a-f]+: unset>", repr(event))
    event.set()
    assert repr(event).endswith(": set>")

    def program(log):
        log.append(repr(event)[-5:])
        event.clear()
        log.append(repr(event)[-7:])

    assert execute(program) == (" set>", " unset>"[-7:])
    with pytest.warns(DeprecationWarning, match=r"isSet\(\) is deprecated"):
        assert event.isSet()


def test_outside_of_executions_it_is_real():
    event = Event()
    assert not event.wait(0.001)
    thread = real.Thread(target=event.set)
    thread.start()
    assert event.wait(10)
    thread.join()
    event.clear()
    assert not event.is_set()


def test_one_made_outside_is_as_it_was_after_an_execution():
    event = Event()

    def program(log):
        log.append(event.is_set())
        event.set()

    assert [execute(program) for _ in range(2)] == [(False,), (False,)]
    assert not event.is_set()
    event.set()
    assert execute(program) == (True,)


def test_one_that_escaped_keeps_its_flag_and_forgets_who_waited():
    escaped = []

    def first(log):
        escaped.append(Event())
        together(escaped[0].wait)

    def second(log):
        escaped[0].set()

    assert execute(first) == (STUCK,)
    assert execute(second) == ()
    assert execute(lambda log: [escaped[0].is_set()]) == [True]
    assert escaped[0].is_set()


def test_what_is_recorded():
    def program():
        event = Event()

        def waiter():
            event.wait()

        from treadle.primitives.thread import Thread

        thread = Thread(target=waiter)
        thread.start()
        event.wait(1)
        event.set()
        thread.join()
        event.is_set()
        event.clear()

    assert recorded(program) == [
        (0, "start", 1),
        (0, "wait"),
        (0, "waits on"),
        (1, "wait"),
        (1, "waits on"),
        (0, "wait-done", "False"),
        (0, "set", (1,)),
        (0, "joins"),
        (1, "wait-done", "True"),
        (0, "join", "True", 1),
        (0, "is-set", "True"),
        (0, "clear"),
    ]
