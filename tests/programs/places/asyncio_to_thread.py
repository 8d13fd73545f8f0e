"""asyncio.to_thread: what a coroutine does between two awaits is not one step to a thread.

Prints: 1 | 2
Search: too large
"""

import asyncio


class Counter:
    value = 0


def count():
    value = Counter.value
    Counter.value = value + 1


async def main():
    other = asyncio.ensure_future(asyncio.to_thread(count))
    await asyncio.sleep(0)
    count()
    await other


asyncio.run(main())
print(Counter.value)
