from explore import execute, outcomes
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.thread import Thread
from treadle.primitives.timer import Timer


def test_it_calls_its_function_when_the_time_has_come():
    def program(log):
        timer = Timer(
            2, lambda *args, **kwargs: log.append((kernel.now, args, kwargs)), (1,), {"a": 2}
        )
        timer.start()
        timer.join()

    assert execute(program) == ((2.0, (1,), {"a": 2}),)


def test_not_when_it_is_cancelled_before():
    def program(log):
        timer = Timer(2, log.append, ("called",))
        timer.start()
        sleep(1)
        timer.cancel()
        timer.join()
        log.append(kernel.now)

    assert outcomes(program) == {(1.0,)}


def test_cancelled_at_the_last_moment():
    def program(log):
        timer = Timer(2, log.append, ("called",))
        timer.start()
        sleep(2)
        timer.cancel()
        timer.join()

    assert outcomes(program) == {("called",), ()}


def test_what_it_is():
    timer = Timer(0.001, int)
    assert isinstance(timer, Thread)
    assert isinstance(timer, real.Timer)
    assert (timer.args, timer.kwargs) == ([], {})
    timer.start()
    timer.join()
    assert timer.finished.is_set()


def test_reports_call_it_after_its_function():
    names = []

    def beep():
        pass

    def program(log):
        Timer(1, beep).start()
        names.extend(task.name for task in kernel.tasks)

    execute(program)
    assert names == ["main", "beep"]
