import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.condition import Condition
from treadle.primitives.lock import Lock
from treadle.primitives.rlock import RLock
from treadle.primitives.semaphore import Semaphore


def waiter(condition, log, name, timeout=None):
    def body():
        with condition:
            log.append(f"{name} waits")
            woken = condition.wait(timeout)
            log.append(f"{name} {'woken' if woken else 'gave up'}")

    return body


def notifier(condition, log, n=1):
    def body():
        with condition:
            log.append("notify")
            condition.notify(n)

    return body


def test_a_notify_that_nobody_hears_is_lost():
    def program(log):
        condition = Condition()
        together(waiter(condition, log, 1), notifier(condition, log))

    assert outcomes(program) == {
        ("1 waits", "notify", "1 woken"),
        ("notify", "1 waits", STUCK),
    }


def test_who_has_waited_longest_is_woken_first():
    def program(log):
        condition = Condition()
        together(waiter(condition, log, 1), waiter(condition, log, 2), notifier(condition, log))

    woken = {o for o in outcomes(program) if any(e.endswith("woken") for e in o)}
    assert woken
    for outcome in woken:
        first = next(entry for entry in outcome if entry.endswith("waits"))[0]
        assert f"{first} woken" in outcome
        assert sum(entry.endswith("woken") for entry in outcome) == 1


def test_notify_all_wakes_all_in_any_order():
    def program(log):
        condition = Condition()

        def everybody():
            sleep(1)
            with condition:
                condition.notify_all()

        together(
            waiter(condition, log, 1),
            waiter(condition, log, 2),
            everybody,
        )

    ends = {outcome[-2:] for outcome in outcomes(program)}
    assert ends == {("1 woken", "2 woken"), ("2 woken", "1 woken")}


def test_notify_two_of_three():
    def program(log):
        condition = Condition()

        def two():
            sleep(4)
            with condition:
                condition.notify(2)

        def late(name, delay):
            body = waiter(condition, log, name)

            def run():
                sleep(delay)
                body()

            return run

        together(late(1, 1), late(2, 2), late(3, 3), two)

    ends = {outcome[-3:] for outcome in outcomes(program)}
    assert ends == {("1 woken", "2 woken", STUCK), ("2 woken", "1 woken", STUCK)}


def test_the_woken_task_goes_on_only_when_the_lock_is_free():
    def program(log):
        condition = Condition()

        def holder():
            with condition:
                condition.notify()
                log.append("still inside")

        together(waiter(condition, log, 1), holder)

    assert outcomes(program) == {
        ("1 waits", "still inside", "1 woken"),
        ("still inside", "1 waits", STUCK),
    }


def test_somebody_else_may_take_the_lock_first():
    def program(log):
        condition = Condition()

        def holder():
            sleep(1)
            with condition:
                condition.notify()
            with condition:
                log.append("again")

        together(waiter(condition, log, 1), holder)

    assert outcomes(program) == {
        ("1 waits", "1 woken", "again"),
        ("1 waits", "again", "1 woken"),
    }


def test_wait_gives_up_every_level_of_an_rlock_and_takes_them_back():
    def program(log):
        condition = Condition(RLock())

        def deep():
            with condition, condition:
                condition.wait()
                log.append(condition._lock._recursion_count())

        together(deep, notifier(condition, log))

    assert outcomes(program) == {("notify", 2), ("notify", STUCK)}


def test_one_level_of_a_lock_that_is_held_elsewhere_is_not_enough():
    def program(log):
        outer, condition = Lock(), Condition()

        def nested():
            with outer, condition:
                condition.wait()

        def other():
            with outer, condition:
                condition.notify()
                log.append("notified")

        together(nested, other)

    assert outcomes(program) == {(STUCK,), ("notified", STUCK)}


def test_a_timeout():
    def program(log):
        condition = Condition()
        with condition:
            log.append((condition.wait(1.5), kernel.now))

    assert execute(program) == ((False, 1.5),)


def test_a_waiter_that_gave_up_does_not_eat_a_later_notify():
    def program(log):
        condition = Condition()

        def late():
            sleep(2)
            notifier(condition, log)()

        together(waiter(condition, log, 1, 1), waiter(condition, log, 2), late)

    assert {outcome[-3:] for outcome in outcomes(program)} == {("1 gave up", "notify", "2 woken")}


def test_one_that_is_still_giving_up_does():
    def program(log):
        condition = Condition()

        def holder():
            with condition:
                sleep(1)  # the waiter's time is up meanwhile, and it must wait for the lock
                condition.notify()

        def first():
            waiter(condition, log, 1, 1)()

        def second():
            sleep(0.5)
            waiter(condition, log, 2)()

        def third():
            sleep(0.5)
            holder()

        together(first, second, third)

    found = outcomes(program)
    assert found
    for outcome in found:
        assert "1 gave up" in outcome
        assert outcome[-1] == STUCK
        assert "2 woken" not in outcome


def test_wait_for():
    def program(log):
        condition = Condition()
        items = []

        def consumer():
            with condition:
                log.append(condition.wait_for(lambda: items)[0])

        def producer():
            with condition:
                condition.notify()  # for nothing
            with condition:
                items.append("item")
                condition.notify()

        together(consumer, producer)

    assert outcomes(program) == {("item",)}


def test_if_instead_of_while_does_not_do():
    def program(log):
        condition = Condition()
        items = []

        def consumer():
            with condition:
                if not items:
                    condition.wait()
                log.append(len(items))

        def producer():
            with condition:
                condition.notify()  # for nothing
            with condition:
                items.append("item")
                condition.notify()

        together(consumer, producer)

    assert outcomes(program) == {(1,), (0,)}


def test_wait_for_with_a_timeout():
    def program(log):
        condition = Condition()

        def impatient():
            with condition:
                log.append((condition.wait_for(lambda: False, 2), kernel.now))

        def disturber():
            sleep(1)
            with condition:
                condition.notify()

        together(impatient, disturber)

    assert outcomes(program) == {((False, 2.0),)}


@pytest.mark.parametrize("make", [Lock, RLock, lambda: Semaphore(1)])
def test_without_the_lock(make):
    def program(log):
        condition = Condition(make())
        with pytest.raises(RuntimeError, match="cannot wait on un-acquired lock"):
            condition.wait()
        with pytest.raises(RuntimeError, match="cannot notify on un-acquired lock"):
            condition.notify()
        with pytest.raises(RuntimeError, match="cannot notify on un-acquired lock"):
            condition.notify_all()

    assert execute(program) == ()


class Homemade:
    """A lock-like object of a program's own."""

    def __init__(self):
        self._lock = Lock()

    def acquire(self, *args):
        return self._lock.acquire(*args)

    def release(self):
        self._lock.release()

    def __enter__(self):
        self.acquire()

    def __exit__(self, *args):
        self.release()


class Counting(RLock):
    """An RLock that does more when a condition gives it up."""

    given_up = 0

    def _release_save(self):
        Counting.given_up += 1
        return super()._release_save()


@pytest.mark.parametrize("make", [Homemade, lambda: Semaphore(1), Counting, Lock, RLock])
def test_over_any_lock(make):
    def program(log):
        condition = Condition(make())
        together(waiter(condition, log, 1), notifier(condition, log))

    Counting.given_up = 0
    assert outcomes(program) == {
        ("1 waits", "notify", "1 woken"),
        ("notify", "1 waits", STUCK),
    }
    assert bool(Counting.given_up) == (make is Counting)


@pytest.mark.parametrize("make", [Homemade, Lock])
@pytest.mark.parametrize("timeout", [0, 1])
def test_a_timeout_over_any_lock(make, timeout):
    def program(log):
        condition = Condition(make())
        with condition:
            log.append((condition.wait(timeout), kernel.now))
        assert len(condition._waiters) == 0

    assert execute(program) == ((False, float(timeout)),)


def test_a_lock_that_somebody_else_released():
    def program(log):
        condition = Condition(Lock())

        def careless():
            condition.acquire()
            try:
                condition.wait()
            except RuntimeError as error:
                log.append(str(error))

        together(careless, condition._lock.release)

    found = outcomes(program, all_points=True)
    assert ("release unlocked lock",) in found


def test_it_looks_like_a_real_one():
    assert repr(Condition(Lock())).startswith("<Condition(<unlocked _thread.lock object at 0x")

    def program(log):
        condition = Condition()

        def look():
            sleep(1)
            log.append(repr(condition)[-4:])
            with condition:
                condition.notify()

        together(waiter(condition, [], 1), look)

    assert execute(program) == (", 1)>",)[0:0] + (" 1)>",)


def test_the_old_name_of_notify_all():
    def program(log):
        condition = Condition()
        with condition, pytest.warns(DeprecationWarning, match="notifyAll"):
            condition.notifyAll()

    assert execute(program) == ()


def test_outside_of_executions_it_is_real():
    condition = Condition()
    with condition:
        assert not condition.wait(0.001)
        assert not condition.wait_for(lambda: False, 0.001)
    items = []

    def producer():
        with condition:
            items.append(1)
            condition.notify()
            condition.notify_all()

    thread = real.Thread(target=producer)
    with condition:
        thread.start()
        assert condition.wait_for(lambda: items, 10) == [1]
    thread.join()
    with pytest.raises(RuntimeError):
        condition.wait()


def test_an_abandoned_execution_leaves_no_trace():
    condition = Condition()

    def stuck(log):
        together(waiter(condition, log, 1), waiter(condition, log, 2))

    def clean(log):
        with condition:
            log.append(len(condition._waiters))
            condition.notify()

    assert execute(stuck)[-1] == STUCK
    assert execute(clean) == (0,)


def test_what_is_recorded():
    def program():
        condition = Condition()

        def body():
            with condition:
                condition.wait()

        from treadle.primitives.thread import Thread

        thread = Thread(target=body)
        thread.start()
        sleep(1)
        with condition:
            condition.notify()
        thread.join()
        with condition:
            condition.notify()
            condition.wait(1)

    assert recorded(program) == [
        (0, "start", 1),
        (0, "sleeps"),
        (1, "acquire"),
        (1, "wait"),
        (1, "waits on"),
        (0, "acquire"),
        (0, "notify", (1,)),
        (0, "release", (1,)),
        (0, "joins"),
        (1, "wait-done", "True"),
        (1, "release"),
        (0, "join", "True", 1),
        (0, "acquire"),
        (0, "notify"),
        (0, "wait"),
        (0, "waits on"),
        (0, "wait-done", "False"),
        (0, "release"),
    ]
