import concurrent.futures
import concurrent.futures.thread
import multiprocessing.dummy
import multiprocessing.pool
import sched
import threading
import time

import pytest
from running import run, run_everywhere

from treadle.interpose.pools import Context, Notifier

pytestmark = pytest.mark.usefixtures("installed")


# --- ThreadPoolExecutor -----------------------------------------------------------------------------


def test_submit_and_map():
    def program():
        with concurrent.futures.ThreadPoolExecutor(3) as executor:
            futures = [executor.submit(pow, 2, n) for n in range(5)]
            return [future.result() for future in futures], list(executor.map(abs, [-1, -2]))

    assert run_everywhere(program) == ([1, 2, 4, 8, 16], [1, 2])


def test_as_completed_and_wait():
    def program():
        with concurrent.futures.ThreadPoolExecutor(2) as executor:
            slow = executor.submit(time.sleep, 2)
            quick = executor.submit(time.sleep, 1)
            first = next(concurrent.futures.as_completed([slow, quick]))
            done, not_done = concurrent.futures.wait([slow, quick], timeout=0.5)
            last = concurrent.futures.wait([slow, quick])
        return first is quick, done == {quick}, not_done == {slow}, last.done == {slow, quick}

    assert run_everywhere(program) == (True, True, True, True)


def test_futures_in_sets_have_the_same_order_in_every_execution():
    kept = []

    def program():
        futures = []
        for _ in range(9):
            kept.append(bytearray(8 * len(kept)))  # so that addresses are others each time
            futures.append(concurrent.futures.Future())
            futures[-1].set_result(len(futures))
        done = concurrent.futures.wait(futures).done
        completed = list(concurrent.futures.as_completed(futures))
        return [f.result() for f in done], [f.result() for f in completed]

    run_everywhere(program)


def test_callbacks_exceptions_initializers_and_timeouts():
    def program():
        log = []
        with concurrent.futures.ThreadPoolExecutor(
            1, initializer=log.append, initargs=("ready",)
        ) as executor:
            future = executor.submit(int, "7")
            future.add_done_callback(lambda done: log.append(done.result()))
            failed = executor.submit(int, "x")
            error = type(failed.exception()).__name__
            with pytest.raises(concurrent.futures.TimeoutError):
                executor.submit(time.sleep, 5).result(timeout=1)
        return log, error

    assert run_everywhere(program) == (["ready", 7], "ValueError")


def test_idle_workers_end_with_the_program():
    def program():
        executor = concurrent.futures.ThreadPoolExecutor(2)
        return executor.submit(abs, -1).result()

    assert run_everywhere(program) == 1


def test_pending_work_is_done_before_the_program_ends():
    log = []

    def program():
        log.clear()
        executor = concurrent.futures.ThreadPoolExecutor(1)
        for n in range(3):
            executor.submit(log.append, n)

    run_everywhere(program)
    assert log == [0, 1, 2]


def test_cancelled_work_is_not():
    def program():
        executor = concurrent.futures.ThreadPoolExecutor(1)
        futures = [executor.submit(time.sleep, 1) for _ in range(3)]
        time.sleep(0.5)
        executor.shutdown(cancel_futures=True)
        return [future.cancelled() for future in futures]

    assert run_everywhere(program) == [False, True, True]


def test_no_futures_after_shutdown():
    def program():
        executor = concurrent.futures.ThreadPoolExecutor(1)
        executor.shutdown()
        with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
            executor.submit(abs, -1)

    run_everywhere(program)


def test_a_worker_that_submits_to_its_own_pool_deadlocks():
    def program():
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            executor.submit(lambda: executor.submit(abs, -1).result()).result()

    assert run(program).status == "deadlock"


def test_names_of_workers_are_the_same_in_every_execution():
    def program():
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            return executor.submit(lambda: threading.current_thread().name).result()

    assert run(program).returned == run(program).returned == "ThreadPoolExecutor-0_0"


def test_an_executor_made_outside_works_in_every_execution():
    executor = concurrent.futures.ThreadPoolExecutor(2)

    def program():
        return [future.result() for future in [executor.submit(abs, -n) for n in range(4)]]

    assert run_everywhere(program) == [0, 1, 2, 3]

    def stopping():
        executor.shutdown()

    run(stopping)
    assert run(program).returned == [0, 1, 2, 3]
    assert executor.submit(abs, -1).result(timeout=10) == 1
    executor.shutdown()


def test_executors_outside_work_on_after_an_execution():
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        assert executor.submit(abs, -1).result(timeout=10) == 1
        run(lambda: concurrent.futures.ThreadPoolExecutor(1).submit(abs, -1).result())
        assert executor.submit(abs, -2).result(timeout=10) == 2
        assert not concurrent.futures.thread._shutdown
        assert set(executor._threads) <= set(concurrent.futures.thread._threads_queues)


# --- ThreadPool -------------------------------------------------------------------------------------


def test_the_thread_pool_of_multiprocessing():
    def program():
        with multiprocessing.pool.ThreadPool(2) as pool:
            return (
                pool.map(abs, [-1, -2, -3]),
                pool.apply(pow, (2, 3)),
                pool.apply_async(pow, (2, 5)).get(timeout=5),
                list(pool.imap(abs, [-4, -5])),
                sorted(pool.imap_unordered(abs, [-6, -7])),
                pool.starmap(pow, [(2, 1), (2, 2)]),
            )

    assert run_everywhere(program) == ([1, 2, 3], 8, 32, [4, 5], [6, 7], [2, 4])


def test_close_and_join():
    def program():
        pool = multiprocessing.pool.ThreadPool(2)
        result = pool.map_async(abs, [-1, -2])
        pool.close()
        pool.join()
        return result.get()

    assert run_everywhere(program) == [1, 2]


def test_exceptions_and_callbacks():
    def program():
        log = []
        with multiprocessing.pool.ThreadPool(1) as pool:
            with pytest.raises(ValueError, match="invalid literal"):
                pool.apply(int, ("x",))
            pool.apply_async(abs, (-1,), callback=log.append).wait()
            pool.apply_async(
                int, ("x",), error_callback=lambda e: log.append(type(e).__name__)
            ).wait()
        return log

    assert run_everywhere(program) == [1, "ValueError"]


def test_a_pool_that_is_forgotten_ends_with_the_program():
    def program():
        pool = multiprocessing.pool.ThreadPool(1)
        result = pool.apply(abs, (-1,))
        pool.terminate()
        return result

    assert run_everywhere(program) == 1


def test_pools_outside_are_real():
    with multiprocessing.pool.ThreadPool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]


def test_the_notifier():
    def program():
        notifier = Context(None).SimpleQueue()
        log = [notifier.wait(0), notifier.wait(1)]
        threading.Timer(1, notifier.put, (None,)).start()
        log.append(notifier.wait(None))
        log.append(notifier._reader is notifier)
        notifier.get()
        notifier.close()
        return log

    assert run_everywhere(program) == [False, False, True, True]
    assert Notifier.kind_name == "pool"
    assert Context(threading).Lock is threading.Lock


def test_processes_that_are_threads():
    def program():
        queue = multiprocessing.dummy.Queue()
        process = multiprocessing.dummy.Process(target=queue.put, args=(1,))
        process.start()
        process.join()
        return queue.get(), process.exitcode

    assert run_everywhere(program) == (1, 0)


# --- sched ------------------------------------------------------------------------------------------


def test_sched():
    def program():
        log = []
        scheduler = sched.scheduler()
        scheduler.enter(2, 1, log.append, ("late",))
        scheduler.enter(1, 1, log.append, ("early",))
        begin = time.monotonic()
        scheduler.run()
        return log, round(time.monotonic() - begin)

    assert run_everywhere(program) == (["early", "late"], 2)


def test_the_main_thread_knows_its_children_in_every_execution():
    def program():
        from multiprocessing import dummy

        process = dummy.Process(target=lambda: None)
        process.start()
        process.join()
        return dummy.active_children()

    assert [run(program).returned for _ in range(3)] == [[], [], []]
