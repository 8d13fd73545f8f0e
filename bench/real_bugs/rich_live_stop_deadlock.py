"""rich: Live.stop() must return (the refresh thread is running meanwhile)."""

import io
import threading

from rich.console import Console
from rich.live import Live


def test():
    out = io.StringIO()
    live = Live(
        "hello",
        console=Console(file=out, width=40),
        refresh_per_second=1000,
        redirect_stdout=False,
        redirect_stderr=False,
    )

    def worker():
        live.start()
        live.stop()

    t = threading.Thread(target=worker, name="T1", daemon=True)
    t.start()
    t.join()
    assert "hello" in out.getvalue()
