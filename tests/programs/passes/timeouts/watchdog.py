"""A watchdog that is cancelled when the work is done in time.

Expect: pass
"""

import threading

alarms = []
watchdog = threading.Timer(10, alarms.append, ("late",))
watchdog.start()
done = threading.Event()
threading.Thread(target=done.set).start()
done.wait()
watchdog.cancel()
watchdog.join()
assert alarms == []
