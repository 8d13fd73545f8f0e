import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.semaphore import BoundedSemaphore, Semaphore


def most_inside(permits, tasks):
    def program(log):
        semaphore = Semaphore(permits)
        gate = Semaphore(0)
        inside = []

        def body():
            with semaphore:
                inside.append(1)
                log.append(len(inside))
                gate.acquire(blocking=False)
                inside.pop()

        together(*[body] * tasks)

    return max(max(outcome) for outcome in outcomes(program))


def test_no_more_tasks_inside_than_permits():
    assert most_inside(2, 3) == 2
    assert most_inside(1, 2) == 1


def test_and_as_many_as_permits():
    assert most_inside(3, 3) == 3


def test_release_wakes_who_has_waited_longest():
    def program(log):
        semaphore = Semaphore(0)

        def body(name):
            def run():
                semaphore.acquire()
                log.append(name)

            return run

        def giver():
            sleep(1)  # both sleep by now, in either order
            semaphore.release()
            sleep(1)
            semaphore.release()

        together(body("a"), body("b"), giver)

    assert outcomes(program) == {("a", "b"), ("b", "a")}


def test_and_not_a_later_one():
    def program(log):
        semaphore = Semaphore(0)

        def body(name, delay):
            def run():
                sleep(delay)
                semaphore.acquire()
                log.append(name)

            return run

        def giver():
            sleep(3)
            semaphore.release()

        together(body("early", 1), body("late", 2), giver)

    assert outcomes(program) == {("early", STUCK)}


def test_a_newcomer_may_take_the_permit_before_the_woken_task():
    def program(log):
        semaphore = Semaphore(0)

        def waiter():
            semaphore.acquire()
            log.append("waiter")

        def newcomer():
            semaphore.release()
            semaphore.acquire()
            log.append("newcomer")

        together(waiter, newcomer)

    assert outcomes(program) == {("waiter", STUCK), ("newcomer", STUCK)}


def test_not_blocking():
    def program(log):
        semaphore = Semaphore(1)
        log.append(semaphore.acquire(blocking=False))
        log.append(semaphore.acquire(blocking=False))
        log.append(semaphore.acquire(timeout=0))

    assert execute(program) == (True, False, False)


def test_a_timeout():
    def program(log):
        semaphore = Semaphore(0)

        def giver():
            sleep(2)
            semaphore.release()

        def taker():
            log.append((semaphore.acquire(timeout=1), kernel.now))
            log.append((semaphore.acquire(timeout=5), kernel.now))

        together(taker, giver)

    assert outcomes(program) == {((False, 1.0), (True, 2.0))}


def test_bad_arguments():
    with pytest.raises(ValueError, match="initial value must be >= 0"):
        Semaphore(-1)

    def program(log):
        with pytest.raises(ValueError, match="can't specify timeout"):
            Semaphore().acquire(False, 1)
        with pytest.raises(ValueError, match="n must be one or more"):
            Semaphore().release(0)
        with pytest.raises(ValueError, match="n must be one or more"):
            BoundedSemaphore().release(0)

    assert execute(program) == ()


def test_a_bounded_one_refuses_too_many_releases():
    def program(log):
        semaphore = BoundedSemaphore(2)
        semaphore.acquire()
        with pytest.raises(ValueError, match="Semaphore released too many times"):
            semaphore.release(2)
        semaphore.release()
        with pytest.raises(ValueError, match="Semaphore released too many times"):
            semaphore.release()
        log.append(semaphore._value)

    assert execute(program) == (2,)


def test_an_unbounded_one_does_not():
    def program(log):
        semaphore = Semaphore(2)
        semaphore.release(3)
        log.append(semaphore._value)

    assert execute(program) == (5,)


def test_it_looks_like_a_real_one():
    assert repr(Semaphore(3)).startswith("<threading.Semaphore at 0x")
    assert repr(Semaphore(3)).endswith(": value=3>")
    semaphore = BoundedSemaphore(3)
    semaphore.acquire()
    assert repr(semaphore).endswith(": value=2/3>")
    assert execute(lambda log: repr(BoundedSemaphore(4))).endswith(": value=4/4>")


@pytest.mark.parametrize("kind", [Semaphore, BoundedSemaphore])
def test_outside_of_executions_it_is_real(kind):
    semaphore = kind(1)
    with semaphore:
        assert not semaphore.acquire(blocking=False)
        assert not semaphore.acquire(timeout=0.001)
        thread = real.Thread(target=semaphore.release)
        thread.start()
        assert semaphore.acquire(timeout=10)
        thread.join()
    assert semaphore._value == 1


def test_one_made_outside_is_as_it_was_after_an_execution():
    semaphore = Semaphore(1)

    def program(log):
        semaphore.acquire()
        log.append(semaphore._value)

    assert [execute(program) for _ in range(2)] == [(0,), (0,)]
    assert semaphore._value == 1
    semaphore.release()
    assert execute(program) == (1,)


def test_one_that_escaped_forgets_who_waited():
    escaped = []

    def first(log):
        escaped.append(BoundedSemaphore(1))
        escaped[0].acquire()
        escaped[0].acquire()

    def second(log):
        escaped[0].release()
        log.append(escaped[0].acquire(False))

    assert execute(first) == (STUCK,)
    assert execute(second) == (True,)
    with pytest.raises(ValueError, match="too many times"):
        escaped[0].release(2)


def test_what_is_recorded():
    def program():
        semaphore = Semaphore(2)
        semaphore.acquire()
        semaphore.acquire()
        semaphore.acquire(False)
        semaphore.acquire(timeout=1)
        semaphore.release()

    assert recorded(program) == [
        (0, "acquire", "1"),
        (0, "acquire", "0"),
        (0, "try-acquire", "False"),
        (0, "waits for"),
        (0, "timeout"),
        (0, "release", "1"),
    ]
