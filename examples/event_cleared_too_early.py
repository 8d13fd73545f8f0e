"""An event is cleared before its waiter has come.

The server announces that it is ready and clears the event at once, for the next time. A client
that waits already is woken; one that comes later finds the event cleared and waits for ever. The
wake-up is lost. This program can hang.

Expect: fail deadlock/lost-wakeup
"""

import threading

ready = threading.Event()


def serve():
    ready.set()
    ready.clear()


def connect():
    ready.wait()
    print("connected")


server = threading.Thread(target=serve)
client = threading.Thread(target=connect)
server.start()
client.start()
