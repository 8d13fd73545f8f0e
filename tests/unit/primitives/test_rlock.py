import pickle
import re

import pytest
from explore import STUCK, execute, outcomes, recorded, together

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.lock import Lock
from treadle.primitives.rlock import RLock


def twice(lock, log, name):
    def body():
        with lock:
            with lock:
                log.append(name)
            log.append(name)

    return body


def test_its_holder_may_take_it_again_and_nobody_else():
    def program(log):
        lock = RLock()
        together(twice(lock, log, 1), twice(lock, log, 2))

    assert outcomes(program) == {(1, 1, 2, 2), (2, 2, 1, 1)}


def test_a_plain_lock_deadlocks_there():
    def program(log):
        together(twice(Lock(), log, 1))

    assert outcomes(program) == {(STUCK,)}


def test_it_is_free_after_as_many_releases():
    def program(log):
        lock = RLock()
        lock.acquire()
        lock.acquire()
        lock.release()
        together(lambda: log.append(lock.acquire(False)))
        lock.release()
        together(lambda: log.append(lock.acquire(False)))

    assert outcomes(program) == {(False, True)}


def test_only_its_holder_may_release_it():
    def program(log):
        lock = RLock()
        lock.acquire()

        def other():
            with pytest.raises(RuntimeError, match="cannot release un-acquired lock"):
                lock.release()
            log.append("refused")

        together(other)
        lock.release()
        with pytest.raises(RuntimeError, match="cannot release un-acquired lock"):
            lock.release()

    assert execute(program) == ("refused",)


def test_taking_it_again_is_no_point():
    def program(log):
        lock = RLock()

        def first():
            lock.acquire()
            before = kernel.operations
            lock.acquire()
            lock.acquire(False)
            lock.release()
            lock.release()
            log.append(kernel.operations - before)
            lock.release()

        together(first)

    assert execute(program) == (0,)


def test_a_timeout():
    def program(log):
        lock = RLock()
        lock.acquire()
        together(lambda: log.append((lock.acquire(timeout=2), kernel.now)))

    assert outcomes(program) == {((False, 2.0),)}


def test_what_conditions_ask_of_it():
    def program(log):
        lock = RLock()
        with pytest.raises(RuntimeError):
            lock._release_save()
        lock.acquire()
        lock.acquire()
        log.append((lock._is_owned(), lock._recursion_count()))
        state = lock._release_save()
        log.append((lock._is_owned(), lock._recursion_count()))
        lock._acquire_restore(state)
        log.append((lock._is_owned(), lock._recursion_count()))

    assert execute(program) == ((True, 2), (False, 0), (True, 2))


def test_it_looks_like_a_real_one():
    pattern = r"<(un)?locked _thread\.RLock object owner=\d+ count=\d+ at 0x[0-9a-f]+>"
    assert re.fullmatch(pattern, repr(RLock()))

    def program(log):
        lock = RLock()
        log.append(re.fullmatch(pattern, repr(lock))[1])
        with lock:
            assert f"owner={0x7F0000000000} count=1" in repr(lock)
            log.append(re.fullmatch(pattern, repr(lock))[1])

    assert execute(program) == ("un", None)
    with pytest.raises(TypeError, match=r"cannot pickle '_thread\.RLock' object"):
        pickle.dumps(RLock())
    assert issubclass(type("Sub", (RLock,), {}), RLock)


@pytest.mark.skipif(real.VERSION < (3, 13), reason="earlier versions ignore arguments silently")
def test_arguments_are_deprecated():
    with pytest.warns(DeprecationWarning, match="Passing arguments to RLock"):
        RLock(1)


def test_outside_of_executions_it_is_real():
    lock = RLock()
    assert lock.acquire()
    assert lock.acquire(timeout=1)
    found = []
    thread = real.Thread(target=lambda: found.append(lock.acquire(False)))
    thread.start()
    thread.join()
    assert found == [False]
    assert (lock._is_owned(), lock._recursion_count()) == (True, 2)
    lock.release()
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()


def test_one_taken_outside_belongs_to_the_main_task():
    lock = RLock()
    lock.acquire()

    def program(log):
        lock.acquire()
        log.append(lock._recursion_count())
        together(lambda: log.append(lock.acquire(False)))
        lock.release()
        lock.release()
        together(lambda: log.append(lock.acquire(False)))

    assert [execute(program) for _ in range(2)] == [(2, False, True)] * 2
    assert lock._recursion_count() == 1
    lock.release()


def test_one_that_another_thread_took_outside_is_held():
    lock = RLock()
    thread = real.Thread(target=lock.acquire)
    thread.start()
    thread.join()
    assert execute(lambda log: [lock.acquire(False)]) == [False]


def test_one_that_escaped_is_free_in_the_next_execution():
    escaped = []

    def first(log):
        escaped.append(RLock())
        escaped[0].acquire()

    assert execute(first) == ()

    def second(log):
        together(lambda: log.append(escaped[0].acquire(False)))

    assert execute(second) == (True,)


def test_what_is_recorded():
    def program():
        lock = RLock()
        with lock, lock:
            pass
        lock.acquire(False)

    assert recorded(program) == [
        (0, "acquire"),
        (0, "acquire"),
        (0, "release"),
        (0, "release"),
        (0, "try-acquire", "True"),
    ]
