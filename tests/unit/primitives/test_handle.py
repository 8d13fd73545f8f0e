import pickle

import pytest
from explore import STUCK, execute, outcomes
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.handle import ThreadHandle, start_joinable_thread


def test_a_thread_is_joined_by_its_handle():
    def program(log):
        handle = start_joinable_thread(lambda: log.append("thread"))
        handle.join()
        log.append(handle.is_done())

    assert outcomes(program) == {("thread", True)}


def test_it_may_be_made_before():
    def program(log):
        handle = ThreadHandle()
        log.append(handle.ident)
        assert start_joinable_thread(lambda: None, handle=handle) is handle
        log.append(handle.ident > 0)
        log.append(handle.is_done())

    assert outcomes(program, all_points=True) == {(0, True, True), (0, True, False)}


def test_only_daemons_are_not_waited_for():
    def program(log):
        start_joinable_thread(lambda: (sleep(1), log.append("waited for")), daemon=False)
        start_joinable_thread(lambda: (sleep(2), log.append("not waited for")))

    assert execute(program) == ("waited for",)


def test_a_timeout():
    def program(log):
        handle = start_joinable_thread(lambda: sleep(2))
        handle.join(0)
        handle.join(1)
        log.append((handle.is_done(), kernel.now))
        handle.join(-1)
        log.append((handle.is_done(), kernel.now))

    assert execute(program) == ((False, 1.0), (True, 2.0))


def test_mistakes():
    def program(log):
        with pytest.raises(TypeError, match="thread function must be callable"):
            start_joinable_thread(1)
        with pytest.raises(TypeError, match="'handle' must be a _ThreadHandle"):
            start_joinable_thread(int, handle=1)
        handle = ThreadHandle()
        for attempt in (handle.join, handle._set_done):
            with pytest.raises(RuntimeError, match="thread not started"):
                attempt()
        start_joinable_thread(int, handle=handle)
        with pytest.raises(RuntimeError, match="thread already started"):
            start_joinable_thread(int, handle=handle)
        with pytest.raises(TypeError, match="cannot pickle '_thread._ThreadHandle' object"):
            pickle.dumps(handle)

    assert execute(program) == ()


def test_joining_oneself():
    def program(log):
        handles = []

        def body():
            with pytest.raises(RuntimeError, match="Cannot join current thread"):
                handles[0].join()
            log.append("refused")

        handles.append(start_joinable_thread(body))
        handles[0].join()

    assert execute(program) == ("refused",)


def test_one_that_escaped_is_done():
    escaped = []

    def first(log):
        escaped.append(start_joinable_thread(lambda: sleep(1)))
        escaped[0].join()
        sleep(1)
        escaped.append(start_joinable_thread(lambda: ThreadHandle().join()))

    def second(log):
        escaped[0].join()
        log.append(escaped[0].is_done())

    execute(first)
    assert execute(second) == (True,)


@pytest.mark.skipif(real.VERSION < (3, 13), reason="new in Python 3.13")
def test_outside_of_executions_it_is_real():
    log = []
    handle = start_joinable_thread(lambda: log.append("ran"))
    handle.join()
    own = ThreadHandle()
    assert start_joinable_thread(lambda: log.append("ran"), handle=own, daemon=False) is own
    own.join()
    assert own.is_done()
    assert own.ident > 0
    assert log == ["ran", "ran"]

    def program(log):
        log.append(ThreadHandle().is_done())

    assert execute(program) == (False,)


def test_made_outside_and_used_in_every_execution():
    handle = ThreadHandle()

    def program(log):
        start_joinable_thread(lambda: log.append("ran"), handle=handle)
        handle.join()
        log.append(handle.is_done())

    assert [execute(program) for _ in range(2)] == [("ran", True)] * 2
    assert STUCK not in execute(program)
