import copy
import pickle
import weakref

import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.lock import Lock, LockType, allocate_lock
from treadle.schedulers.base import Scheduler


def section(lock, log, name):
    def body():
        lock.acquire()
        log.append(f"{name} in")
        log.append(f"{name} out")
        lock.release()

    return body


def test_only_one_task_is_inside_and_any_may_be_next():
    def program(log):
        lock = Lock()
        together(*(section(lock, log, name) for name in "abc"))

    found = outcomes(program)
    orders = {tuple(entry[0] for entry in outcome[::2]) for outcome in found}
    assert len(found) == len(orders) == 6
    assert all(entry.endswith(("in", "out")[i % 2]) for o in found for i, entry in enumerate(o))


def test_two_locks_are_two_sections():
    def program(log):
        point = Lock()
        inside = []

        def body(lock):
            def run():
                with lock:
                    inside.append(1)
                    with point:
                        log.append(len(inside))
                    inside.pop()

            return run

        together(body(Lock()), body(Lock()))

    assert max(max(outcome) for outcome in outcomes(program, all_points=True)) == 2


def test_taking_it_twice_is_a_deadlock():
    def program(log):
        lock = Lock()
        lock.acquire()
        log.append("once")
        lock.acquire()

    assert execute(program) == ("once", STUCK)


def test_any_task_may_release_it():
    def program(log):
        lock = Lock()
        lock.acquire()

        def waiter():
            lock.acquire()
            log.append("got it")

        together(waiter, lock.release)

    assert outcomes(program) == {("got it",)}


def test_releasing_a_free_lock_is_an_error():
    def program(log):
        with pytest.raises(RuntimeError, match="release unlocked lock"):
            Lock().release()

    assert execute(program) == ()


def test_a_failed_attempt_is_a_point_and_both_answers_are_found():
    def program(log):
        lock = Lock()

        def holder():
            lock.acquire()
            lock.release()

        together(holder, lambda: log.append(lock.acquire(False)))

    assert outcomes(program) == {(True,), (False,), (True, STUCK)}


def test_locked_may_be_out_of_date():
    def program(log):
        lock = Lock()

        def careful():
            if not lock.locked():
                log.append(lock.acquire(blocking=False))

        together(lock.acquire, careful)

    assert outcomes(program) == {(), (True, STUCK), (False,)}


def test_a_timeout_passes_only_when_nothing_else_can_go_on():
    def program(log):
        lock = Lock()
        lock.acquire()

        def waiter():
            log.append(lock.acquire(timeout=5))
            log.append(kernel.now)

        def releaser():
            sleep(4)
            lock.release()

        together(waiter, releaser)

    assert outcomes(program) == {(True, 4.0)}


def test_a_timeout_that_comes_first():
    def program(log):
        lock = Lock()
        lock.acquire()

        def waiter():
            log.append(lock.acquire(timeout=3))
            log.append(kernel.now)

        def releaser():
            sleep(4)
            lock.release()

        together(waiter, releaser)

    assert outcomes(program) == {(False, 3.0)}


def test_a_release_at_the_very_moment_of_the_timeout_can_go_either_way():
    def program(log):
        lock = Lock()
        lock.acquire()

        def releaser():
            sleep(3)
            lock.release()

        together(lambda: log.append(lock.acquire(timeout=3)), releaser)

    assert outcomes(program) == {(True,), (False,)}


def test_no_timeout_is_an_attempt():
    def program(log):
        lock = Lock()
        lock.acquire()
        log.append(lock.acquire(timeout=0))
        log.append(kernel.now)

    assert execute(program) == (False, 0.0)


@pytest.mark.parametrize(
    "arguments",
    [(False, 1), (True, -2), (True, 1e12), (True, float("nan")), (True, "x"), (True, None)],
)
def test_bad_arguments_are_refused_as_by_a_real_lock(arguments):
    def refusal(lock):
        with pytest.raises(Exception) as caught:
            lock.acquire(*arguments)
        return caught.type, str(caught.value)

    expected = refusal(real.allocate_lock())
    assert execute(lambda log: [refusal(Lock())]) == [expected]
    assert refusal(Lock()) == expected


def test_it_looks_like_a_real_lock():
    lock = Lock()
    pattern = r"<(un)?locked _thread\.lock object at 0x[0-9a-f]+>"
    for world in (lambda: repr(lock), lambda: execute(lambda log: repr(Lock()))):
        assert __import__("re").fullmatch(pattern, world())
    assert isinstance(allocate_lock(), Lock)
    assert weakref.ref(lock)() is lock
    with pytest.raises(TypeError, match="cannot pickle '_thread.lock' object"):
        pickle.dumps(lock)
    with pytest.raises(TypeError, match="cannot pickle '_thread.lock' object"):
        copy.deepcopy(lock)
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Sub", (Lock,), {})
    with pytest.raises(AttributeError):
        lock.anything = 1


def test_outside_of_executions_it_is_real():
    lock = Lock()
    assert lock.acquire()
    assert lock.locked()
    assert not lock.acquire(False)
    assert not lock.acquire(timeout=0.001)
    thread = real.Thread(target=lock.release)
    thread.start()
    assert lock.acquire(timeout=10)
    thread.join()
    lock.release_lock()
    with pytest.raises(RuntimeError, match="release unlocked lock"):
        lock.release()


def test_one_made_outside_is_as_it_was_after_an_execution():
    free, held = Lock(), Lock()
    held.acquire()

    def program(log):
        free.acquire()
        log.append(held.locked())
        log.append(held.acquire(False))
        held.release()
        log.append(held.acquire(False))

    assert [execute(program) for _ in range(2)] == [(True, False, True)] * 2
    assert not free.locked()
    assert held.locked()


def test_one_that_escaped_from_an_execution_is_free_in_the_next():
    escaped = []

    def first(log):
        escaped.append(Lock())
        escaped[0].acquire()

    assert execute(first) == ()
    assert execute(lambda log: [escaped[0].acquire(False)]) == [True]
    assert escaped[0].acquire(False)
    escaped[0].release()


def test_an_abandoned_execution_leaves_no_trace():
    lock = Lock()

    def stuck(log):
        together(lock.acquire, lock.acquire)

    def clean(log):
        together(section(lock, log, "a"))

    assert execute(stuck) == (STUCK,)
    assert execute(clean) == ("a in", "a out")
    assert not lock.locked()


def test_who_holds_what_is_known():
    seen = {}

    def program():
        lock, other = Lock(), Lock()
        with lock:
            with other:
                seen["held"] = list(kernel.current.held) == [lock, other]
            seen["owners"] = lock.owners() == [kernel.current]
        seen["nobody"] = (lock.owners(), kernel.current.held) == ([], [])

    kernel.run(program, Scheduler())
    assert seen == {"held": True, "owners": True, "nobody": True}


def test_what_is_recorded():
    def program():
        lock = Lock()
        lock.acquire()
        lock.acquire(False)
        lock.acquire(timeout=1)
        lock.locked()
        lock.release()
        lock.acquire(False)

    assert recorded(program) == [
        (0, "acquire"),
        (0, "try-acquire", "False"),
        (0, "waits for"),
        (0, "timeout"),
        (0, "locked", "True"),
        (0, "release"),
        (0, "try-acquire", "True"),
    ]


def test_where_it_was_made_is_known_outside_and_when_recording():
    line = test_where_it_was_made_is_known_outside_and_when_recording.__code__.co_firstlineno + 2
    outside = Lock()
    inside = []
    recorded(lambda: inside.append(Lock()))
    assert outside.created_at == (__file__, line)
    assert inside[0].created_at == (__file__, line + 2)
    execute(lambda log: inside.append(Lock()))
    assert inside[1].created_at is None


def test_a_programs_lock_has_the_class_of_the_interpreters():
    assert type(allocate_lock()) is LockType
    assert isinstance(allocate_lock(), Lock)
    assert LockType.__module__ == real.LockType.__module__
    with pytest.raises(TypeError):
        type("Mine", (LockType,), {})


@pytest.mark.skipif(real.VERSION >= (3, 13), reason="since 3.13 the class of a lock can be called")
def test_the_class_of_a_lock_cannot_be_called():
    with pytest.raises(TypeError, match="cannot create '_thread.lock' instances"):
        LockType()
