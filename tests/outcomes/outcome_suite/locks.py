"""Programs about Lock and RLock."""

from outcome_suite.program import STUCK, program


@program("lock", {("RuntimeError", False)})
def release_of_an_unlocked_lock_is_refused(p):
    lock = p.Lock()
    return p.result(lock.release), lock.locked()


@program("lock", {("RuntimeError", None), (None, "RuntimeError")})
def a_lock_taken_once_is_released_once(p):
    lock = p.Lock()
    lock.acquire()
    return p.run(lock.release, lock.release)


@program("lock", {(None, False, True)})
def any_thread_may_release_a_lock(p):
    lock = p.Lock()
    lock.acquire()
    (released,) = p.run(lock.release)
    return released, lock.locked(), lock.acquire(False)


@program("rlock", {("RuntimeError", False, None, True)})
def only_its_owner_may_release_an_rlock(p):
    lock = p.RLock()
    lock.acquire()
    (refused,) = p.run(lock.release)
    (is_free,) = p.run(lambda: lock.acquire(False))
    released = lock.release()
    return refused, is_free, released, *p.run(lambda: lock.acquire(False))


@program("rlock", {("RuntimeError", None, "RuntimeError")})
def release_of_an_unlocked_rlock_is_refused(p):
    lock = p.RLock()
    first = p.result(lock.release)
    lock.acquire()
    return first, p.result(lock.release), p.result(lock.release)


@program("lock", {(True, False), (False, True)})
def one_of_two_takes_a_lock(p):
    lock = p.Lock()
    return p.run(lambda: lock.acquire(False), lambda: lock.acquire(blocking=False))


@program("rlock", {(True, False), (False, True)})
def one_of_two_takes_an_rlock(p):
    lock = p.RLock()
    return p.run(lambda: lock.acquire(False), lambda: lock.acquire(blocking=False))


@program("lock", {(True, True), (True, False), (False, True)})
def a_try_meets_a_lock_that_is_taken_for_a_while(p):
    lock = p.Lock()

    def attempt():
        is_mine = lock.acquire(False)
        if is_mine:
            lock.release()
        return is_mine

    return p.run(attempt, attempt)


@program("lock", {("1 in", "1 out", "2 in", "2 out"), ("2 in", "2 out", "1 in", "1 out")})
def a_lock_excludes(p):
    lock = p.Lock()

    def body(name):
        def run():
            with lock:
                p.note(f"{name} in")
                p.note(f"{name} out")

        return run

    p.run(body(1), body(2))


@program("rlock", {("1 in", "1 out", "2 in", "2 out"), ("2 in", "2 out", "1 in", "1 out")})
def an_rlock_excludes_until_it_was_released_as_often_as_taken(p):
    lock = p.RLock()

    def body(name):
        def run():
            lock.acquire()
            lock.acquire()
            p.note(f"{name} in")
            lock.release()
            p.note(f"{name} out")
            lock.release()

        return run

    p.run(body(1), body(2))


@program("lock", {("first", "second"), ("second", "first")}, is_timed=True)
def which_waiter_gets_a_lock_is_not_defined(p):
    lock = p.Lock()
    lock.acquire()

    def waiter(name):
        with lock:
            p.note(name)

    p.run(p.after(1, waiter, "first"), p.after(2, waiter, "second"), p.after(3, lock.release))


@program("lock", {(False, 1)}, is_timed=True)
def a_lock_that_nobody_releases_in_time(p):
    lock = p.Lock()
    lock.acquire()
    start = p.now()
    (taken,) = p.run(lambda: lock.acquire(timeout=1))
    return taken, p.now() - start


@program("lock", {(True, None)}, is_timed=True)
def a_lock_that_is_released_in_time(p):
    lock = p.Lock()
    lock.acquire()
    return p.run(lambda: lock.acquire(timeout=2), p.after(1, lock.release))


@program("lock", {(True, None), (False, None)}, is_timed=True)
def a_lock_that_is_released_at_the_last_moment(p):
    lock = p.Lock()
    lock.acquire()
    return p.run(lambda: lock.acquire(timeout=1), p.after(1, lock.release))


@program("rlock", {(False, True)}, is_timed=True)
def an_rlock_with_a_timeout(p):
    lock = p.RLock()
    lock.acquire()
    (early,) = p.run(lambda: lock.acquire(timeout=1))
    thread = p.Thread(target=lambda: p.note(lock.acquire(timeout=2)))
    thread.start()
    p.sleep(1)
    lock.release()
    thread.join()
    return early, *p.notes


@program("lock", {("ValueError", "ValueError", "ValueError", False)})
def arguments_that_acquire_refuses(p):
    lock = p.Lock()
    return (
        p.result(lock.acquire, False, 1),
        p.result(lock.acquire, True, -2),
        p.result(lock.acquire, timeout=-0.5),
        lock.locked(),
    )


@program("rlock", {(True, (False,), (False,), (True,))})
def an_rlock_is_free_after_the_last_release(p):
    lock = p.RLock()
    lock.acquire()
    again = lock.acquire(False)
    first = p.run(lambda: lock.acquire(False))
    lock.release()
    second = p.run(lambda: lock.acquire(False))
    lock.release()
    return again, first, second, p.run(lambda: lock.acquire(False))


@program("lock", {(None, None), (STUCK,)})
def two_locks_in_opposite_order(p):
    one, other = p.Lock(), p.Lock()

    def body(first, second):
        def run():
            with first, second:
                pass

        return run

    return p.run(body(one, other), body(other, one))


@program("lock", {(STUCK, True)})
def a_lock_taken_twice_by_one_thread(p):
    lock = p.Lock()
    p.note(lock.acquire())
    lock.acquire()


@program("rlock", {(True, True, True)})
def an_rlock_taken_thrice_by_one_thread(p):
    lock = p.RLock()
    return lock.acquire(), lock.acquire(timeout=1), lock.acquire(False)


@program("lock", {(None, True), (None, False)})
def locked_is_only_a_look(p):
    lock = p.Lock()

    def user():
        with lock:
            pass

    return p.run(user, lock.locked)


@program("lock", {("ZeroDivisionError", False)})
def a_with_statement_releases_after_an_exception(p):
    lock = p.Lock()

    def body():
        with lock:
            return 1 // 0

    return p.result(body), lock.locked()
