import gc
import sys
import weakref
from unittest import mock

import pytest
from explore import STUCK, execute, outcomes, recorded
from reference import Place, sleep

from treadle.engine.kernel import kernel
from treadle.primitives import functions, low_level, real
from treadle.primitives.local import local
from treadle.primitives.lock import Lock
from treadle.schedulers.base import Scheduler


def test_it_runs_a_function():
    def program(log):
        done = Lock()
        done.acquire()

        def body(a, b=0):
            log.append((a, b, functions.get_ident()))
            done.release()

        log.append(low_level.start_new_thread(body, (1,), {"b": 2}))
        done.acquire()

    (outcome,) = outcomes(program)
    assert outcome[1] == (1, 2, outcome[0])


def test_nobody_waits_for_it():
    def program(log):
        low_level.start_new_thread(lambda: (sleep(1), log.append("done")), ())

    assert execute(program) == ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, ()), "first arg must be callable"),
        ((int, 1), "2nd arg must be a tuple"),
        ((int, (), 1), "optional 3rd arg must be a dictionary"),
    ],
)
def test_bad_arguments(arguments, message):
    def program(log):
        with pytest.raises(TypeError, match=message):
            low_level.start_new_thread(*arguments)

    assert execute(program) == ()
    program([])


def test_how_many_run():
    def program(log):
        place = Place()
        log.append(low_level.count())
        low_level.start_new_thread(place.touch, ())
        log.append(low_level.count())
        sleep(1)
        log.append(low_level.count())

    assert outcomes(program) == {(0, 1, 0), (0, 0, 0)}


def test_what_it_ran_and_stored_dies_with_it():
    class Value:
        pass

    def program(log):
        mine = local()

        def body():
            mine.value = Value()
            dead.append(weakref.ref(mine.value))

        dead = [weakref.ref(body)]
        low_level.start_new_thread(body, ())
        del body
        sleep(1)
        gc.collect()
        log += [reference() is None for reference in dead]

    assert execute(program) == (True, True)


def crash():
    raise ValueError("broken")


def failures_of(function):
    failures = []

    def program():
        low_level.start_new_thread(function, ())
        sleep(1)

    kernel.on_stop = lambda: failures.extend((t.name, repr(e)) for t, e in kernel.failures)
    try:
        kernel.run(program, Scheduler())
    finally:
        kernel.on_stop = None
    return failures


def test_an_exception_is_unraisable():
    hooked = []
    with mock.patch.object(sys, "unraisablehook", hooked.append):
        assert failures_of(crash) == [("crash", "ValueError('broken')")]
    (details,) = hooked
    assert (details.exc_type, str(details.exc_value)) == (ValueError, "broken")
    assert details.exc_traceback.tb_frame.f_code is crash.__code__
    assert details.err_msg.startswith("Exception ignored in thread started by")
    assert (details.object is crash) == (real.VERSION < (3, 13))


def test_by_default_it_is_printed(capsys):
    with mock.patch.object(sys, "unraisablehook", sys.__unraisablehook__):
        failures_of(crash)
    printed = capsys.readouterr().err
    assert printed.startswith("Exception ignored in thread started by")
    assert printed.endswith("ValueError: broken\n")


def test_system_exit_is_silent():
    assert failures_of(sys.exit) == []


def test_what_a_dying_thread_raises_is_nobodys_failure():
    def program(log):
        lock = Lock()
        lock.acquire()

        def body():
            try:
                lock.acquire()
            finally:
                raise ValueError("while dying")

        low_level.start_new_thread(body, ())
        lock.acquire()

    hooked = []
    with mock.patch.object(sys, "unraisablehook", hooked.append):
        assert execute(program) == (STUCK,)
    assert hooked == []


def test_outside_of_executions_it_is_real():
    done = Lock()
    done.acquire()
    low_level.start_new_thread(done.release, ())
    assert done.acquire(timeout=10)
    low_level.start_new_thread(lambda a: done.release(), (), {"a": 1})
    assert done.acquire(timeout=10)


def test_what_is_recorded():
    assert recorded(lambda: low_level.start_new_thread(int, ())) == [(0, "start", 1)]
