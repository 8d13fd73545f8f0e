"""call_soon_threadsafe from two threads: callbacks run in the order in which they were put in.

Prints: a b | b a
"""

import asyncio
import threading

order = []


async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def callback(name):
        order.append(name)
        if len(order) == 2:
            done.set()

    for name in "ab":
        threading.Thread(target=loop.call_soon_threadsafe, args=(callback, name)).start()
    await done.wait()


asyncio.run(main())
print(*order)
