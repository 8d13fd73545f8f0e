"""Programs about ThreadPoolExecutor."""

from outcome_suite.program import program


@program("pool", {(1, 4)})
def map_gives_results_in_order(p):
    pool = p.ThreadPoolExecutor(1)
    results = pool.map(lambda x: x * x, (1, 2))
    pool.shutdown()
    return tuple(results)


@program("pool", {(1, 2)})
def one_worker_works_in_order_of_submission(p):
    with p.ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(p.note, 1)
        pool.submit(p.note, 2)


@program("pool", {(1, 2), (2, 1)}, is_timed=True)
def two_workers_work_in_any_order(p):
    pool = p.ThreadPoolExecutor(max_workers=2)
    pool.submit(p.after(2, p.note, 1))
    p.sleep(1)
    pool.submit(p.after(1, p.note, 2))
    pool.shutdown()


@program("pool", {("ZeroDivisionError", True, 7)})
def exceptions_are_kept_for_who_asks(p):
    pool = p.ThreadPoolExecutor(1)
    bad = pool.submit(lambda: 1 // 0)
    good = pool.submit(lambda: 7)
    pool.shutdown()
    return p.result(bad.result), isinstance(bad.exception(), ZeroDivisionError), good.result()


@program("pool", {("RuntimeError", "done")})
def nothing_is_submitted_after_shutdown(p):
    pool = p.ThreadPoolExecutor(1)
    future = pool.submit(lambda: "done")
    pool.shutdown()
    return p.result(pool.submit, print), future.result()


@program("pool", {("worked", "shut down")})
def shutdown_waits_for_the_workers(p):
    pool = p.ThreadPoolExecutor(1)
    pool.submit(p.note, "worked")
    pool.shutdown(wait=True)
    p.note("shut down")


@program("pool", {("shut down", "worked"), ("worked", "shut down")})
def shutdown_need_not_wait(p):
    pool = p.ThreadPoolExecutor(1)
    future = pool.submit(p.note, "worked")
    pool.shutdown(wait=False)
    p.note("shut down")
    future.result()


@program("pool", {(False, True, True, "CancelledError", "first")}, is_timed=True)
def what_waits_can_be_cancelled_and_what_runs_cannot(p):
    gate = p.Event()
    pool = p.ThreadPoolExecutor(1)
    first = pool.submit(lambda: gate.wait() and "first")
    p.sleep(1)
    second = pool.submit(lambda: "second")
    tried = first.cancel(), second.cancel(), second.cancelled()
    gate.set()
    result = p.result(second.result)
    pool.shutdown()
    return *tried, result, first.result()


@program("pool", {(True, "CancelledError"), (False, "ran")})
def cancel_comes_in_time_or_not(p):
    pool = p.ThreadPoolExecutor(1)
    future = pool.submit(lambda: "ran")
    is_cancelled = future.cancel()
    pool.shutdown()
    return is_cancelled, p.result(future.result)


@program("pool", {("first", True)}, is_timed=True)
def shutdown_may_cancel_what_waits(p):
    pool = p.ThreadPoolExecutor(1)
    first = pool.submit(p.after(2, lambda: "first"))
    second = pool.submit(lambda: "second")
    p.sleep(1)
    pool.shutdown(cancel_futures=True)
    return first.result(), second.cancelled()


@program("pool", {("TimeoutError", 1, "late")}, is_timed=True)
def a_result_that_does_not_come_in_time(p):
    start = p.now()
    with p.ThreadPoolExecutor(1) as pool:
        future = pool.submit(p.after(3, lambda: "late"))
        early = p.result(future.result, timeout=1)
        return early, p.now() - start, future.result()


@program("pool", {("called", "result")})
def callbacks_see_the_result(p):
    with p.ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: "result")
        future.add_done_callback(lambda done: p.notes.append("called"))
    return *p.notes, future.result()


@program("pool", {(1, 1, "quick")}, is_timed=True)
def wait_for_the_first(p):
    pool = p.ThreadPoolExecutor(2)
    slow = pool.submit(p.after(5, lambda: "slow"))
    p.sleep(1)
    quick = pool.submit(p.after(1, lambda: "quick"))
    done, left = p.wait([slow, quick], return_when=p.FIRST_COMPLETED)
    pool.shutdown()
    return len(done), len(left), done.pop().result()


@program("pool", {("done", "done")})
def as_completed_gives_all(p):
    with p.ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(lambda: "done")]
    return *(future.result() for future in p.as_completed(futures)), "done"
