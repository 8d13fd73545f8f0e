"""Width, colour and progress."""

import io
import os
import sys

import pytest

from treadle.cli import screen
from treadle.cli.screen import ProgressLine, complain, progress_text, wants_color, width, write
from treadle.explorer.options import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


def test_width(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert width() == 80
    monkeypatch.setenv("COLUMNS", "132")
    assert width() == 132
    for odd in ("0", "x", ""):
        monkeypatch.setenv("COLUMNS", odd)
        assert width() == 80


def test_width_of_a_terminal(monkeypatch):
    class Numbered(Terminal):
        def fileno(self):
            return 1

    monkeypatch.setattr(sys, "stdout", Numbered())
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((101, 24)))
    assert width() == 101
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert width() == 80


def test_colour_as_the_option_says(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert wants_color("always")
    assert not wants_color("never")


def test_colour_on_a_terminal_only(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not wants_color("auto")
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert wants_color("auto")
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_color("auto")


def test_colour_as_the_environment_says(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert wants_color("auto")
    monkeypatch.setenv("NO_COLOR", "")
    assert wants_color("auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color("auto")
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert not wants_color("auto")


def test_a_closed_stream_is_no_terminal(monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    assert not wants_color("auto")
    monkeypatch.setattr(sys, "stdout", None)
    assert not wants_color("auto")


def test_what_cannot_be_encoded_is_escaped(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    write("größer\n")
    assert raw.getvalue() == b"gr\\xf6\\xdfer\n"
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))
    complain("größer")
    assert raw.getvalue() == b"gr\\xf6\\xdfer\n"


def test_write_to_a_plain_object(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    write("x")
    assert stream.getvalue() == "x"


def progress(elapsed, executions=412, **fields):
    given = {"bound": None, "failures": 0, "best_preemptions": None} | fields
    return Progress(executions=executions, elapsed=elapsed, **given)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (
            progress(3.1, 114, best_preemptions=1),
            "explored 114 schedules, 37/s, best 1 preemption, 3.1 s",
        ),
        (progress(2.0, bound=2), "explored 412 schedules, 206/s, trying 2 preemptions, 2.0 s"),
        (progress(0.0, 1), "explored 1 schedule, 0.0 s"),
        (
            progress(4.0, 1200, traces=900, redundant=100, left=(12, 3400)),
            "explored 1,200 schedules, 300/s, 900 traces, 10% redundant, 12 to 3,400 left, 4.0 s",
        ),
        (
            progress(2.0, 10, traces=1, best_preemptions=2),
            "explored 10 schedules, 5/s, 1 trace, best 2 preemptions, 2.0 s",
        ),
        (progress(10.0, 41234), "explored 41,234 schedules, 4,123/s, 10.0 s"),
    ],
)
def test_progress_text(state, text):
    assert progress_text(state) == text


def test_a_short_search_says_nothing():
    stream = Terminal()
    line = ProgressLine(stream)
    line(progress(0.9))
    line.close()
    assert stream.getvalue() == ""
    assert line.last == progress(0.9)


def test_a_terminal_shows_one_changing_line():
    stream = Terminal()
    line = ProgressLine(stream)
    for elapsed in (1.0, 1.05, 2.0):
        line(progress(elapsed, 10_000 if elapsed < 2 else 9))
    line.close()
    line.close()
    first, second = progress_text(progress(1.0, 10_000)), progress_text(progress(2.0, 9))
    blanks = " " * (len(first) - len(second))
    assert stream.getvalue() == f"\r{first}\r{second}{blanks}\r{' ' * len(second)}\r"


def test_elsewhere_a_line_every_five_seconds():
    stream = io.StringIO()
    line = ProgressLine(stream)
    for elapsed in range(1, 13):
        line(progress(float(elapsed)))
    line.close()
    assert [text.rsplit(", ", 1)[1] for text in stream.getvalue().splitlines()] == [
        "5.0 s",
        "10.0 s",
    ]


def test_a_dumb_terminal_is_not_animated(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    ProgressLine(stream)(progress(5.0))
    assert stream.getvalue().endswith("\n")


def test_quiet():
    stream = Terminal()
    ProgressLine(stream, is_quiet=True)(progress(50.0))
    assert stream.getvalue() == ""


def test_frames_are_short():
    assert screen.FRAME < screen.FIRST_PROGRESS < screen.PLAIN_PAUSE
