import queue as their_queue

import pytest
from explore import STUCK, execute, outcomes, recorded, together
from reference import Place, sleep

from treadle.engine.kernel import kernel
from treadle.primitives import real
from treadle.primitives.event import Event
from treadle.primitives.queue import Empty, Full, LifoQueue, PriorityQueue, Queue


def test_items_of_one_producer_stay_in_order():
    def program(log):
        queue = Queue()

        def consumer():
            log.append(queue.get())
            log.append(queue.get())

        def producer():
            queue.put(1)
            queue.put(2)

        together(consumer, producer)

    assert outcomes(program) == {(1, 2)}


def test_items_of_two_producers_mix():
    def program(log):
        queue = Queue()
        together(lambda: queue.put(1), lambda: queue.put(2))
        log += [queue.get(), queue.get()]

    assert outcomes(program) == {(1, 2), (2, 1)}


@pytest.mark.parametrize(
    ("kind", "expected"), [(Queue, (2, 3, 1)), (LifoQueue, (1, 3, 2)), (PriorityQueue, (1, 2, 3))]
)
def test_the_order_of_items(kind, expected):
    def program(log):
        queue = kind()
        for item in (2, 3, 1):
            queue.put(item)
        log += [queue.get() for _ in range(3)]

    assert execute(program) == expected


def test_a_consumer_that_never_ends():
    def program(log):
        queue = Queue()

        def consumer():
            while True:
                log.append(queue.get())

        together(consumer, lambda: queue.put("item"))

    assert outcomes(program) == {("item", STUCK)}


def test_a_bounded_queue_keeps_producers_waiting():
    def program(log):
        queue = Queue(1)

        def producer():
            for item in range(3):
                queue.put(item)
                log.append(f"put {item}")

        def consumer():
            for _ in range(3):
                log.append(f"get {queue.get()}")

        together(producer, consumer)

    for outcome in outcomes(program):
        ahead = 0
        for entry in outcome:
            ahead += 1 if entry.startswith("put") else -1
            assert -1 <= ahead <= 2


def test_full_and_empty():
    def program(log):
        queue = Queue(1)
        for attempt in (queue.get_nowait, lambda: queue.get(timeout=0)):
            with pytest.raises(their_queue.Empty):
                attempt()
        queue.put(1)
        for attempt in (lambda: queue.put_nowait(2), lambda: queue.put(2, timeout=0)):
            with pytest.raises(their_queue.Full):
                attempt()
        log.append((queue.qsize(), queue.full(), queue.empty(), kernel.now))

    assert execute(program) == ((1, True, False, 0.0),)
    assert (Empty, Full) == (their_queue.Empty, their_queue.Full)


def test_whether_it_is_empty_may_be_out_of_date():
    def program(log):
        queue = Queue()
        queue.put("item")

        def careful():
            if not queue.empty():
                try:
                    log.append(queue.get_nowait())
                except Empty:
                    log.append("gone")

        together(careful, queue.get_nowait)

    assert outcomes(program) == {(), ("gone",), ("Empty",)}


def test_timeouts():
    def program(log):
        queue = Queue(1)
        with pytest.raises(Empty):
            queue.get(timeout=1)
        log.append(kernel.now)
        queue.put(1)
        with pytest.raises(Full):
            queue.put(2, timeout=1)
        log.append(kernel.now)

    assert execute(program) == (1.0, 2.0)


def test_bad_timeouts():
    def program(log):
        queue = Queue(1)
        with pytest.raises(ValueError, match="'timeout' must be a non-negative number"):
            queue.get(timeout=-1)
        with pytest.raises(ValueError, match="'timeout' must be a non-negative number"):
            queue.put(1, timeout=-1)
        Queue().put(1, timeout=-1)  # an unbounded queue does not look at it

    assert execute(program) == ()


def test_join_waits_for_every_task():
    def program(log):
        queue = Queue()
        for item in range(2):
            queue.put(item)

        def worker():
            for _ in range(2):
                queue.get()
                log.append("done")
                queue.task_done()

        def boss():
            queue.join()
            log.append("joined")

        together(worker, boss)

    assert outcomes(program) == {("done", "done", "joined")}


def test_join_of_tasks_that_nobody_does():
    def program(log):
        queue = Queue()
        queue.put(1)
        together(queue.join, queue.get)

    assert outcomes(program) == {(STUCK,)}


def test_join_and_put_conflict():
    def program(log):
        queue, event = Queue(), Event()

        def boss():
            event.wait()
            queue.join()
            log.append("joined")

        def late():
            event.set()
            queue.put(1)

        together(boss, late)

    assert outcomes(program) == {("joined",), (STUCK,)}


def test_too_many_task_done():
    def program(log):
        with pytest.raises(ValueError, match=r"task_done\(\) called too many times"):
            Queue().task_done()

    assert execute(program) == ()


@pytest.mark.skipif(real.ShutDown is None, reason="new in Python 3.13")
class TestShutdown:
    def test_getters_and_putters_are_told(self):
        def program(log):
            queue = Queue(1)

            def taking():
                try:
                    log.append(queue.get())
                except their_queue.ShutDown:
                    log.append("no more")

            together(taking, queue.shutdown)

        assert outcomes(program) == {("no more",)}

    def test_what_is_in_it_may_still_be_taken(self):
        def program(log):
            queue = Queue()
            queue.put(1)
            queue.shutdown()
            log.append(queue.get())
            with pytest.raises(their_queue.ShutDown):
                queue.get()
            with pytest.raises(their_queue.ShutDown):
                queue.put(1)

        assert execute(program) == (1,)

    def test_not_so_if_it_is_immediate(self):
        def program(log):
            queue = Queue(1)
            queue.put(1)

            def boss():
                queue.join()
                log.append("joined")

            def putting():
                try:
                    queue.put(2)
                except their_queue.ShutDown:
                    log.append("refused")

            def stop():
                sleep(1)
                queue.shutdown(immediate=True)

            together(boss, putting, stop)

        assert outcomes(program) == {("joined", "refused"), ("refused", "joined")}


class Distinct(Queue):
    """A queue that drops what it has already: the example of many recipes."""

    def _init(self, maxsize):
        self.queue = []

    def _put(self, item):
        place.touch()
        if item not in self.queue:
            self.queue.append(item)

    def _get(self):
        place.touch()
        return self.queue.pop()


place = Place()


def test_a_program_may_say_how_items_are_kept():
    def program(log):
        queue = Distinct()

        def consumer():
            log.append(queue.get())

        def producer():
            queue.put("a")
            queue.put("a")

        together(consumer, producer)
        log.append(queue.qsize())

    assert outcomes(program) == {("a", 0), ("a", 1)}


def test_nobody_else_gets_into_such_a_method():
    def program(log):
        inside = []

        class Watched(Queue):
            def _put(self, item):
                inside.append(item)
                place.touch()
                log.append(len(inside))
                inside.clear()
                super()._put(item)

        queue = Watched()
        together(lambda: queue.put(1), lambda: queue.put(2), lambda: queue.put(3))

    assert outcomes(program) == {(1, 1, 1)}


def test_comparing_items_may_switch_too():
    class Item:
        def __init__(self, rank):
            self.rank = rank

        def __lt__(self, other):
            place.touch()
            return self.rank < other.rank

    def program(log):
        queue = PriorityQueue()
        queue.put(Item(2))
        together(lambda: queue.put(Item(1)), lambda: queue.put(Item(3)))
        log += [queue.get().rank for _ in range(3)]

    assert outcomes(program) == {(1, 2, 3)}


def test_holding_the_mutex_keeps_everybody_out():
    def program(log):
        queue = Queue()

        def holder():
            with queue.mutex:
                log.append("in")
                place.touch()
                log.append("out")

        def user():
            queue.put(1)
            log.append("put")

        def other():
            place.touch()
            log.append(queue.qsize())

        together(holder, user, other)

    for outcome in outcomes(program):
        assert outcome.index("out") == outcome.index("in") + 1


def test_without_the_mutex_they_get_in():
    def program(log):
        queue = Queue()

        def holder():
            place.touch()
            log.append("in")
            place.touch()
            log.append("out")

        def user():
            queue.put(1)
            log.append("put")

        together(holder, user)

    assert ("in", "put", "out") in outcomes(program, all_points=True)


def test_emptying_it_by_hand():
    def program(log):
        queue = Queue(1)
        queue.put(1)

        def by_hand():
            with queue.mutex:
                queue.queue.clear()
                queue.unfinished_tasks = 0
                queue.not_full.notify_all()
                queue.all_tasks_done.notify_all()

        def producer():
            queue.put(2)
            log.append("put")

        together(by_hand, producer)

    assert outcomes(program) == {("put",)}


def test_waiting_on_its_conditions():
    def program(log):
        queue = Queue()

        def watcher():
            with queue.not_empty:
                while not queue.queue:
                    queue.not_empty.wait()
                log.append("there is something")

        together(watcher, lambda: queue.put(1))

    assert outcomes(program) == {("there is something",)}


def test_outside_of_executions_it_is_real():
    queue = Queue(1)
    thread = real.Thread(target=lambda: [queue.put(item) for item in range(3)])
    thread.start()
    assert [queue.get(timeout=10) for _ in range(3)] == [0, 1, 2]
    thread.join()
    for _ in range(3):
        queue.task_done()
    queue.join()
    assert (queue.qsize(), queue.empty(), queue.full()) == (0, True, False)
    with pytest.raises(Empty):
        queue.get_nowait()


@pytest.mark.parametrize("kind", [Queue, LifoQueue, PriorityQueue])
def test_one_made_outside_is_as_it_was_after_an_execution(kind):
    queue = kind()
    queue.put(1)

    def program(log):
        queue.put(2)
        log += [queue.get() + queue.get(), queue.unfinished_tasks]
        together(queue.get, queue.join)

    assert [execute(program) for _ in range(2)] == [(3, 2, STUCK)] * 2
    assert (queue.qsize(), queue.unfinished_tasks) == (1, 1)
    assert queue.get_nowait() == 1


def test_the_mutex_of_one_made_outside_is_free_again_too():
    queue = Distinct()

    def stuck(log):
        with queue.mutex:
            together(queue.get)

    def clean(log):
        queue.put(1)
        log.append(queue.get())

    assert execute(stuck) == (STUCK,)
    assert execute(clean) == (1,)


def test_one_that_escaped_forgets_who_waited():
    escaped = []

    def first(log):
        escaped.append(Queue())
        together(escaped[0].get)

    def second(log):
        escaped[0].put(1)
        log.append(escaped[0].get())

    assert execute(first) == (STUCK,)
    assert execute(second) == (1,)


def test_types_of_items():
    assert Queue[int].__origin__ is Queue


def test_what_is_recorded():
    def program():
        queue = Queue(1)
        queue.put("a")
        with pytest.raises(Full):
            queue.put("b", block=False)
        with pytest.raises(Full):
            queue.put("b", timeout=1)
        queue.get()
        queue.task_done()
        queue.join()
        queue.qsize()
        with pytest.raises(Empty):
            queue.get_nowait()

    assert recorded(program) == [
        (0, "put", "'a'"),
        (0, "queue-read", "Full", "put_nowait"),
        (0, "puts into"),
        (0, "timeout"),
        (0, "get", "'a'"),
        (0, "task-done"),
        (0, "queue-join"),
        (0, "queue-read", "0", "qsize"),
        (0, "queue-read", "Empty", "get_nowait"),
    ]
