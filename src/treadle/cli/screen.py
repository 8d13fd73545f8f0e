"""Where text goes: how wide it may be, whether colour is wanted, and the line that shows progress."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from treadle.api import Progress

DEFAULT_WIDTH = 80
FIRST_PROGRESS = 1.0
"""Seconds before anything is said about progress."""

FRAME = 0.1
"""Seconds between two states of the progress line on a terminal."""

PLAIN_PAUSE = 5.0
"""Seconds between two progress lines elsewhere."""


def width() -> int:
    """How many columns there are: what COLUMNS says, or the terminal, or 80.

    Returns:
        Columns.
    """
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or DEFAULT_WIDTH
    except (AttributeError, OSError, ValueError):
        return DEFAULT_WIDTH


def wants_color(choice: str) -> bool:
    """Whether to use colour on standard output.

    Args:
        choice: "always", "never", or "auto": as NO_COLOR, FORCE_COLOR and TERM say, else on a terminal only.

    Returns:
        The answer.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") != "0":
        return True
    return os.environ.get("TERM") != "dumb" and _is_terminal(sys.stdout)


def verbosity(parsed: argparse.Namespace) -> int:
    """How much to say.

    Args:
        parsed: The command line.

    Returns:
        -1 with ``-q``, else how often ``-v`` was given.
    """
    return -1 if parsed.quiet else int(parsed.verbose)


def write(text: str) -> None:
    """Print a result; what the stream cannot encode is escaped.

    Args:
        text: The text, with its line breaks.
    """
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    sys.stdout.write(text)
    sys.stdout.flush()


def complain(text: str) -> None:
    """Say something on standard error.

    Args:
        text: One or more lines, without the last line break.
    """
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class ProgressLine:
    """Shows how far a search has got, on standard error, once it has taken longer than a second.

    On a terminal one line changes; elsewhere a line is added every five seconds.

    Args:
        stream: Where to show it.
        is_quiet: Show nothing.
    """

    def __init__(self, stream: TextIO, *, is_quiet: bool = False) -> None:
        self._stream = stream
        self._is_quiet = is_quiet
        self._is_animated = _is_terminal(stream) and os.environ.get("TERM") != "dumb"
        self._next = FIRST_PROGRESS if self._is_animated else PLAIN_PAUSE
        self._shown = 0
        self.last: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Show a state, unless the last one is still fresh.

        Args:
            progress: The state.
        """
        self.last = progress
        if self._is_quiet or progress.elapsed < self._next:
            return
        text = progress_text(progress)
        if self._is_animated:
            self._next = progress.elapsed + FRAME
            self._stream.write(f"\r{text}{' ' * (self._shown - len(text))}")
            self._shown = len(text)
        else:
            self._next = progress.elapsed + PLAIN_PAUSE
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def close(self) -> None:
        """Take the changing line away."""
        if self._shown:
            self._stream.write(f"\r{' ' * self._shown}\r")
            self._stream.flush()
            self._shown = 0


def progress_text(progress: Progress) -> str:
    """A state of a search in one line.

    Args:
        progress: The state.

    Returns:
        "explored 412 schedules, 37/s, best 1 preemption, 3.1 s", or of a search by traces
        "explored 412 schedules, 37/s, 300 traces, 40 to 900 left, best 1 preemption, 3.1 s".
    """
    executions = f"{progress.executions:,} schedule{'s' * (progress.executions != 1)}"
    parts = [f"explored {executions}"]
    if progress.elapsed > 0:
        parts.append(f"{progress.executions / progress.elapsed:,.0f}/s")
    if progress.traces is not None:
        parts.append(f"{progress.traces:,} trace{'s' * (progress.traces != 1)}")
        if progress.redundant:
            share = progress.redundant / (progress.traces + progress.redundant)
            parts.append(f"{share:.0%} redundant")
        if progress.left is not None:
            parts.append(f"{progress.left[0]:,} to {progress.left[1]:,} left")
    if progress.best_preemptions is not None:
        parts.append(f"best {_preemptions(progress.best_preemptions)}")
    elif progress.bound is not None:
        parts.append(f"trying {_preemptions(progress.bound)}")
    parts.append(f"{progress.elapsed:.1f} s")
    return ", ".join(parts)


def _preemptions(count: int) -> str:
    """A number of preemptions."""
    return f"{count} preemption{'s' * (count != 1)}"


def _is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at a stream."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False
