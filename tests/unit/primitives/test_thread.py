import gc
import re
import sys
import threading
import weakref
from unittest import mock

import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import Place, sleep

from treadle.engine.kernel import kernel
from treadle.primitives import functions, handle, low_level, real
from treadle.primitives.lock import Lock
from treadle.primitives.thread import Thread
from treadle.schedulers.base import Scheduler


def test_it_runs_its_target():
    def program(log):
        thread = Thread(target=lambda a, *, b: log.append((a, b)), args=(1,), kwargs={"b": 2})
        thread.start()
        thread.join()

    assert outcomes(program) == {((1, 2),)}


def test_it_runs_beside_the_one_that_started_it():
    def program(log):
        place = Place()

        def body():
            place.touch()
            log.append("thread")

        thread = Thread(target=body)
        thread.start()
        place.touch()
        log.append("main")
        thread.join()

    assert outcomes(program) == {("main", "thread"), ("thread", "main")}


def test_not_so_after_join():
    def program(log):
        thread = Thread(target=lambda: log.append("thread"))
        thread.start()
        thread.join()
        log.append("main")

    assert outcomes(program) == {("thread", "main")}


def test_a_subclass_with_run():
    class Adder(Thread):
        def __init__(self, a, b):
            super().__init__()
            self.a, self.b = a, b
            self.result = None

        def run(self):
            self.result = self.a + self.b

    def program(log):
        adder = Adder(1, 2)
        log.append(adder.result)
        adder.start()
        adder.join()
        log.append(adder.result)

    assert execute(program) == (None, 3)


def test_nothing_to_run():
    assert execute(lambda log: together(*[None])) == ()


def test_the_program_waits_for_threads_that_are_no_daemons():
    def program(log):
        Thread(target=lambda: (sleep(1), log.append("done"))).start()

    assert execute(program) == ("done",)


def test_and_not_for_daemons():
    def program(log):
        Thread(target=lambda: (sleep(1), log.append("done")), daemon=True).start()

    assert execute(program) == ()


def test_daemon_is_inherited():
    def program(log):
        def body():
            log.append(Thread().daemon)

        log.append(Thread().daemon)
        thread = Thread(target=body, daemon=True)
        thread.start()
        thread.join()

    assert execute(program) == (False, True)


def test_daemon_can_be_changed_until_it_starts():
    def program(log):
        thread = Thread()
        thread.daemon = True
        log.append(thread.daemon)
        thread.start()
        with pytest.raises(RuntimeError, match="cannot set daemon status of active thread"):
            thread.daemon = False

    assert execute(program) == (True,)


def test_names():
    def program(log):
        def work():
            log.append(functions.current_thread().name)

        assert [Thread().name[:7], Thread(name="bob").name] == ["Thread-", "bob"]
        thread = Thread(target=work)
        assert re.fullmatch(r"Thread-\d+ \(work\)", thread.name)
        thread.start()
        thread.join()
        assert re.fullmatch(r"Thread-\d+ \(work\)", thread.name)
        thread.name = 7
        assert thread.name == "7"

    found = execute(program)
    assert len(found) == 1
    assert re.fullmatch(r"Thread-\d+ \(work\)", found[0])


def test_what_reports_call_it():
    labels = []

    class Special(Thread):
        def run(self):
            pass

    def work():
        pass

    def program():
        threads = [
            Thread(target=work),
            Thread(target=work, name="worker"),
            Special(),
            Thread(),
            Thread(target=mock.Mock(spec=[])),
        ]
        renamed = Thread(target=work)
        renamed.name = "renamed"
        for thread in [*threads, renamed]:
            thread.start()
        labels.extend(task.name for task in kernel.tasks)

    kernel.run(program, Scheduler())
    assert labels == ["main", "work", "worker", "Special", "Thread", "Thread", "renamed"]


def test_identifiers_are_the_same_in_every_execution():
    def program(log):
        seen = []
        thread = Thread(target=lambda: seen.append(functions.get_ident()))
        log.append((thread.ident, thread.native_id))
        thread.start()
        thread.join()
        log.append(seen == [thread.ident])
        log.append((thread.ident, thread.native_id))

    first, second = execute(program), execute(program)
    assert first == second
    assert first[:2] == ((None, None), True)
    assert all(isinstance(number, int) and number > 0 for number in first[2])


def test_is_alive():
    def program(log):
        thread = Thread(target=lambda: None)
        log.append(thread.is_alive())
        thread.start()
        log.append(thread.is_alive())
        thread.join()
        log.append(thread.is_alive())

    assert outcomes(program) == {(False, True, False), (False, False, False)}


def test_join_with_a_timeout():
    def program(log):
        thread = Thread(target=sleep, args=(2,))
        thread.start()
        thread.join(-1)
        thread.join(1)
        log.append((thread.is_alive(), kernel.now))
        thread.join(5)
        log.append((thread.is_alive(), kernel.now))

    assert outcomes(program) == {((True, 1.0), (False, 2.0))}


def test_whether_a_join_timed_out_may_be_seen_either_way():
    def program(log):
        thread = Thread(target=lambda: None)
        thread.start()
        thread.join(0)
        log.append(thread.is_alive())

    assert outcomes(program) == {(True,), (False,)}


def test_joining_twice_and_by_two():
    def program(log):
        thread = Thread(target=sleep, args=(1,))
        thread.start()
        together(thread.join, thread.join)
        thread.join()
        log.append(kernel.now)

    assert execute(program) == (1.0,)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda thread: thread.join(), "cannot join thread before it is started"),
        (lambda thread: thread.join(1), "cannot join thread before it is started"),
    ],
)
def test_joining_what_another_starts_meanwhile(act, refusal):
    assert _while_another_starts_it(act) == {
        (who, result) for who in ("first", "second") for result in (None, refusal)
    }


def test_making_a_daemon_of_what_another_starts_meanwhile():
    refusal = "cannot set daemon status of active thread"

    def change(thread):
        thread.daemon = False

    assert _while_another_starts_it(change) == {
        (who, result) for who in ("first", "second") for result in (None, refusal)
    }


def _while_another_starts_it(act):
    """Who touched something first, and what came of an act on a thread that another starts thereafter."""

    def program(log):
        place = Place()
        thread = Thread(target=lambda: None)
        order = []

        def starter():
            place.touch()
            order.append("second")
            thread.start()

        def other():
            place.touch()
            order.append("first")
            try:
                result = act(thread)
            except RuntimeError as error:
                result = str(error)
            log.extend((order[0], result))

        together(starter, other)

    return outcomes(program)


def test_joining_each_other():
    def program(log):
        threads = []
        threads += [
            Thread(target=lambda: threads[1].join()),
            Thread(target=lambda: threads[0].join()),
        ]
        for thread in threads:
            thread.start()

    assert execute(program) == (STUCK,)


def test_mistakes():
    def program(log):
        thread = Thread(target=lambda: None)
        with pytest.raises(RuntimeError, match="cannot join thread before it is started"):
            thread.join()
        thread.start()
        with pytest.raises(RuntimeError, match="threads can only be started once"):
            thread.start()
        with pytest.raises(RuntimeError, match="cannot join current thread"):
            functions.current_thread().join()
        with pytest.raises(AssertionError, match="group argument must be None"):
            Thread(1)
        with pytest.raises(OverflowError):
            thread.join(1e20)
        thread.join()
        with pytest.raises(RuntimeError, match="threads can only be started once"):
            thread.start()

    assert execute(program) == ()


def test_a_constructor_that_was_not_called():
    class Forgetful(Thread):
        def __init__(self):
            pass

    def program(log):
        thread = Forgetful()
        for attempt in (thread.start, thread.join, lambda: setattr(thread, "daemon", True)):
            with pytest.raises(RuntimeError, match=r"hread.__init__\(\) not called"):
                attempt()
        for attempt in (
            thread.is_alive,
            lambda: thread.name,
            lambda: thread.daemon,
            lambda: repr(thread),
        ):
            with pytest.raises(AssertionError, match=r"Thread.__init__\(\) (was )?not called"):
                attempt()

    assert execute(program) == ()


def test_repr():
    def program(log):
        thread = Thread(name="bob", daemon=True)
        log.append(repr(thread))
        thread.start()
        log.append(re.sub(r"\d+", "N", repr(thread)))
        thread.join()
        log.append(re.sub(r"\d+", "N", repr(thread)))

    assert execute(program) == (
        "<Thread(bob, initial daemon)>",
        "<Thread(bob, started daemon N)>",
        "<Thread(bob, stopped daemon N)>",
    )


# --- failures ---------------------------------------------------------------------------------------


def failing(log, hook, program):
    """Run with a hook and give the failures that the kernel knows."""
    failures = []
    kernel.on_stop = lambda: failures.extend((t.name, repr(e)) for t, e in kernel.failures)
    try:
        with mock.patch.object(threading, "excepthook", hook):
            kernel.run(program, Scheduler())
    finally:
        kernel.on_stop = None
    return failures


def crash():
    raise ValueError("broken")


def test_an_exception_ends_the_thread_only():
    log = []

    def program():
        thread = Thread(target=crash)
        thread.start()
        thread.join()
        log.append(thread.is_alive())

    hooked = []
    assert failing(log, hooked.append, program) == [("crash", "ValueError('broken')")]
    assert log == [False]
    (args,) = hooked
    assert (args.exc_type, str(args.exc_value), args.thread.name[:6]) == (
        ValueError,
        "broken",
        "Thread",
    )
    assert args.exc_traceback.tb_frame.f_code.co_name == "run"


def test_system_exit_is_silent():
    hooked = []
    assert failing([], hooked.append, lambda: together(sys.exit)) == []
    assert [args.exc_type for args in hooked] == [SystemExit]


def test_the_default_hook_prints(capsys):
    failing([], threading.__excepthook__, lambda: together(crash))
    printed = capsys.readouterr().err
    assert re.match(r"Exception in thread Thread-\d+ \(crash\):\nTraceback", printed)
    assert printed.endswith("ValueError: broken\n")
    assert "treadle" not in printed


def test_a_hook_that_fails_itself(capsys):
    def hook(args):
        raise KeyError("hook")

    assert failing([], hook, lambda: together(crash)) == [("crash", "ValueError('broken')")]
    printed = capsys.readouterr().err
    assert printed.startswith("Exception in threading.excepthook:\nTraceback")
    assert "KeyError: 'hook'" in printed


def test_no_hook(capsys):
    failing([], None, lambda: together(crash))
    assert "ValueError: broken" in capsys.readouterr().err


def test_what_a_dying_thread_raises_is_nobodys_failure():
    def program(log):
        lock = Lock()
        lock.acquire()

        def body():
            try:
                lock.acquire()
            finally:
                raise ValueError("while dying")

        together(body)

    hooked = []
    with mock.patch.object(threading, "excepthook", hooked.append):
        assert execute(program) == (STUCK,)
    assert hooked == []


# --- other worlds -----------------------------------------------------------------------------------


def test_outside_of_executions_it_is_real():
    idents = []
    thread = Thread(target=lambda: idents.append(real.get_ident()), name="bob", daemon=True)
    assert isinstance(thread, threading.Thread)
    assert not thread.is_alive()
    thread.daemon = False
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert idents == [thread.ident]
    assert idents != [real.get_ident()]
    assert repr(thread) == f"<Thread(bob, stopped {thread.ident})>"
    with pytest.raises(RuntimeError, match="threads can only be started once"):
        thread.start()
    with pytest.raises(RuntimeError, match="cannot set daemon status"):
        thread.daemon = True


def test_one_started_outside_can_be_joined_inside():
    thread = Thread(target=lambda: None)
    thread.start()

    def program(log):
        thread.join()
        log.append(thread.is_alive())
        with pytest.raises(RuntimeError, match="threads can only be started once"):
            thread.start()

    assert execute(program) == (False,)


def test_one_made_outside_can_be_started_in_every_execution():
    log = []
    thread = Thread(target=lambda: log.append(functions.current_thread() is thread))

    def program(_):
        log.clear()
        thread.start()
        thread.join()
        log.append(thread.name)
        return tuple(log)

    first = execute(program)
    assert first == execute(program) == (True, thread.name)
    assert repr(thread).endswith(", initial)>")
    log.clear()
    thread.start()
    thread.join()
    assert log == [True]


def test_one_that_escaped():
    escaped = []

    def first(log):
        escaped[:] = [Thread(target=log.append, args=(n,)) for n in range(2)]
        escaped[0].start()

    def second(log):
        log.append(escaped[0].is_alive())
        escaped[0].join()
        with pytest.raises(RuntimeError, match="threads can only be started once"):
            escaped[0].start()

    assert execute(first) == (0,)
    assert execute(second) == (False,)
    assert not escaped[0].is_alive()
    escaped[0].join()
    with pytest.raises(RuntimeError, match="threads can only be started once"):
        escaped[0].start()
    with pytest.raises(RuntimeError, match="cannot join thread before it is started"):
        escaped[1].join()
    escaped[1].start()  # it was never started: a real thread now
    escaped[1].join()
    with pytest.raises(RuntimeError, match=r"Thread.__init__\(\) not called"):
        Thread.__new__(Thread).join()


def test_private_attributes_that_programs_look_at():
    def program(log):
        thread = Thread(target=lambda: None)
        log.append((thread._started.is_set(), thread._is_stopped, thread._stderr is sys.stderr))
        thread.start()
        thread.join()
        log.append((thread._started.is_set(), thread._is_stopped))
        with pytest.raises(AttributeError, match="'Thread' object has no attribute 'nothing'"):
            _ = thread.nothing
        if real.VERSION < (3, 13):
            assert thread._tstate_lock is None

    assert execute(program) == ((False, False, True), (True, True))


def test_what_is_recorded():
    def program():
        thread = Thread(target=sleep, args=(2,))
        thread.is_alive()
        thread.start()
        thread.is_alive()
        thread.join(1)
        thread.join()

    assert recorded(program) == [
        (0, "is-alive", "False"),
        (0, "start", 1),
        (0, "is-alive", "True", 1),
        (0, "joins"),
        (1, "sleeps"),
        (0, "join", "False", 1),
        (0, "joins"),
        (0, "join", "True", 1),
    ]


def test_a_daemon_may_go_on_before_the_program_ends():
    def program(log):
        place = Place()

        def daemon():
            place.touch()
            log.append("daemon")

        def last():
            place.touch()
            log.append("last")

        Thread(target=daemon, daemon=True).start()
        Thread(target=last).start()

    assert outcomes(program) == {("last",), ("last", "daemon"), ("daemon", "last")}


def test_what_a_thread_waits_for_it_does_before():
    def program(log):
        Thread(target=lambda: log.append("thread")).start()
        Thread(target=lambda: log.append("last")).start()

    assert outcomes(program) == {("thread", "last"), ("last", "thread")}


def test_a_thread_that_nobody_knows_any_more_dies():
    def program(log):
        known, unknown = Thread(target=lambda: None), Thread(target=lambda: None)
        for thread in (known, unknown, Thread(target=lambda: None)):
            thread.start()
            thread.join()
        references = [weakref.ref(known), weakref.ref(unknown)]
        del thread, unknown
        gc.collect()
        return [reference() is not None for reference in references]

    assert execute(program) == [True, False]


STARTER = "_start_joinable_thread" if real.VERSION >= (3, 13) else "_start_new_thread"


def test_a_thread_that_cannot_be_started():
    def refuse(*args, **kwargs):
        raise RuntimeError("can't start new thread")

    def program(log):
        thread = Thread(target=log.append, args=("ran",))
        with mock.patch.object(threading, STARTER, refuse):
            with pytest.raises(RuntimeError, match="can't start new thread"):
                thread.start()
        log.append((thread.is_alive(), thread.ident))
        with pytest.raises(RuntimeError, match="cannot join thread before it is started"):
            thread.join()
        thread.start()
        thread.join()

    assert execute(program) == ((False, None), "ran")


@pytest.mark.parametrize("daemon", [False, True])
def test_a_starter_of_the_programs_may_call_the_original(daemon):
    original = (
        handle.start_joinable_thread if real.VERSION >= (3, 13) else low_level.start_new_thread
    )

    def program(log):
        def start(*args, **kwargs):
            log.append("asked")
            return original(*args, **kwargs)

        def body():
            assert thread is functions.current_thread()
            log.append((thread.is_alive(), thread.daemon, kernel.current.is_daemon))

        thread = Thread(target=body, daemon=daemon)
        with mock.patch.object(threading, STARTER, start):
            thread.start()
        with pytest.raises(RuntimeError, match="threads can only be started once"):
            thread.start()
        thread.join()
        log.append(thread.is_alive())

    assert execute(program) == ("asked", (True, daemon, daemon), False)
