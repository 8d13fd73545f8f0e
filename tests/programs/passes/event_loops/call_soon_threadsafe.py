"""A thread hands its result to the loop by call_soon_threadsafe.

Expect: pass
"""

import asyncio
import threading


async def main():
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    threading.Thread(target=loop.call_soon_threadsafe, args=(done.set_result, 1)).start()
    return await asyncio.wait_for(done, timeout=60)


assert asyncio.run(main()) == 1
