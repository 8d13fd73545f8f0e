import pytest
from explore import execute, outcomes, together

from treadle.engine.kernel import kernel
from treadle.engine.site import NOWHERE
from treadle.engine.task import Task
from treadle.primitives.thread import Thread
from treadle.primitives.wait_queue import WaitQueue


def task(number):
    return Task(number, (0, number), None, "", False, NOWHERE)


def test_who_came_first_is_woken_first():
    queue = WaitQueue()
    waiters = [queue.add(task(n)) for n in range(4)]
    assert len(queue) == 4
    assert queue.wake(2) == waiters[:2]
    assert [w.is_woken for w in waiters] == [True, True, False, False]
    assert (len(queue), queue.woken) == (2, waiters[:2])
    assert queue.wake(5) == waiters[2:]
    assert queue.wake(1) == []


def test_who_leaves_is_forgotten_asleep_or_woken():
    queue = WaitQueue()
    first, second, third = (queue.add(task(n)) for n in range(3))
    queue.leave(second)
    queue.wake(1)
    queue.leave(first)
    assert (list(queue.sleepers), queue.woken) == ([third], [])
    with pytest.raises(ValueError):
        queue.leave(first)
    queue.wake(1)
    queue.clear()
    assert (len(queue), queue.woken) == (0, [])


def test_the_woken_go_on_when_they_are_allowed_to():
    def program(log):
        queue = WaitQueue()

        def body():
            waiter = queue.add(kernel.current)
            log.append(kernel.block(None, "waits", 5.0))
            queue.leave(waiter)
            log.append(kernel.now)

        def boss():
            queue.wake(1)
            queue.allow(True)
            queue.allow(False)  # somebody was quicker
            log.append("not yet")
            kernel.block(None, "sleeps", 1.0)
            queue.allow(True)

        Thread(target=body).start()
        thread = Thread(target=boss)
        thread.start()
        thread.join()

    assert execute(program) == ("not yet", True, 1.0)


def test_a_woken_task_that_is_not_allowed_times_out():
    def program(log):
        queue = WaitQueue()

        def body():
            waiter = queue.add(kernel.current)
            log.append(kernel.block(None, "waits", 5.0))
            queue.leave(waiter)

        def boss():
            queue.wake(1)
            queue.allow(False)

        together(body, boss)

    assert outcomes(program) == {(False,)}
