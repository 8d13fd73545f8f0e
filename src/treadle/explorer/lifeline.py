"""The lifeline: what a process that runs a target tells the one that supervises it.

The target shares its process with Treadle, so it can take Treadle with it: by ending the process, by
crashing it, or by a call in C that neither returns nor lets a signal handler written in Python run. The
command line therefore watches from another process (``treadle.cli.supervisor``), which learns through a
pipe that this one is alive and what it has found. Where nobody supervises, nothing is told.

A message is one line of JSON:

    {"loaded": 1}                   the target is loaded
    {"watch": 10.0, "every": 1.0}   from now on a beat comes every second; 0 ends that
    {"beat": 1}
    {"seen": TOKEN, "by": NAME}     the first schedule of an outcome or a failure
    {"executions": 412, "serial": true}  how far the search got
    {"gave up": SENTENCE}           this process is about to end without a report
    {"interrupted": 1}              Ctrl-C has arrived
    {"done": 0}                     it is about to end, with this exit code

Whatever else comes through the pipe was written by ``faulthandler``, whose signal the supervisor sends to
learn where a silent process is.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
from typing import Any

VARIABLE = "TREADLE_LIFELINE"
"""Name of the environment variable with the number of the pipe's descriptor."""

RESUMED = "TREADLE_RESUMED"
"""Name of the environment variable with what a reporting process is to report, as JSON."""

WHERE_SIGNAL = int(getattr(signal, "SIGRTMAX", getattr(signal, "SIGUSR2", 0)))
"""The signal that asks where this process is."""


class Lifeline:
    """The writing end of the pipe, if there is one."""

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def connect(self) -> None:
        """Take the pipe from the environment, where the program must not find it."""
        text = os.environ.pop(VARIABLE, "")
        if not text.isdecimal():
            return
        self._descriptor = int(text)
        os.set_inheritable(self._descriptor, False)
        os.register_at_fork(after_in_child=self.cut)
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            faulthandler.register(WHERE_SIGNAL, self._descriptor, all_threads=False)
            faulthandler.enable(self._descriptor, all_threads=False)

    @property
    def is_connected(self) -> bool:
        """Whether somebody supervises this process."""
        return self._descriptor is not None

    def tell(self, **message: Any) -> None:
        """Send a message.

        Args:
            **message: What to say.
        """
        if self._descriptor is not None:
            import json  # not needed to start

            try:
                os.write(self._descriptor, json.dumps(message).encode() + b"\n")
            except OSError:  # nobody listens any more
                self._descriptor = None

    def cut(self) -> None:
        """Let go of the pipe, in a process that does not speak for the search."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None


lifeline = Lifeline()
