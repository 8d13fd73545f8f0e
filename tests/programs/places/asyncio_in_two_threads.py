"""Two threads with an event loop each: sleeping in one does not hold the other up.

Prints: a 0, b 0, a 1, b 2, loops differ, none is left
"""

import asyncio
import threading
import time

start = time.monotonic()
lines = []
loops = []


async def work(name, pause):
    loops.append(asyncio.get_running_loop())
    lines.append(f"{name} {round(time.monotonic() - start)}")
    await asyncio.sleep(pause)
    lines.append(f"{name} {round(time.monotonic() - start)}")


def run(name, pause):
    asyncio.run(work(name, pause))


threads = [threading.Thread(target=run, args=pair) for pair in (("a", 1), ("b", 2))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
lines[:2] = sorted(lines[:2])
lines.append("loops differ" if loops[0] is not loops[1] else "one loop")
try:
    asyncio.get_running_loop()
except RuntimeError:
    lines.append("none is left")
print(*lines, sep=", ")
