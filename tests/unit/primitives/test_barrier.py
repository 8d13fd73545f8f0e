import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.barrier import Barrier, BrokenBarrierError
from treadle.primitives.lock import Lock


def arriving(barrier, log, name, timeout=None):
    def body():
        try:
            log.append(f"{name}: {barrier.wait(timeout)}")
        except BrokenBarrierError:
            log.append(f"{name}: broken")

    return body


def test_nobody_goes_on_before_all_are_here():
    def program(log):
        barrier = Barrier(2)
        here = []

        def body():
            here.append(1)
            barrier.wait()
            log.append(len(here))

        together(body, body)

    assert outcomes(program) == {(2, 2)}


def test_one_too_few():
    def program(log):
        barrier = Barrier(3)
        together(barrier.wait, barrier.wait)

    assert outcomes(program) == {(STUCK,)}


def test_everybody_gets_another_number():
    def program(log):
        barrier = Barrier(2)
        together(arriving(barrier, log, "a"), arriving(barrier, log, "b"))

    assert {frozenset(o) for o in outcomes(program)} == {
        frozenset({"a: 0", "b: 1"}),
        frozenset({"a: 1", "b: 0"}),
    }


def test_the_action_runs_once_before_anybody_goes_on():
    def program(log):
        barrier = Barrier(2, action=lambda: log.append("action"))

        def body():
            barrier.wait()
            log.append("past")

        together(body, body)

    assert outcomes(program) == {("action", "past", "past")}


def test_nobody_comes_or_goes_while_the_action_runs():
    def program(log):
        lock = Lock()

        def action():
            log.append("action begins")
            with lock:
                pass
            log.append("action ends")

        barrier = Barrier(2, action)

        def stop():
            barrier.abort()
            log.append("aborted")

        together(barrier.wait, barrier.wait, stop)

    for outcome in outcomes(program, max_executions=50_000):
        if "action begins" in outcome:
            begin = outcome.index("action begins")
            assert outcome[begin + 1] == "action ends"


def test_an_action_that_fails_breaks_it():
    def program(log):
        barrier = Barrier(2, action=lambda: 1 / 0)

        def body():
            try:
                barrier.wait()
            except ZeroDivisionError:
                log.append("failed")
            except BrokenBarrierError:
                log.append("broken")

        together(body, body)

    assert outcomes(program) == {("failed", "broken"), ("broken", "failed")} - {
        ("broken", "failed")
    } or outcomes(program) == {("failed", "broken"), ("broken", "failed")}


def test_it_can_be_used_again_and_again():
    def program(log):
        barrier = Barrier(2)

        def body():
            for _ in range(3):
                barrier.wait()
            log.append("done")

        together(body, body)

    assert outcomes(program) == {("done", "done")}


def test_a_third_task_waits_for_the_next_round():
    def program(log):
        barrier = Barrier(2)
        together(*(arriving(barrier, log, name) for name in "abc"))

    for outcome in outcomes(program):
        assert len(outcome) == 3
        assert outcome[-1] == STUCK


def test_a_timeout_breaks_it_for_all():
    def program(log):
        barrier = Barrier(3)
        together(arriving(barrier, log, "a", 1), arriving(barrier, log, "b"))
        log.append(barrier.broken)
        log.append(kernel.now)

    assert {frozenset(o) for o in outcomes(program)} == {
        frozenset({"a: broken", "b: broken", True, 1.0})
    }


def test_the_default_timeout():
    def program(log):
        barrier = Barrier(2, timeout=2)
        arriving(barrier, log, "a")()
        log.append(kernel.now)

    assert execute(program) == ("a: broken", 2.0)


def test_no_time_to_wait_at_all():
    def program(log):
        barrier = Barrier(2)
        together(arriving(barrier, log, "a", 0), arriving(barrier, log, "b"))

    found = {frozenset(o) for o in outcomes(program)}
    assert frozenset({"a: broken", "b: broken"}) in found
    assert frozenset({"a: 0", "b: 1"}) in found  # the other comes at the very moment


def test_abort():
    def program(log):
        barrier = Barrier(2)
        together(arriving(barrier, log, "a"), barrier.abort)
        arriving(barrier, log, "b")()
        barrier.reset()
        together(arriving(barrier, log, "c"), arriving(barrier, log, "d"))

    for outcome in outcomes(program):
        assert outcome[:2] == ("a: broken", "b: broken")
        assert {entry[0] for entry in outcome[2:]} == {"c", "d"}
        assert not any("broken" in entry for entry in outcome[2:])


def test_reset_sends_those_away_who_wait_and_nobody_else():
    def program(log):
        barrier = Barrier(2)

        def resetter():
            sleep(1)
            barrier.reset()

        together(arriving(barrier, log, "a"), resetter)
        log.append(barrier.broken)
        together(arriving(barrier, log, "b"), arriving(barrier, log, "c"))

    for outcome in outcomes(program):
        assert outcome[:2] == ("a: broken", False)
        assert not any("broken" in entry for entry in outcome[2:])


def test_reset_of_a_broken_one_with_tasks_inside():
    def program(log):
        barrier = Barrier(2)

        def breaker():
            sleep(1)
            barrier.abort()
            barrier.reset()
            log.append(("broken", barrier.broken))

        together(arriving(barrier, log, "a"), breaker)

    assert {frozenset(o) for o in outcomes(program)} == {
        frozenset({"a: broken", ("broken", False)})
    }


def test_what_can_be_asked():
    def program(log):
        barrier = Barrier(3)

        def look():
            sleep(1)
            log.append((barrier.parties, barrier.n_waiting, barrier.broken))
            log.append(repr(barrier).rpartition(":")[2])
            barrier.abort()
            log.append((barrier.parties, barrier.n_waiting, barrier.broken))
            log.append(repr(barrier).rpartition(":")[2])

        together(arriving(barrier, [], "a"), arriving(barrier, [], "b"), look)

    assert execute(program) == ((3, 2, False), " waiters=2/3>", (3, 0, True), " broken>")


@pytest.mark.skipif(real.VERSION < (3, 13), reason="earlier versions accept any number")
def test_no_parties():
    with pytest.raises(ValueError, match="parties must be > 0"):
        Barrier(0)


def test_outside_of_executions_it_is_real():
    barrier = Barrier(2)
    thread = real.Thread(target=barrier.wait)
    thread.start()
    barrier.wait(10)
    thread.join()
    assert (barrier.parties, barrier.n_waiting, barrier.broken) == (2, 0, False)
    assert repr(barrier).endswith(": waiters=0/2>")
    barrier.abort()
    with pytest.raises(BrokenBarrierError):
        barrier.wait()
    barrier.reset()
    assert not barrier.broken


def test_one_made_outside_is_as_it_was_after_an_execution():
    barrier = Barrier(2)

    def program(log):
        log.append(barrier.broken)
        together(arriving(barrier, log, "a"))

    assert [execute(program) for _ in range(2)] == [(False, STUCK)] * 2
    assert not barrier.broken
    barrier.abort()
    assert execute(program) == (True, "a: broken")


def test_one_that_escaped_forgets_who_waited_and_stays_broken():
    escaped = []

    def first(log):
        escaped[:] = Barrier(2), Barrier(2)
        escaped[1].abort()
        together(escaped[0].wait)

    def second(log):
        log.append((escaped[0].n_waiting, escaped[0].broken, escaped[1].broken))

    assert execute(first) == (STUCK,)
    assert execute(second) == ((0, False, True),)
    assert (escaped[0].broken, escaped[1].broken) == (False, True)


def test_what_is_recorded():
    def program():
        barrier = Barrier(2)

        from treadle.primitives.thread import Thread

        thread = Thread(target=barrier.wait)
        thread.start()
        barrier.wait()
        thread.join()

    assert recorded(program) == [
        (0, "start", 1),
        (0, "wait"),
        (0, "waits at"),
        (1, "wait-done", "1"),
        (0, "wait-done", "0"),
        (0, "join", "True", 1),
    ]
