"""Programs about Condition."""

from outcome_suite.program import STUCK, program


def waiting(p, condition, timeout=None):
    """A body that waits once; gives what ``wait`` gave."""

    def body():
        with condition:
            return condition.wait(timeout)

    return body


def notifying(p, condition, *counts):
    """A body that notifies once for each count, with the lock held throughout."""

    def body():
        with condition:
            for count in counts:
                condition.notify(count)

    return body


@program("condition", {("first", "second")}, is_timed=True)
def notify_wakes_who_has_waited_longest(p):
    condition = p.Condition()

    def waiter(name):
        with condition:
            condition.wait()
            p.note(name)

    p.run(
        p.after(1, waiter, "first"),
        p.after(2, waiter, "second"),
        p.after(3, notifying(p, condition, 1)),
        p.after(4, notifying(p, condition, 1)),
    )


@program("condition", {(False, None)}, is_timed=True)
def a_notify_that_nobody_hears_is_not_remembered(p):
    condition = p.Condition()
    return p.run(p.after(1, waiting(p, condition, 1)), notifying(p, condition, 1, 1))


@program("condition", {(True, None), (STUCK,)})
def a_wait_without_a_predicate_may_come_too_late(p):
    condition = p.Condition(p.Lock())
    return p.run(waiting(p, condition), notifying(p, condition, 1))


@program("condition", {(True, True, False, None)}, is_timed=True)
def notify_two_of_three(p):
    condition = p.Condition()
    return p.run(
        p.after(1, waiting(p, condition)),
        p.after(2, waiting(p, condition)),
        p.after(3, waiting(p, condition, 9)),
        p.after(4, notifying(p, condition, 2)),
    )


@program("condition", {(True, False, None)}, is_timed=True)
def notify_more_than_there_are(p):
    condition = p.Condition()
    return p.run(
        p.after(1, waiting(p, condition)),
        p.after(3, waiting(p, condition, 1)),
        p.after(2, notifying(p, condition, 5)),
    )


@program("condition", {(False, None)}, is_timed=True)
def notify_nobody(p):
    condition = p.Condition()
    return p.run(waiting(p, condition, 2), p.after(1, notifying(p, condition, 0)))


@program("condition", {(True, True, False, None)}, is_timed=True)
def notify_all_wakes_all_that_wait_and_nobody_later(p):
    condition = p.Condition()

    def everybody():
        with condition:
            condition.notify_all()

    return p.run(
        p.after(1, waiting(p, condition)),
        p.after(2, waiting(p, condition, 9)),
        p.after(4, waiting(p, condition, 1)),
        p.after(3, everybody),
    )


@program("condition rlock", {("taken", "notified", True, "held once", "held twice")}, is_timed=True)
def wait_gives_up_every_level_of_an_rlock_and_takes_them_back(p):
    lock = p.RLock()
    condition = p.Condition(lock)

    def deep():
        with lock, lock, lock:
            is_notified = condition.wait()
            p.note("taken" if p.notes == [] else is_notified)
            lock.release()
            p.sleep(2)
            p.note("held twice")
            lock.acquire()

    def notifier():
        with condition:
            p.note("taken")
            condition.notify()
            p.note("notified")
        p.sleep(1)
        p.note("held once" if not lock.acquire(False) else "free")

    p.run(deep, p.after(1, notifier))


@program("condition", {(False, True, None)}, is_timed=True)
def a_waiter_that_has_timed_out_takes_no_later_notify(p):
    condition = p.Condition()
    return p.run(
        waiting(p, condition, 1),
        p.after(0.5, waiting(p, condition, 9)),
        p.after(2, notifying(p, condition, 1)),
    )


@program(
    "condition", {(True, False, None), (False, False, None), (False, True, None)}, is_timed=True
)
def a_notify_at_the_moment_of_a_timeout(p):
    # The notify may come before, after, or while the waiter takes the lock again: then it is wasted.
    condition = p.Condition()
    return p.run(
        waiting(p, condition, 2),
        p.after(1, waiting(p, condition, 9)),
        p.after(2, notifying(p, condition, 1)),
    )


@program("condition", {("RuntimeError", "RuntimeError", "RuntimeError")})
def wait_and_notify_want_the_lock(p):
    condition = p.Condition()
    return p.result(condition.wait), p.result(condition.notify), p.result(condition.notify_all)


@program("condition", {("RuntimeError", "RuntimeError", True)})
def the_lock_of_another_thread_is_not_enough(p):
    condition = p.Condition()
    with condition:
        refused = p.run(condition.wait, condition.notify)
    return *refused, condition.acquire(False)


@program("condition", {("still inside", True)}, is_timed=True)
def the_woken_thread_goes_on_when_the_lock_is_free(p):
    condition = p.Condition()

    def waiter():
        with condition:
            p.note(condition.wait())

    def notifier():
        with condition:
            condition.notify()
            p.note("still inside")

    p.run(waiter, p.after(1, notifier))


@program("condition", {("woken", "again"), ("again", "woken")}, is_timed=True)
def another_may_take_the_lock_before_the_woken_thread(p):
    condition = p.Condition()

    def waiter():
        with condition:
            condition.wait()
            p.note("woken")

    def notifier():
        with condition:
            condition.notify()
        with condition:
            p.note("again")

    p.run(waiter, p.after(1, notifier))


@program("condition", {(False, 1)}, is_timed=True)
def a_wait_with_a_timeout_ends_then(p):
    condition = p.Condition()
    start = p.now()
    (notified,) = p.run(waiting(p, condition, 1))
    return notified, p.now() - start


@program(
    "condition",
    {("waits", "inside", False), ("waits", False, "inside"), ("inside", "waits", False)},
)
def a_wait_of_no_time_gives_the_lock_up_all_the_same(p):
    condition = p.Condition()

    def waiter():
        with condition:
            p.note("waits")
            p.note(condition.wait(0))

    def other():
        with condition:
            p.note("inside")

    p.run(waiter, other)


@program("condition", {(True, None)})
def a_wait_under_the_lock_misses_no_notify(p):
    condition = p.Condition()
    state = []

    def waiter():
        with condition:
            while not state:
                condition.wait()
        return True

    def setter():
        with condition:
            state.append("ready")
            condition.notify()

    return p.run(waiter, setter)


@program("condition", {(True, None)})
def the_same_over_a_plain_lock(p):
    condition = p.Condition(p.Lock())
    state = []

    def waiter():
        with condition:
            while not state:
                condition.wait()
        return True

    def setter():
        with condition:
            state.append("ready")
            condition.notify_all()

    return p.run(waiter, setter)


@program("condition", {("ready", None)})
def wait_for_gives_what_the_predicate_gave(p):
    condition = p.Condition()
    state = []

    def waiter():
        with condition:
            return condition.wait_for(lambda: state and state[0])

    def setter():
        with condition:
            state.append("ready")
            condition.notify()

    return p.run(waiter, setter)


@program("condition", {("", 3, None)}, is_timed=True)
def wait_for_waits_no_longer_than_its_timeout_in_all(p):
    condition = p.Condition()
    start = p.now()

    def waiter():
        with condition:
            return condition.wait_for(lambda: "", timeout=3)

    answer, nothing = p.run(waiter, p.after(2, notifying(p, condition, 1)))
    return answer, p.now() - start, nothing


@program("condition", {(1, 2, None), (2, 1, None)}, is_timed=True)
def wait_for_takes_the_lock_again_each_time(p):
    condition = p.Condition()
    items = []

    def consumer():
        with condition:
            condition.wait_for(lambda: items)
            return items.pop(0)

    def producer():
        for item in (1, 2):
            with condition:
                items.append(item)
                condition.notify()

    return p.run(consumer, consumer, p.after(1, producer))


@program("condition", {(False, True, None)}, is_timed=True)
def two_conditions_over_one_lock(p):
    lock = p.Lock()
    one, other = p.Condition(lock), p.Condition(lock)
    return p.run(
        waiting(p, one, 3), p.after(1, waiting(p, other)), p.after(2, notifying(p, other, 2))
    )


@program("condition", {("took 1", IndexError.__name__, None)}, is_timed=True)
def an_if_where_a_while_is_needed(p):
    condition = p.Condition()
    items = []

    def consumer():
        with condition:
            if not items:
                condition.wait()
            return f"took {items.pop()}"

    def producer():
        with condition:
            items.append(1)
            condition.notify_all()

    results = p.run(consumer, consumer, p.after(1, producer))
    return *sorted(results[:2], reverse=True), None
