"""The supervisor: watches, from a process of its own, over the one that runs the target.

A target can end the process it runs in, crash it, or sit in a call that no signal handler interrupts. Then
the process is ended from here, if it has not ended itself, and a second one reports what the first had found
(it told, see ``explorer.lifeline``); the exit code is as if nothing had happened.

The process that runs the target is a fresh interpreter with a fixed hash seed, because the order of a set
must be the same in every replay; nothing but argparse is imported in this one.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from treadle.errors import EXIT_UNCONTROLLED
from treadle.explorer.endings import Frame, frame_in, how_it_ended, how_it_stayed, program_frame
from treadle.explorer.lifeline import RESUMED, VARIABLE, WHERE_SIGNAL

GRACE = 0.5
"""Share of the limit that a silent process is given beyond it."""

ACKNOWLEDGED_WITHIN = 0.2
"""Seconds: so soon an interrupted process says so, if the terminal has interrupted it too."""

ENDS_WITHIN = 10.0
"""Seconds an interrupted process has to report."""

NOTICES_WITHIN = 1.5
"""Seconds an interrupted process has to notice; after that it is in a call that cannot be interrupted."""

ANSWERS_WITHIN = 1.0
TICK = 0.05


@dataclass
class Told:
    """What a process has told.

    Attributes:
        limit: Seconds after which a silent task is given up; 0 while nothing is watched.
        every: Seconds between its beats.
        is_loaded: Whether the target is loaded.
        is_interrupted: Whether it knows that it was interrupted.
        gave_up: Why it ended itself, without the final stop.
        done: Its exit code, None before its end.
        seen: (token, name of the scheduler that chose) of schedules worth a report.
        executions: How many there were.
        serial_known: Whether all schedules without preemption were explored.
        frames: (file, line, function), innermost first, of where it is.
    """

    limit: float = 0.0
    every: float = 1.0
    is_loaded: bool = False
    is_interrupted: bool = False
    gave_up: str = ""
    done: int | None = None
    seen: list[tuple[str, str]] = field(default_factory=list)
    executions: int = 0
    serial_known: bool = False
    frames: list[Frame] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """Take a line from the pipe.

        Args:
            line: The line.
        """
        if not line.startswith("{"):
            frame = frame_in(line)
            if frame is not None:
                self.frames.append(frame)
            return
        message = json.loads(line)
        if "watch" in message:
            self.limit = message["watch"]
            self.every = message.get("every", self.every)
        elif "seen" in message:
            self.seen.append((message["seen"], message["by"]))
        elif "executions" in message:
            self.executions = message["executions"]
            self.serial_known = message["serial"]
        self.is_loaded = self.is_loaded or "loaded" in message
        self.is_interrupted = self.is_interrupted or "interrupted" in message
        self.gave_up = message.get("gave up", self.gave_up)
        self.done = message.get("done", self.done)


class Supervised:
    """A process that is watched over.

    Args:
        command: What it runs.
        environment: Its environment.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._reading, writing = os.pipe()
        self._text = b""
        self.told = Told()
        self._process = subprocess.Popen(  # noqa: S603 - this command again
            command, env={**environment, VARIABLE: str(writing)}, pass_fds=(writing,)
        )
        os.close(writing)
        os.set_blocking(self._reading, False)
        self._interrupted_at: float | None = None
        self._is_forwarded = False
        self.sentence = ""

    def forward(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal that is meant for the process as much as for this one."""
        if number == signal.SIGINT and self._interrupted_at is None:
            # A terminal interrupts both; then the process says that it knows.
            self._interrupted_at = time.monotonic()
            return
        self._send(number)

    def watch(self) -> int:
        """Watch over the process until it ends.

        Returns:
            Its exit code; negative when a signal ended it.
        """
        quiet = 0.0
        last = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._reading, selectors.EVENT_READ)
            while self._process.poll() is None:
                selector.select(TICK)
                has_heard = self._read()
                now = time.monotonic()
                # A stopped or sleeping machine is silent without being stuck.
                quiet = (
                    0.0 if has_heard or not self.told.limit else quiet + min(now - last, 2 * TICK)
                )
                last = now
                self._see_to_interruption(now)
                if self.told.limit and quiet > self.told.limit * (1 + GRACE) + 2 * self.told.every:
                    self._end_it()
        self._read()
        os.close(self._reading)
        return self._process.returncode

    def _see_to_interruption(self, now: float) -> None:
        if self._interrupted_at is None:
            return
        waited = now - self._interrupted_at
        if not self._is_forwarded and waited > ACKNOWLEDGED_WITHIN:
            self._is_forwarded = True
            if not self.told.is_interrupted:
                self._send(signal.SIGINT)
        if waited > (ENDS_WITHIN if self.told.is_interrupted else NOTICES_WITHIN):
            self.sentence = "the program did not end when it was interrupted"
            self._process.kill()

    def _end_it(self) -> None:
        """Ask a silent process where it is, then end it."""
        self.told.frames.clear()
        self._send(WHERE_SIGNAL)
        end = time.monotonic() + ANSWERS_WITHIN
        while time.monotonic() < end and not self._read():
            time.sleep(TICK)
        time.sleep(TICK)
        self._read()
        place = program_frame(self.told.frames)
        self.sentence = how_it_stayed(place, self.told.limit)
        self._process.kill()
        self._process.wait()

    def _send(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self._process.send_signal(number)

    def _read(self) -> bool:
        """Take what is in the pipe; whether there was anything."""
        has_heard = False
        while True:
            try:
                data = os.read(self._reading, 1 << 16)
            except BlockingIOError:
                return has_heard
            if not data:
                return has_heard
            has_heard = True
            *lines, self._text = (self._text + data).split(b"\n")
            for line in lines:
                self.told.hear(line.decode("utf-8", "replace"))


def supervise(command: Sequence[str], environment: dict[str, str], *, reports: bool) -> int:
    """Run a command that runs a target, and see that it ends well.

    Args:
        command: The command.
        environment: Its environment.
        reports: Whether it is one that can report what was found before a bad end.

    Returns:
        The exit code.
    """
    supervised = Supervised(command, environment)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), supervised.forward)
    code = supervised.watch()
    told = supervised.told
    if told.done is not None and code == told.done and not told.gave_up:
        return code
    place = program_frame(told.frames)
    sentence = supervised.sentence or told.gave_up or how_it_ended(code, place)
    is_over = RESUMED in environment or code in {-signal.SIGTERM, -signal.SIGHUP}
    if not reports or not told.is_loaded or is_over:
        sys.stderr.write(
            f"treadle: {sentence[0].upper()}{sentence[1:]}, so it was not controlled.\n"
        )
        return 128 - code if code in {-signal.SIGTERM, -signal.SIGHUP} else EXIT_UNCONTROLLED
    resumed = {
        "sentence": sentence,
        "seen": told.seen,
        "executions": told.executions,
        "serial_known": told.serial_known,
        "place": place,
    }
    return supervise(command, {**environment, RESUMED: json.dumps(resumed)}, reports=False)
