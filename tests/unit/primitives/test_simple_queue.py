import pickle
import queue as their_queue

import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.simple_queue import SimpleQueue


def test_items_of_one_producer_stay_in_order():
    def program(log):
        queue = SimpleQueue()

        def producer():
            queue.put(1)
            queue.put(2)

        together(lambda: log.append((queue.get(), queue.get())), producer)

    assert outcomes(program) == {((1, 2),)}


def test_any_waiting_task_may_get_an_item():
    def program(log):
        queue = SimpleQueue()

        def taker(name, delay):
            def body():
                sleep(delay)
                queue.get()
                log.append(name)

            return body

        def producer():
            sleep(3)
            queue.put("item")

        together(taker("early", 1), taker("late", 2), producer)

    assert outcomes(program) == {("early", STUCK), ("late", STUCK)}


def test_one_item_is_given_once():
    def program(log):
        queue = SimpleQueue()

        def taker():
            log.append(queue.get())

        def trying():
            try:
                log.append(queue.get_nowait())
            except their_queue.Empty:
                log.append("empty")

        together(taker, trying, lambda: queue.put_nowait("item"))

    assert outcomes(program) == {("empty", "item"), ("item", STUCK), ("item", "empty")}


def test_a_timeout():
    def program(log):
        queue = SimpleQueue()
        for timeout in (0, 1.5):
            with pytest.raises(their_queue.Empty):
                queue.get(timeout=timeout)
            log.append(kernel.now)
        with pytest.raises(ValueError, match="'timeout' must be a non-negative number"):
            queue.get(timeout=-1)
        queue.put("item", False, -1)
        log.append((queue.qsize(), queue.empty(), queue.get(False, -1)))

    assert execute(program) == (0.0, 1.5, (1, False, "item"))


def test_outside_of_executions_it_is_real():
    queue = SimpleQueue()
    thread = real.Thread(target=lambda: [queue.put(item) for item in range(3)])
    thread.start()
    assert [queue.get(timeout=10) for _ in range(3)] == [0, 1, 2]
    thread.join()
    assert (queue.qsize(), queue.empty()) == (0, True)
    with pytest.raises(their_queue.Empty):
        queue.get_nowait()
    with pytest.raises(TypeError, match="cannot pickle '_queue.SimpleQueue' object"):
        pickle.dumps(queue)
    assert SimpleQueue[int].__origin__ is SimpleQueue


def test_one_made_outside_is_as_it_was_after_an_execution():
    queue = SimpleQueue()
    queue.put(1)

    def program(log):
        queue.put(2)
        log += [queue.get(), queue.get()]
        together(queue.get)

    assert [execute(program) for _ in range(2)] == [(1, 2, STUCK)] * 2
    assert queue.qsize() == 1
    assert queue.get() == 1


def test_one_that_escaped_keeps_its_items():
    escaped = []

    def first(log):
        escaped.append(SimpleQueue())
        escaped[0].put(1)
        escaped[0].put(2)

    assert execute(first) == ()
    assert execute(lambda log: [escaped[0].get()]) == [1]
    assert escaped[0].get() == 2


def test_what_is_recorded():
    def program():
        queue = SimpleQueue()
        queue.put("a")
        queue.get()
        queue.empty()
        queue.qsize()
        for timeout in (0, 1):
            with pytest.raises(their_queue.Empty):
                queue.get(timeout=timeout)

    assert recorded(program) == [
        (0, "put", "'a'"),
        (0, "get", "'a'"),
        (0, "queue-read", "True", "empty"),
        (0, "queue-read", "0", "qsize"),
        (0, "queue-read", "Empty", "get_nowait"),
        (0, "gets from"),
        (0, "timeout"),
    ]
