"""Programs about Event, Semaphore and BoundedSemaphore."""

from outcome_suite.program import STUCK, program


@program("event", {(True, True, None)})
def set_lets_all_go(p):
    event = p.Event()
    return p.run(event.wait, event.wait, event.set)


@program("event", {(True, True, True)})
def a_set_event_stays_set(p):
    event = p.Event()
    event.set()
    return event.wait(), event.wait(0), event.is_set()


@program("event", {(True, False, None)}, is_timed=True)
def who_waits_is_let_go_although_the_event_is_cleared_at_once(p):
    event = p.Event()

    def pulse():
        event.set()
        event.clear()

    return p.run(event.wait, p.after(2, event.wait, 1), p.after(1, pulse))


@program("event", {(True, None), (STUCK,)})
def a_pulse_may_be_missed(p):
    event = p.Event()

    def pulse():
        event.set()
        event.clear()

    return p.run(event.wait, pulse)


@program("event", {(False, False, 1)}, is_timed=True)
def a_wait_for_an_event_that_never_comes(p):
    event = p.Event()
    start = p.now()
    (seen,) = p.run(lambda: event.wait(1))
    return seen, event.is_set(), p.now() - start


@program("event", {(True, None), (False, None)}, is_timed=True)
def an_event_at_the_last_moment(p):
    event = p.Event()
    return p.run(lambda: event.wait(1), p.after(1, event.set))


@program("event", {(True,), (False,)})
def set_and_clear_in_either_order(p):
    event = p.Event()
    p.run(event.set, event.clear)
    return (event.is_set(),)


@program("event", {(True, True), (False, True), (False, False)})
def what_was_seen_set_stays_so(p):
    event = p.Event()

    def looker():
        return event.is_set(), event.is_set()

    return p.run(looker, event.set)[0]


@program("event", {(True, None), (False, None)})
def a_wait_of_no_time_is_a_look(p):
    event = p.Event()
    return p.run(lambda: event.wait(0), event.set)


@program("event", {(1, 1, None)})
def what_was_written_before_set_is_seen_after_wait(p):
    event = p.Event()
    box = [0]

    def reader():
        event.wait()
        return box[0]

    def writer():
        box[0] = 1
        event.set()

    return p.run(reader, reader, writer)


@program("event", {("ping", "pong", "ping", "pong")})
def two_events_taking_turns(p):
    ping, pong = p.Event(), p.Event()

    def player(name, mine, yours):
        for _ in range(2):
            mine.wait()
            mine.clear()
            p.note(name)
            yours.set()

    ping.set()
    p.run(lambda: player("ping", ping, pong), lambda: player("pong", pong, ping))


# --- semaphores -------------------------------------------------------------------------------------


@program("semaphore", {(True, True, False), (True, False, True), (False, True, True)})
def two_permits_for_three(p):
    semaphore = p.Semaphore(2)

    def attempt():
        return semaphore.acquire(False)

    return p.run(attempt, attempt, attempt)


@program("semaphore", {(True, True, None, None)})
def every_permit_finds_a_waiter(p):
    semaphore = p.Semaphore(0)
    return p.run(semaphore.acquire, semaphore.acquire, semaphore.release, semaphore.release)


@program("semaphore", {("first", "second")}, is_timed=True)
def release_wakes_who_has_waited_longest(p):
    semaphore = p.Semaphore(0)

    def waiter(name):
        semaphore.acquire()
        p.note(name)

    p.run(
        p.after(1, waiter, "first"),
        p.after(2, waiter, "second"),
        p.after(3, semaphore.release),
        p.after(4, semaphore.release),
    )


@program("semaphore", {("first", "second"), ("second", "first")}, is_timed=True)
def release_of_two_permits_wakes_two(p):
    semaphore = p.Semaphore(0)

    def waiter(name):
        semaphore.acquire()
        p.note(name)

    p.run(
        p.after(1, waiter, "first"), p.after(2, waiter, "second"), p.after(3, semaphore.release, 2)
    )


@program("semaphore", {(True, True, False, None)}, is_timed=True)
def release_of_two_permits_wakes_no_third(p):
    semaphore = p.Semaphore(0)
    return p.run(
        p.after(1, semaphore.acquire),
        p.after(2, semaphore.acquire),
        p.after(3, semaphore.acquire, timeout=9),
        p.after(4, semaphore.release, 2),
    )


@program("semaphore", {(True, False), (True, True)}, is_timed=True)
def who_comes_along_may_take_the_permit_of_the_woken(p):
    semaphore = p.Semaphore(0)

    def giver():
        semaphore.release()
        is_mine = semaphore.acquire(False)
        if is_mine:
            semaphore.release()
        return is_mine

    return p.run(semaphore.acquire, p.after(1, giver))


@program("semaphore", {(False, 1, True)}, is_timed=True)
def a_permit_that_does_not_come_in_time(p):
    semaphore = p.Semaphore(0)
    start = p.now()
    (taken,) = p.run(lambda: semaphore.acquire(timeout=1))
    end = p.now()
    semaphore.release()
    return taken, end - start, semaphore.acquire(timeout=1)


@program("semaphore", {(True, None, False), (False, None, True)}, is_timed=True)
def a_permit_at_the_last_moment(p):
    semaphore = p.Semaphore(0)
    results = p.run(lambda: semaphore.acquire(timeout=1), p.after(1, semaphore.release))
    return *results, semaphore.acquire(False)


@program("semaphore", {(False, True, None)}, is_timed=True)
def who_gave_up_takes_no_permit(p):
    semaphore = p.Semaphore(0)
    return p.run(
        lambda: semaphore.acquire(timeout=1),
        p.after(0.5, semaphore.acquire),
        p.after(2, semaphore.release),
    )


@program("semaphore", {("ValueError", "ValueError", "ValueError", "ValueError", False)})
def arguments_that_semaphores_refuse(p):
    semaphore = p.Semaphore(0)
    return (
        p.result(p.Semaphore, -1),
        p.result(semaphore.release, 0),
        p.result(semaphore.release, n=-1),
        p.result(semaphore.acquire, False, 1),
        semaphore.acquire(False),
    )


@program("semaphore", {(True, True, True, False)})
def a_semaphore_grows(p):
    semaphore = p.Semaphore(1)
    semaphore.release()
    semaphore.release()
    return tuple(semaphore.acquire(blocking=False) for _ in range(4))


@program("semaphore", {("1 in", "1 out", "2 in", "2 out"), ("2 in", "2 out", "1 in", "1 out")})
def one_permit_excludes(p):
    semaphore = p.Semaphore()

    def body(name):
        def run():
            with semaphore:
                p.note(f"{name} in")
                p.note(f"{name} out")

        return run

    p.run(body(1), body(2))


@program("bounded", {("ValueError", True, False)})
def a_bounded_semaphore_does_not_grow(p):
    semaphore = p.BoundedSemaphore(1)
    refused = p.result(semaphore.release)
    return refused, semaphore.acquire(False), semaphore.acquire(False)


@program("bounded", {(None, "ValueError"), ("ValueError", None)})
def a_permit_is_given_back_once(p):
    semaphore = p.BoundedSemaphore(2)
    semaphore.acquire()
    return p.run(semaphore.release, semaphore.release)


@program("bounded", {(None, "ValueError"), ("ValueError", None)})
def a_permit_is_given_back_once_whatever_came_before(p):
    semaphore = p.BoundedSemaphore(2)
    semaphore.acquire()

    def body():
        p.note("before")
        return semaphore.release()

    return p.run(body, body)


@program("bounded", {("ValueError", None, True, True, False)})
def two_permits_are_not_given_back_where_one_is_missing(p):
    semaphore = p.BoundedSemaphore(2)
    semaphore.acquire()
    refused = p.result(semaphore.release, 2)
    given = semaphore.release()
    return refused, given, *(semaphore.acquire(False) for _ in range(3))


@program("bounded", {("first", "second")}, is_timed=True)
def a_bounded_semaphore_wakes_in_order_too(p):
    semaphore = p.BoundedSemaphore(1)
    semaphore.acquire()

    def waiter(name):
        with semaphore:
            p.note(name)
            p.sleep(5)

    p.run(p.after(1, waiter, "first"), p.after(2, waiter, "second"), p.after(3, semaphore.release))
