"""The work may be done at the very moment at which the watchdog barks.

Expect: fail assertion
"""

import threading
import time

alarms = []
watchdog = threading.Timer(1, alarms.append, ("late",))
watchdog.start()
time.sleep(1)
watchdog.cancel()
watchdog.join()
assert alarms == []
