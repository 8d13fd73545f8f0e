import threading

import pytest
from explore import execute

from treadle.primitives import functions, low_level, real
from treadle.primitives.active import active
from treadle.primitives.lock import Lock
from treadle.primitives.thread import Thread


def test_threads_by_identifier():
    def program(log):
        held = Lock()
        held.acquire()
        thread = Thread(target=held.acquire)
        assert thread not in active.values()
        thread.start()
        assert dict(active) == {
            functions.get_ident(): functions.main_thread(),
            thread.ident: thread,
        }
        assert active[thread.ident] is thread
        held.release()
        thread.join()
        log.append((len(active), thread.ident in active, active.get(thread.ident)))
        with pytest.raises(KeyError):
            del active[thread.ident]

    assert execute(program) == ((1, False, None),)


def test_a_dummy_stays_until_it_is_taken_out_up_to_312():
    def program(log):
        done = Lock()
        done.acquire()
        seen = []

        def body():
            seen.append(functions.current_thread())
            done.release()

        ident = low_level.start_new_thread(body, ())
        done.acquire()
        while low_level.count():
            pass
        log.append((ident in active, seen[0] in functions.enumerate(), seen[0].is_alive()))
        active.pop(ident, None)
        log.append(ident in active)

    stays = real.VERSION < (3, 13)
    assert execute(program) == ((stays, stays, True), False)


def test_threading_itself_sees_the_interpreters_own():
    assert active == threading._active
    theirs = dict(threading._active)

    def program(log):
        space = {"__name__": "threading", "active": active}
        exec("seen = dict(active)", space)
        return space["seen"] == theirs

    assert execute(program)
    assert active[threading.get_ident()] is threading.current_thread()
