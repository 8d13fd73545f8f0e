"""call_soon from another thread does not wake the loop, which sleeps for ever.

Expect: fail deadlock
"""

import asyncio
import threading


async def main():
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    threading.Thread(target=loop.call_soon, args=(done.set_result, 1)).start()
    await done


asyncio.run(main())
