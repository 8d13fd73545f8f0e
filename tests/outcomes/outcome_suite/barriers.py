"""Programs about Barrier."""

from outcome_suite.program import STUCK, program

BROKEN = "BrokenBarrierError"


@program("barrier", {(0, 1), (1, 0)})
def two_meet_and_have_different_numbers(p):
    barrier = p.Barrier(2)
    return p.run(barrier.wait, barrier.wait)


@program("barrier", {(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)})
def three_meet_and_have_different_numbers(p):
    barrier = p.Barrier(3)
    return p.run(barrier.wait, barrier.wait, barrier.wait)


@program("barrier", {(0, 0, 1)})
def a_barrier_for_one_holds_nobody_up(p):
    barrier = p.Barrier(1)
    return barrier.wait(), barrier.wait(), barrier.parties


@program("barrier", {("action", 1, 2), ("action", 2, 1)})
def the_action_comes_before_anybody_goes_on(p):
    barrier = p.Barrier(2, action=lambda: p.note("action"))

    def body(name):
        def run():
            barrier.wait()
            p.note(name)

        return run

    p.run(body(1), body(2))


@program("barrier", {("ZeroDivisionError", BROKEN, True), (BROKEN, "ZeroDivisionError", True)})
def an_action_that_fails_breaks_the_barrier(p):
    barrier = p.Barrier(2, lambda: 1 // 0)
    return *p.run(barrier.wait, barrier.wait), barrier.broken


@program("barrier", {(BROKEN, None, True, BROKEN)}, is_timed=True)
def abort_breaks_the_barrier_for_those_that_wait_and_those_that_come(p):
    barrier = p.Barrier(2)
    return *p.run(barrier.wait, p.after(1, barrier.abort)), barrier.broken, p.result(barrier.wait)


@program("barrier", {(BROKEN, None, False, 0)}, is_timed=True)
def reset_sends_those_that_wait_away_and_leaves_the_barrier_whole(p):
    barrier = p.Barrier(2)
    first = p.run(barrier.wait, p.after(1, barrier.reset))
    return *first, barrier.broken, min(p.run(barrier.wait, barrier.wait))


@program("barrier", {(True, False, 0, 1), (True, False, 1, 0)})
def reset_mends_a_broken_barrier(p):
    barrier = p.Barrier(2)
    barrier.abort()
    broken = barrier.broken
    barrier.reset()
    return broken, barrier.broken, *p.run(barrier.wait, barrier.wait)


@program("barrier", {(BROKEN, 1, BROKEN)}, is_timed=True)
def a_timeout_breaks_the_barrier(p):
    barrier = p.Barrier(2)
    start = p.now()
    (first,) = p.run(lambda: barrier.wait(1))
    return first, p.now() - start, p.result(barrier.wait)


@program("barrier", {(BROKEN, True)}, is_timed=True)
def the_barrier_has_a_timeout_of_its_own(p):
    barrier = p.Barrier(2, timeout=1)
    return *p.run(barrier.wait), barrier.broken


@program("barrier", {(0, 1), (BROKEN, BROKEN)}, is_timed=True)
def the_other_comes_at_the_last_moment(p):
    barrier = p.Barrier(2)
    return p.run(lambda: barrier.wait(1), p.after(1, barrier.wait))


@program("barrier", {((a, b), (1 - a, 1 - b)) for a in (0, 1) for b in (0, 1)})
def a_barrier_used_twice(p):
    barrier = p.Barrier(2)

    def body():
        return barrier.wait(), barrier.wait()

    return p.run(body, body)


@program("barrier", {(1, 0, 2)}, is_timed=True)
def how_many_wait(p):
    barrier = p.Barrier(2)
    thread = p.Thread(target=barrier.wait)
    thread.start()
    p.sleep(1)
    before = barrier.n_waiting
    barrier.wait()
    thread.join()
    return before, barrier.n_waiting, barrier.parties


@program("barrier", {(STUCK, "through", "through")})
def the_third_of_a_barrier_for_two_waits_on(p):
    barrier = p.Barrier(2)

    def body():
        barrier.wait()
        p.note("through")

    p.run(body, body, body)


@program(
    "barrier",
    {(0, 1, None), (1, 0, None), (BROKEN, BROKEN, None), (BROKEN, 1, None), (1, BROKEN, None)},
)
def abort_while_two_meet(p):
    # Who came first is still at the barrier, and broken off, when the last has gone already.
    barrier = p.Barrier(2)
    return p.run(barrier.wait, barrier.wait, barrier.abort)


@program("barrier", {(BROKEN, BROKEN, 0, 1, 2)}, is_timed=True)
def a_round_after_a_reset(p):
    barrier = p.Barrier(3)
    first = p.run(barrier.wait, barrier.wait, p.after(1, barrier.reset))
    return *first[:2], *sorted(
        p.run(barrier.wait, p.after(1, barrier.wait), p.after(2, barrier.wait))
    )


@program("barrier", {(True, True)})
def what_was_written_before_is_seen_after(p):
    barrier = p.Barrier(2)
    box = {}

    def body(mine, yours):
        def run():
            box[mine] = True
            barrier.wait()
            return box.get(yours)

        return run

    return p.run(body("x", "y"), body("y", "x"))
