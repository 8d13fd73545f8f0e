import contextlib
import io
import sys
import threading

import pytest
from running import run

from treadle.engine.kernel import kernel
from treadle.interpose import real
from treadle.interpose.output import CapturedOutput
from treadle.primitives.thread import Thread
from treadle.schedulers.base import Scheduler


class Recorder:
    """Keeps what is printed."""

    def __init__(self):
        self.printed = []

    def sync(self, action, resource, value=None, *args, **kwargs):
        if action == "print":
            self.printed.append((kernel.current.number, value))

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def capture(program, recorder=None):
    output = CapturedOutput()
    kernel.recorder = recorder
    try:
        with output:
            kernel.run(program, Scheduler())
    finally:
        kernel.recorder = None
    return output


def test_what_is_written_is_kept_and_not_shown(capsys):
    def program():
        print("out")
        print("err", file=sys.stderr)
        thread = Thread(target=print, args=("thread",))
        thread.start()
        thread.join()
        sys.stdout.writelines(["a", "b"])

    output = capture(program)
    assert output.text() == "out\nerr\nthread\nab"
    assert output.by_task() == [(0, "out\nab"), (1, "thread\n")]
    assert capsys.readouterr() == ("", "")
    assert [entry[1] for entry in output.entries[:4]] == ["stdout", "stdout", "stderr", "stderr"]


def test_each_execution_starts_empty():
    output = CapturedOutput()
    for text in ("one", "two"):
        with output:
            kernel.run(lambda text=text: print(text), Scheduler())
        assert output.text() == f"{text}\n"


def test_streams_are_put_back_and_stay_open():
    before = sys.stdout, sys.stderr
    streams = []

    def program():
        streams.append(sys.stdout)
        sys.stdout.close()
        sys.stdout.buffer.close()
        print("still open")

    output = capture(program)
    assert (sys.stdout, sys.stderr) == before
    assert output.text() == "still open\n"
    with output:
        assert sys.stdout is streams[0]


def test_they_look_like_streams():
    def program():
        out, err = sys.stdout, sys.stderr
        assert isinstance(out, io.TextIOBase)
        assert (out.encoding, out.errors, err.errors) == ("utf-8", "strict", "backslashreplace")
        assert (out.name, out.mode, out.line_buffering) == ("<stdout>", "w", True)
        assert (out.isatty(), out.writable(), out.closed, out.readable()) == (
            False,
            True,
            False,
            False,
        )
        assert out.write("abc") == 3
        out.flush()
        out.reconfigure(encoding="ascii")
        assert out.buffer.write(b"d\xc3\xa9") == 3
        assert out.buffer.writable()
        with pytest.raises(io.UnsupportedOperation):
            out.fileno()
        with pytest.raises(TypeError, match="must be str, not bytes"):
            out.write(b"x")

    assert capture(program).text() == "abcdé"


def test_a_program_may_redirect_them():
    def program():
        with contextlib.redirect_stdout(io.StringIO()) as own:
            print("mine")
        print(own.getvalue().upper(), end="")

    assert capture(program).text() == "MINE\n"


def test_threads_of_the_operating_system_write_where_they_did(capsys):
    def program():
        thread = real.Thread(target=print, args=("outsider",))
        thread.start()
        thread.join()

    assert capture(program).text() == ""
    assert capsys.readouterr().out == "outsider\n"
    output = CapturedOutput()
    with output:
        sys.stdout.original = None
        assert sys.stdout.write("nobody") == 6
    assert output.text() == ""


def test_lines_are_recorded_when_they_are_complete():
    recorder = Recorder()

    def program():
        print("one")
        print("two ", end="")
        thread = Thread(target=print, args=("thread",))
        thread.start()
        thread.join()
        print("halves\nthree", end="")
        print(end="", flush=True)
        sys.stdout.flush()
        print("never ended", end="")

    capture(program, recorder)
    assert recorder.printed == [(0, "one\n"), (1, "thread\n"), (0, "two halves\n"), (0, "three")]


def test_tracebacks_are_written_only_for_readers(installed):
    def program():
        threading.Thread(target=lambda: 1 / 0).start()

    assert run(program).output == ""
    assert "ZeroDivisionError" in run(program, recorder=Recorder()).output
