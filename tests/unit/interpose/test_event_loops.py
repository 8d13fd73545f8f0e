"""Event loops in several threads: each has its own, they wait in virtual time, and nothing is left behind."""

import asyncio
import sys
import threading
import time

import pytest
from running import run, run_everywhere

from treadle.engine.kernel import kernel
from treadle.engine.recorder import Recorder
from treadle.instrument import hooks

pytestmark = pytest.mark.usefixtures("installed")


def in_threads(*functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_each_task_has_a_running_loop_of_its_own():
    def program():
        same = []

        async def main():
            loop = asyncio.get_running_loop()
            for _ in range(3):
                await asyncio.sleep(1)
                same.append(asyncio.get_running_loop() is loop)
                same.append(asyncio.current_task().get_loop() is loop)
                same.append(asyncio.Future().get_loop() is loop)

        def without():
            for _ in range(3):
                time.sleep(1)
                same.append(asyncio._get_running_loop() is None)

        in_threads(lambda: asyncio.run(main()), lambda: asyncio.run(main()), without)
        return all(same), len(same)

    assert run_everywhere(program) == (True, 21)


def test_loops_sleep_in_virtual_time_and_at_the_same_time():
    def program():
        start = time.monotonic()
        in_threads(*[lambda: asyncio.run(asyncio.sleep(1000))] * 2)
        return round(time.monotonic() - start)

    assert run_everywhere(program) == 1000


def test_asynchronous_generators_are_finished_by_their_own_loop():
    def program():
        closed = []

        async def numbers(name):
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(1)
                closed.append(name)

        async def main(name):
            async for _ in numbers(name):
                await asyncio.sleep(1)
                break
            await asyncio.sleep(5)

        in_threads(lambda: asyncio.run(main("a")), lambda: asyncio.run(main("b")))
        return sorted(closed)

    assert run_everywhere(program) == ["a", "b"]


def test_the_loop_of_a_policy_belongs_to_a_thread():
    def program():
        seen = []

        def work():
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            time.sleep(1)
            seen.append(asyncio.get_event_loop_policy().get_event_loop() is loop)
            loop.close()

        in_threads(work, work)
        return seen

    assert run_everywhere(program) == [True, True]


def test_call_soon_threadsafe_wakes_the_loop_and_call_soon_does_not():
    def program(name):
        async def main():
            loop = asyncio.get_running_loop()
            done = loop.create_future()

            def other():
                time.sleep(1)
                getattr(loop, name)(done.set_result, "done")

            threading.Thread(target=other).start()
            return await done

        return lambda: asyncio.run(main())

    assert run_everywhere(program("call_soon_threadsafe")) == "done"
    assert run(program("call_soon")).status == "deadlock"
    assert asyncio._get_running_loop() is None


def test_a_story_says_who_puts_what_into_a_loop():
    recorder = Recorder(lambda frame: True, hooks.MISSING)

    def program():
        async def main():
            done = asyncio.Event()
            loop = asyncio.get_running_loop()
            threading.Thread(target=loop.call_soon_threadsafe, args=(done.set,)).start()
            await done.wait()

        asyncio.run(main())

    assert run(program, recorder=recorder).status == "finished"
    assert [event.value for event in recorder.events if event.action == "put"] == ["Event.set"]


def test_run_coroutine_threadsafe_and_to_thread():
    def program():
        loop = asyncio.new_event_loop()
        server = threading.Thread(target=loop.run_forever)
        server.start()

        async def answer():
            await asyncio.sleep(5)
            return await asyncio.to_thread(lambda: 42)

        future = asyncio.run_coroutine_threadsafe(answer(), loop)
        try:
            return future.result()
        finally:
            asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            server.join()
            loop.close()

    assert run_everywhere(program) == 42


def test_errors_in_callbacks_are_reported_as_ever(caplog):
    def program():
        async def main():
            asyncio.get_running_loop().call_soon(lambda: 1 // 0)
            await asyncio.sleep(1)
            return "goes on"

        return asyncio.run(main())

    assert run(program).returned == "goes on"
    assert "ZeroDivisionError" in caplog.text


def test_an_execution_that_is_given_up_leaves_nothing_behind(caplog):
    def program():
        async def main():
            task = asyncio.ensure_future(asyncio.sleep(1))
            await asyncio.sleep(0)
            lock.acquire()
            await task

        lock = threading.Lock()
        lock.acquire()
        in_threads(lambda: asyncio.run(main()))

    ending = run(program)
    assert (ending.status, ending.failures) == ("deadlock", [])
    assert kernel.on_stint is None
    assert asyncio._get_running_loop() is None
    assert sys.get_asyncgen_hooks() == (None, None)
    assert caplog.text == ""
    assert asyncio.run(asyncio.sleep(0, "outside")) == "outside"


def test_outside_of_executions_loops_are_as_ever():
    async def main():
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        threading.Thread(target=loop.call_soon_threadsafe, args=(done.set,)).start()
        await done.wait()
        return await asyncio.to_thread(lambda: "thread")

    assert asyncio.run(main()) == "thread"
