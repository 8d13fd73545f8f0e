"""The outcomes of small programs on our primitives are those on CPython's own code over our locks.

Ours are found by exhaustive search. CPython's code has several times as many scheduling points, so it is run
under a random walk: it must never do what ours cannot, and must show everything ours can.
"""

import pytest
from explore import execute, outcomes, together
from reference import OURS, THEIRS, Place, sleep

from treadle.schedulers.random_walk import RandomWalk

MAX_WALKS = 20_000
PROGRAMS = []


def program(function):
    PROGRAMS.append(pytest.param(function, id=function.__name__))
    return function


def waiting(condition, log, name, timeout=None):
    def body():
        with condition:
            log.append((name, condition.wait(timeout)))

    return body


# --- conditions -------------------------------------------------------------------------------------


@program
def notify_wakes_in_order_of_arrival(p, log):
    condition = p.Condition()

    def first():
        with condition:
            log.append("1 waits")
            condition.wait()
            log.append("1 woke")

    def second():
        with condition:
            log.append("2 waits")
            condition.wait()
            log.append("2 woke")

    def notifier():
        with condition:
            log.append("notify")
            condition.notify()

    together(first, second, notifier)


@program
def notify_all_wakes_all_that_wait(p, log):
    condition = p.Condition(p.Lock())

    def notifier():
        with condition:
            log.append("notify")
            condition.notify_all()

    together(waiting(condition, log, 1), waiting(condition, log, 2), notifier)


@program
def the_lock_can_be_taken_before_the_woken_task(p, log):
    condition = p.Condition()

    def notifier():
        with condition:
            condition.notify()
        with condition:
            log.append("again")

    together(waiting(condition, log, 1), notifier)


@program
def wait_gives_up_every_level_of_an_rlock(p, log):
    condition = p.Condition(p.RLock())

    def waiter():
        with condition, condition:
            log.append(condition.wait())

    def notifier():
        with condition:
            condition.notify()

    together(waiter, notifier)


@program
def a_timed_out_waiter_and_one_notify(p, log):
    condition = p.Condition(p.Lock())

    def notifier():
        with condition:
            sleep(1)
            condition.notify()

    together(waiting(condition, log, 1, 1), waiting(condition, log, 2), notifier)


@program
def a_waiter_that_has_timed_out_takes_no_later_notify(p, log):
    condition = p.Condition()

    def notifier():
        sleep(2)
        with condition:
            condition.notify()

    together(waiting(condition, log, 1, 1), waiting(condition, log, 2), notifier)


@program
def a_wait_of_no_time(p, log):
    condition = p.Condition()

    def notifier():
        with condition:
            condition.notify()

    together(waiting(condition, log, 1, 0), waiting(condition, log, 2, 0.5), notifier)


@program
def wait_for_a_predicate(p, log):
    condition = p.Condition()
    state = []

    def consumer(name):
        def body():
            with condition:
                condition.wait_for(lambda: state)
                log.append((name, state.pop()))

        return body

    def producer():
        for item in (1, 2):
            with condition:
                state.append(item)
                condition.notify()

    together(consumer("a"), consumer("b"), producer)


@program
def a_condition_over_a_semaphore(p, log):
    condition = p.Condition(p.Semaphore(1))

    def notifier():
        with condition:
            log.append("notify")
            condition.notify()

    together(waiting(condition, log, 1), notifier)


def attempt(log, name, function):
    """Call a function; what it returns, or that it refused, is logged."""
    try:
        log.append((name, function()))
    except RuntimeError as error:
        log.append((name, str(error)))


@program
def notify_by_a_task_that_does_not_hold_the_plain_lock(p, log):
    lock = p.Lock()
    condition = p.Condition(lock)

    def notifier():
        attempt(log, "notify", condition.notify)
        log.append(("free", lock.acquire(False)))

    together(waiting(condition, log, 1, 1), notifier)


@program
def a_look_at_the_plain_lock_takes_it_for_a_moment(p, log):
    lock = p.Lock()
    condition = p.Condition(lock)

    def second():
        log.append(("free", lock.acquire(False)))

    together(lambda: attempt(log, "notify", condition.notify), second)


@program
def wait_by_a_task_that_does_not_hold_the_plain_lock(p, log):
    lock = p.Lock()
    condition = p.Condition(lock)

    def holder():
        lock.acquire()
        attempt(log, "release", lock.release)

    together(holder, lambda: attempt(log, "wait", lambda: condition.wait(0)))


@program
def a_waiter_that_could_not_let_the_lock_go_still_takes_a_notify(p, log):
    lock = p.Lock()
    condition = p.Condition(lock)

    def waiter():
        attempt(log, "wait", lambda: condition.wait(1))
        with condition:
            condition.notify()

    def holder():
        lock.acquire()
        attempt(log, "release", lock.release)

    together(waiter, holder, waiting(condition, log, 3, 1))


# --- events -----------------------------------------------------------------------------------------


@program
def an_event_set_and_cleared(p, log):
    event = p.Event()

    def setter():
        event.set()
        event.clear()

    together(lambda: log.append(event.wait()), setter)


@program
def an_event_with_a_timeout(p, log):
    event = p.Event()
    place = Place()

    def setter():
        sleep(1)
        event.set()
        place.touch()
        log.append("set")

    def waiter():
        is_set = event.wait(1)
        place.touch()  # a wait that gave up may say so after the event was set
        log.append(is_set)

    together(waiter, setter)


@program
def an_event_seen_by_two(p, log):
    event = p.Event()
    place = Place()

    def waiter():
        is_set = event.wait(0)
        place.touch()
        log.append(("wait", is_set))

    def looker():
        place.touch()  # CPython's is_set() only looks at an attribute
        is_set = event.is_set()
        place.touch()
        log.append(("is_set", is_set))

    together(waiter, looker, event.set)


# --- semaphores -------------------------------------------------------------------------------------


def taking(semaphore, log, name, *args, **kwargs):
    return lambda: log.append((name, semaphore.acquire(*args, **kwargs)))


@program
def two_permits_for_three(p, log):
    semaphore = p.Semaphore(2)
    together(*(taking(semaphore, log, name) for name in (1, 2, 3)))


@program
def a_newcomer_may_be_quicker(p, log):
    semaphore = p.Semaphore(0)

    def giver():
        semaphore.release()
        log.append((0, semaphore.acquire(blocking=False)))

    together(taking(semaphore, log, 1), giver)


@program
def permits_one_by_one(p, log):
    semaphore = p.Semaphore(0)

    def giver():
        semaphore.release()
        log.append("given")
        semaphore.release()

    together(taking(semaphore, log, 1), taking(semaphore, log, 2), giver)


@program
def permits_two_at_once(p, log):
    semaphore = p.Semaphore(0)
    together(taking(semaphore, log, 1), taking(semaphore, log, 2), lambda: semaphore.release(2))


@program
def a_semaphore_with_a_timeout(p, log):
    semaphore = p.Semaphore(0)

    def giver():
        sleep(1)
        semaphore.release()

    together(taking(semaphore, log, 1, timeout=1), taking(semaphore, log, 2, timeout=2), giver)


@program
def a_bounded_semaphore_released_too_often(p, log):
    semaphore = p.BoundedSemaphore(1)

    def user():
        semaphore.acquire()
        semaphore.release()

    def giver():
        try:
            semaphore.release()
        except ValueError as error:
            log.append(str(error))

    together(user, giver)


# --- barriers ---------------------------------------------------------------------------------------


def arriving(p, barrier, log, name, *args):
    def body():
        try:
            log.append((name, barrier.wait(*args)))
        except p.BrokenBarrierError:
            log.append((name, "broken"))

    return body


@program
def a_barrier_for_two(p, log):
    barrier = p.Barrier(2, action=lambda: log.append("action"))
    together(arriving(p, barrier, log, 1), arriving(p, barrier, log, 2))


@program
def a_barrier_for_two_and_three_come(p, log):
    barrier = p.Barrier(2)
    together(*(arriving(p, barrier, log, name) for name in (1, 2, 3)))


@program
def a_barrier_aborted(p, log):
    barrier = p.Barrier(2)
    together(arriving(p, barrier, log, 1), arriving(p, barrier, log, 2), barrier.abort)


@program
def a_barrier_reset(p, log):
    barrier = p.Barrier(2)
    together(arriving(p, barrier, log, 1), arriving(p, barrier, log, 2), barrier.reset)


@program
def a_barrier_with_a_timeout(p, log):
    barrier = p.Barrier(2)

    def late():
        sleep(1)
        arriving(p, barrier, log, 2)()

    together(arriving(p, barrier, log, 1, 1), late)


@program
def a_barrier_without_patience(p, log):
    barrier = p.Barrier(2)
    together(arriving(p, barrier, log, 1, 0), arriving(p, barrier, log, 2, 1))


@program
def a_barrier_whose_action_fails(p, log):
    def action():
        raise p.BrokenBarrierError

    barrier = p.Barrier(2, action)
    together(arriving(p, barrier, log, 1), arriving(p, barrier, log, 2))


@program
def a_barrier_used_twice(p, log):
    barrier = p.Barrier(2)

    def body(name):
        def run():
            log.append((name, barrier.wait()))
            log.append((name, barrier.wait()))

        return run

    together(body(1), body(2))


# --- queues -----------------------------------------------------------------------------------------


def getting(p, queue, log, name, *args):
    def body():
        try:
            log.append((name, queue.get(*args)))
        except p.Empty:
            log.append((name, "empty"))

    return body


@program
def two_getters_and_two_items(p, log):
    queue = p.Queue()

    def producer():
        queue.put("a")
        queue.put("b")

    together(getting(p, queue, log, 1), getting(p, queue, log, 2), producer)


@program
def one_item_for_two_getters(p, log):
    queue = p.Queue()
    together(getting(p, queue, log, 1), getting(p, queue, log, 2, False), lambda: queue.put("a"))


@program
def a_bounded_queue(p, log):
    queue = p.Queue(1)

    def producer(item):
        def body():
            queue.put(item)
            log.append(f"put {item}")

        return body

    together(producer("a"), producer("b"), getting(p, queue, log, 1))


@program
def a_bounded_queue_without_patience(p, log):
    queue = p.Queue(1)

    def producer():
        for item in "ab":
            try:
                queue.put(item, timeout=0)
            except p.Full:
                log.append("full")

    together(producer, getting(p, queue, log, 1, False))


@program
def a_getter_with_a_timeout(p, log):
    queue = p.Queue()

    def producer():
        sleep(1)
        queue.put("a")

    together(getting(p, queue, log, 1, True, 1), producer)


@program
def last_in_first_out(p, log):
    queue = p.LifoQueue()
    queue.put("a")
    together(getting(p, queue, log, 1), lambda: queue.put("b"))


@program
def the_smallest_first(p, log):
    queue = p.PriorityQueue()
    queue.put(2)
    together(getting(p, queue, log, 1), lambda: queue.put(1))


@program
def join_waits_for_the_tasks(p, log):
    queue = p.Queue()
    queue.put("a")

    def worker():
        queue.get()
        log.append("worked")
        queue.task_done()

    def joiner():
        queue.join()
        log.append("joined")

    together(worker, joiner)


@program
def join_and_another_put(p, log):
    queue = p.Queue()

    def joiner():
        queue.join()
        log.append("joined")

    def producer():
        queue.put("a")
        queue.get()
        queue.task_done()
        log.append("done")

    together(joiner, producer)


@program
def sizes_seen(p, log):
    queue = p.Queue(1)
    together(
        lambda: log.append((queue.qsize(), queue.full())),
        lambda: queue.put("a"),
    )


@program
def a_program_that_holds_the_mutex(p, log):
    queue = p.Queue()

    def holder():
        with queue.mutex:
            log.append("in")
            sleep(1)
            log.append("out")

    def producer():
        queue.put("a")
        log.append("put")

    together(holder, producer)


@program
def a_program_that_puts_by_hand(p, log):
    queue = p.Queue()

    def by_hand():
        with queue.mutex:
            queue.queue.append("a")
            queue.unfinished_tasks += 1
            queue.not_empty.notify()

    together(getting(p, queue, log, 1), getting(p, queue, log, 2, True, 1), by_hand)


@pytest.mark.parametrize("function", PROGRAMS)
def test_outcomes_are_the_same(function):
    ours = outcomes(lambda log: function(OURS, log))
    theirs = set()
    scheduler = RandomWalk(1)
    for walk in range(MAX_WALKS):
        scheduler.begin()
        outcome = execute(lambda log: function(THEIRS, log), scheduler)
        assert outcome in ours, f"seed {scheduler.seed}"
        theirs.add(outcome)
        if theirs == ours and walk >= 300:
            break
    assert theirs == ours
