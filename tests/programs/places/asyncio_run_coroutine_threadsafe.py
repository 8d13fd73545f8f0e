"""A thread has a coroutine run in the loop of another thread, and waits for its result.

Prints: 42 in the loop
Search: too large
"""

import asyncio
import threading

ready = threading.Event()
loops = []


async def main():
    global stop
    stop = asyncio.Event()
    loops.append(asyncio.get_running_loop())
    ready.set()
    await stop.wait()


async def answer():
    stop.set()
    place = "in the loop" if asyncio.get_running_loop() is loops[0] else "elsewhere"
    return f"42 {place}"


thread = threading.Thread(target=lambda: asyncio.run(main()))
thread.start()
ready.wait()
future = asyncio.run_coroutine_threadsafe(answer(), loops[0])
print(future.result())
thread.join()
