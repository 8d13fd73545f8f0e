import time

import pytest
from running import run, run_everywhere

from treadle.interpose.time import EPOCH, START
from treadle.schedulers.dfs import DepthFirst

pytestmark = pytest.mark.usefixtures("installed")


def test_sleeping_takes_no_time_but_looks_as_if():
    def program():
        begin, wall = time.monotonic(), time.time()
        time.sleep(3600)
        return round(time.monotonic() - begin), round(time.time() - wall)

    begin = time.perf_counter()
    assert run_everywhere(program) == (3600, 3600)
    assert time.perf_counter() - begin < 60


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("time", EPOCH),
        ("monotonic", START),
        ("perf_counter", START),
        ("process_time", START),
        ("thread_time", START),
    ],
)
def test_clocks_start_from_a_constant_and_move(name, start):
    def program():
        read, read_ns = getattr(time, name), getattr(time, f"{name}_ns")
        first, second = read(), read_ns()
        return type(first), type(second), start < first < second / 1e9 < start + 1

    assert run(program).returned == (float, int, True)


def test_the_same_moments_in_every_execution():
    def program():
        return [time.time(), time.monotonic_ns(), time.localtime(), time.ctime()]

    assert run(program).returned == run(program).returned


def test_clocks_by_number():
    def program():
        time.sleep(60)
        with pytest.raises(OSError, match="Invalid argument"):
            time.clock_gettime(12345)
        return (
            round(time.clock_gettime(time.CLOCK_REALTIME)) - EPOCH,
            round(time.clock_gettime(time.CLOCK_MONOTONIC)) - START,
            time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 10**9 - START,
        )

    assert run_everywhere(program) == (60, 60, 60)
    assert time.clock_gettime(time.CLOCK_REALTIME) > EPOCH + 3600


def test_dates():
    def program():
        return (
            time.gmtime()[:5],
            time.strftime("%Y", time.gmtime()),
            time.gmtime(0)[:3],
            time.localtime().tm_year,
            time.asctime()[-4:],
            time.ctime()[-4:],
            time.strftime("%Y"),
        )

    assert run(program).returned == (
        (2023, 11, 14, 22, 13), "2023", (1970, 1, 1), 2023, "2023", "2023", "2023",
    )  # fmt: skip


def test_outside_of_executions_they_are_real():
    year = time.localtime().tm_year
    assert year >= 2024
    assert str(year) == time.strftime("%Y") == time.ctime()[-4:] == time.asctime()[-4:]
    assert time.monotonic_ns() // 10**9 - time.monotonic() < 2
    assert abs(time.time() - time.time_ns() / 1e9) < 60


def test_mistakes():
    def program():
        for wrong, kind in (
            (-1, ValueError),
            ("x", TypeError),
            (float("nan"), ValueError),
            (1e20, OverflowError),
        ):
            with pytest.raises(kind):
                time.sleep(wrong)
        with pytest.raises(ValueError, match="sleep length must be non-negative"):
            time.sleep(-0.5)

    run_everywhere(program)
    with pytest.raises(ValueError, match="sleep length must be non-negative"):
        time.sleep(-1)


def test_a_clock_does_not_turn_into_a_method():
    class Watch:
        now = time.monotonic
        sleep = time.sleep

    def program():
        Watch().sleep(1)
        return round(Watch().now())

    assert run(program).returned == START + 1
    assert time.monotonic.__name__ == "monotonic"


# --- five idioms ------------------------------------------------------------------------------------


def thread(target):
    import threading

    made = threading.Thread(target=target)
    made.start()
    return made


def test_waiting_long_enough_is_enough():
    def program():
        flag = []
        thread(lambda: flag.append(1))
        time.sleep(1000)
        return flag

    assert run_everywhere(program) == [1]


def test_polling_a_thread_that_loops():
    def program():
        state = {"running": True, "done": False}

        def service():
            while state["running"]:
                state["done"] = True
                time.sleep(0)

        worker = thread(service)
        while not state["done"]:
            time.sleep(1)
        state["running"] = False
        worker.join()
        return state

    assert run_everywhere(program) == {"running": False, "done": True}


def test_a_true_livelock_is_one():
    from treadle.engine.kernel import kernel

    def program():
        state = {"running": True, "done": False}

        def service():
            while state["running"]:
                time.sleep(0)
            state["done"] = True

        worker = thread(service)
        while not state["done"]:
            time.sleep(1)
        state["running"] = False
        worker.join()

    kernel.max_operations, before = 5000, kernel.max_operations
    try:
        assert run(program).status == "step-limit"
    finally:
        kernel.max_operations = before


def test_the_earlier_deadline_comes_first():
    import threading

    def program():
        event, flag = threading.Event(), []
        thread(lambda: flag.append(event.wait(0.001)))
        time.sleep(1000)
        return flag

    assert run_everywhere(program) == [False]


def test_polling_until_a_deadline():
    def program():
        begin = time.monotonic()
        while True:
            if time.monotonic() - begin > 5:
                return "timed out"

    assert run_everywhere(program) == "timed out"


def test_sleep_of_no_time_lets_others_go_on_step_by_step():
    import threading

    def program():
        lock, seen = threading.Lock(), []

        def worker():
            for n in range(3):
                with lock:
                    seen.append(n)

        worker = thread(worker)
        time.sleep(0)
        with lock:
            count = len(seen)
        worker.join()
        return count

    scheduler, found = DepthFirst(2), set()
    while scheduler.begin():
        from treadle.engine.kernel import kernel
        from treadle.interpose.program import MainBody

        body = MainBody(program)
        kernel.all_points = True
        kernel.run(body, scheduler)
        kernel.all_points = False
        found.add(body.returned)
    assert found == {0, 1, 2, 3}
