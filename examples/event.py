"""A client waits until the server is ready.

An event is a flag that threads can wait for. `wait` returns at once when it is set already, so
it does not matter who comes first: the client never sees a server without an address.

Expect: pass
"""

import threading

ready = threading.Event()
address = None


def serve():
    global address
    address = "localhost:8000"
    ready.set()


def connect():
    ready.wait()
    print("connected to", address)
    assert address is not None


server = threading.Thread(target=serve)
client = threading.Thread(target=connect)
server.start()
client.start()
