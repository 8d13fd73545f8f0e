import threading

import pytest
from explore import execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import functions, low_level, real
from treadle.primitives.failures import default_hook
from treadle.primitives.lock import Lock
from treadle.primitives.thread import Thread
from treadle.schedulers.base import Scheduler


def test_the_current_thread():
    def program(log):
        main = functions.current_thread()
        assert main is functions.main_thread() is functions.current_thread()
        assert (main.name, main.daemon, main.is_alive()) == ("MainThread", False, True)
        assert isinstance(main, threading._MainThread)
        assert main.ident == functions.get_ident()
        assert main.native_id == functions.get_native_id()

        def body():
            assert functions.current_thread() is thread
            assert functions.main_thread() is main
            log.append(functions.get_ident() != main.ident)

        thread = Thread(target=body)
        thread.start()
        thread.join()

    assert execute(program) == (True,)


def test_a_thread_without_an_object_gets_a_dummy():
    def program(log):
        done = Lock()
        done.acquire()

        def body():
            dummy = functions.current_thread()
            assert dummy is functions.current_thread()
            assert isinstance(dummy, threading._DummyThread)
            assert dummy.name.startswith("Dummy-")
            log.append((dummy.daemon, dummy.is_alive(), dummy in functions.enumerate()))
            with pytest.raises((RuntimeError, AssertionError), match="cannot join a dummy thread"):
                dummy.join()
            done.release()

        low_level.start_new_thread(body, ())
        done.acquire()

    assert execute(program) == ((True, True, True),)


def test_the_list_of_threads():
    def program(log):
        threads = [Thread(target=sleep, args=(n,)) for n in (1, 2)]
        log.append(len(functions.enumerate()))
        for thread in threads:
            thread.start()
        assert functions.enumerate() == [functions.main_thread(), *threads]
        log.append(functions.active_count())
        threads[0].join()
        assert functions.enumerate() == [functions.main_thread(), threads[1]]
        log.append(functions.active_count())
        threads[1].join()
        log.append(functions.active_count())

    assert execute(program) == (1, 3, 2, 1)


def test_a_thread_that_ends_may_be_seen_or_not():
    def program(log):
        Thread(target=lambda: None).start()
        log.append(functions.active_count())

    assert outcomes(program) == {(1,), (2,)}


def test_a_thread_that_starts_may_be_seen_or_not():
    def program(log):
        def starter():
            Thread(target=sleep, args=(1,)).start()

        def looker():
            log.append(functions.active_count())

        together(looker, starter)

    assert outcomes(program) == {(2,), (3,), (4,)}


def test_old_names():
    def program(log):
        with pytest.warns(DeprecationWarning, match=r"currentThread\(\) is deprecated"):
            assert functions.currentThread() is functions.current_thread()
        with pytest.warns(DeprecationWarning, match=r"activeCount\(\) is deprecated"):
            assert functions.activeCount() == 1

    assert execute(program) == ()


def test_outside_of_executions_they_are_real():
    assert functions.current_thread() is threading.current_thread()
    assert functions.main_thread() is threading.main_thread()
    assert functions.get_ident() == threading.get_ident()
    assert functions.get_native_id() == threading.get_native_id()
    assert functions.enumerate() == threading.enumerate()
    assert functions.active_count() == threading.active_count()
    assert low_level.count() == real.count()


def test_threads_of_the_operating_system_are_not_tasks():
    seen = []

    def program():
        def outsider():
            lock = Lock()
            seen.append((kernel.here, lock.acquire(), functions.current_thread() is thread))

        thread = real.Thread(target=outsider)
        thread.start()
        thread.join()
        seen.append(kernel.here is kernel.tasks[0])

    kernel.run(program, Scheduler())
    assert seen == [(None, True, True), True]


def test_what_is_recorded():
    def program():
        functions.enumerate()
        functions.active_count()

    assert recorded(program) == [(0, "is-alive"), (0, "is-alive")]


def test_the_hook_that_prints_names_a_thread_without_an_object(capsys):
    def program(log):
        error = ValueError("bug")
        default_hook(threading.ExceptHookArgs((ValueError, error, None, None)))
        return functions.get_ident()

    ident = execute(program)
    assert capsys.readouterr().err.startswith(f"Exception in thread {ident}:\n")


def test_a_dummy_that_was_never_started_is_not_alive():
    def program(log):
        done = Lock()
        done.acquire()

        def body():
            dummy = functions.current_thread()
            dummy._started.clear()
            with pytest.raises((RuntimeError, AssertionError)):
                dummy.is_alive()
            done.release()

        low_level.start_new_thread(body, ())
        done.acquire()
        return True

    assert execute(program)
