"""A task that tries in vain, again and again, lets the others run; what it waits for then happens."""

import pytest
from explore import execute

from treadle.engine.kernel import kernel
from treadle.primitives.condition import Condition
from treadle.primitives.event import Event
from treadle.primitives.lock import Lock
from treadle.primitives.queue import Queue
from treadle.primitives.semaphore import Semaphore
from treadle.primitives.simple_queue import SimpleQueue
from treadle.primitives.thread import Thread


def _holding(lock):
    """A lock that the main task holds; how it is tried, and let go."""
    lock.acquire()
    return lambda: lock.acquire(False), lock.release


def _joined():
    thread = Thread(target=lambda: None)

    def join():
        thread.join(0)
        return thread.ident and not thread.is_alive()

    thread.start()
    return join, lambda: None


def _got(queue):
    def get():
        try:
            return queue.get_nowait()
        except Exception:
            return None

    return get, lambda: queue.put(1)


def _counted(queue):
    return queue.qsize, lambda: queue.put(1)


def _put(queue):
    queue.put(0)

    def put():
        try:
            queue.put_nowait(1)
        except Exception:
            return False
        return True

    return put, queue.get


WAYS = {
    "Lock": lambda: _holding(Lock()),
    "Lock with a timeout of no time": lambda: _timed(Lock()),
    "Semaphore": lambda: _holding(Semaphore(1)),
    "locked": lambda: _locked(Lock()),
    "Event": lambda: _event(Event()),
    "Event, waiting for no time": lambda: _event(Event(), 0),
    "Queue": lambda: _got(Queue()),
    "Queue that is full": lambda: _put(Queue(1)),
    "qsize": lambda: _counted(Queue()),
    "SimpleQueue": lambda: _got(SimpleQueue()),
    "Thread": _joined,
}


def _timed(lock):
    lock.acquire()
    return lambda: lock.acquire(True, 0), lock.release


def _locked(lock):
    lock.acquire()
    return lambda: not lock.locked(), lock.release


def _event(event, timeout=None):
    look = event.is_set if timeout is None else lambda: event.wait(timeout)
    return look, event.set


@pytest.mark.parametrize("way", WAYS)
def test_who_tries_in_vain_lets_others_run(way):
    def program(log):
        attempt, help_it = WAYS[way]()

        def spin():
            while not attempt():
                pass
            log.append("done")

        spinner = Thread(target=spin)
        spinner.start()
        Thread(target=help_it).start()
        spinner.join()

    assert execute(program, all_points=False) == ("done",)
    assert kernel.stood_aside <= 1
    assert kernel.operations < 4_000


def test_a_notify_is_progress_although_nobody_waits():
    def program(log):
        condition = Condition()

        def notify():
            for _ in range(3_000):
                with condition:
                    condition.notify()
            log.append("done")

        worker = Thread(target=notify)
        worker.start()
        Thread(target=lambda: log.append("other")).start()
        worker.join()

    assert execute(program, all_points=False) == ("done", "other")
