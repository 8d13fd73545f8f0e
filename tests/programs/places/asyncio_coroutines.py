"""Coroutines of one loop beside another thread: they do not interfere with each other, but with the thread.

Prints: 1 | 2 | 3
"""

import asyncio
import threading


class Counter:
    value = 0


def count():
    value = Counter.value
    Counter.value = value + 1


async def coroutine():
    count()


async def main():
    await asyncio.gather(coroutine(), coroutine())


thread = threading.Thread(target=count)
thread.start()
asyncio.run(main())
thread.join()
print(Counter.value)
