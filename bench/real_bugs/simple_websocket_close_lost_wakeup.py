"""simple-websocket: receive() must raise ConnectionClosed when the peer closes."""

import queue
import threading

from simple_websocket import ConnectionClosed, Server

CLOSE = bytes([0x88, 0x80, 0, 0, 0, 0])  # a masked, empty close frame


class FakeSocket:
    def __init__(self):
        self.incoming = queue.Queue()

    def recv(self, n):
        return self.incoming.get()

    def send(self, data):
        return len(data)

    def close(self):
        pass


def test():
    sock = FakeSocket()
    ws = Server(
        {
            "werkzeug.socket": sock,
            "HTTP_HOST": "x",
            "HTTP_UPGRADE": "websocket",
            "HTTP_CONNECTION": "Upgrade",
            "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
            "HTTP_SEC_WEBSOCKET_VERSION": "13",
        }
    )
    result = []

    def reader():
        try:
            ws.receive()
        except ConnectionClosed:
            result.append("closed")

    t = threading.Thread(target=reader, name="T1", daemon=True)
    t.start()
    sock.incoming.put(CLOSE)
    t.join()
    ws.thread.join()
    assert result == ["closed"]
