"""``--pdb``: stop at the deciding step, with all other threads of the test where they are at that moment."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from _pytest.debugging import pytestPDB

from treadle.engine.kernel import kernel
from treadle.explain.narrative import sentence
from treadle.explorer.session import Session
from treadle.explorer.stopping import deciding_step, stop_at_deciding_step
from treadle.model.finding import Finding


class Debugging:
    """A debugger inside an execution.

    Attributes:
        quitting: What ends the run, once the person has quit the debugger.
    """

    def __init__(self) -> None:
        self.quitting: BaseException | None = None

    def stop(self, session: Session, finding: Finding) -> None:
        """Replay a failure and open the debugger at its deciding step.

        Args:
            session: The session that found it, after it was recorded there.
            finding: The failure.

        Raises:
            pytest.exit.Exception: The person has quit the debugger.
        """
        number = deciding_step(finding)
        if number:
            step = finding.trace.steps[number - 1]
            told = sentence(finding.trace, step, finding.deciding)
            self._header = f"treadle: before step {number}: {told}"
            stop_at_deciding_step(session, finding, self._open)
        if self.quitting is not None:
            raise self.quitting

    def _open(self, frame: FrameType) -> None:
        """Open the debugger in a frame of the program, where it stands."""
        init: Any = pytestPDB._init_pdb
        debugger: Any = init("treadle", header=self._header)
        ask = debugger.interaction

        def interaction(*args: Any) -> None:
            """A prompt; what is typed there are no steps of the program."""
            current, kernel.current = kernel.current, None
            try:
                ask(*args)
            except pytest.exit.Exception as error:
                # Not here: the program would catch it, or die of it.
                self.quitting = error
                debugger.quitting = False
                sys.settrace(None)
            finally:
                kernel.current = current

        debugger.interaction = interaction
        debugger.reset()
        outer: FrameType | None = frame
        while outer is not None:
            outer.f_trace = debugger.trace_dispatch
            debugger.botframe = outer
            outer = outer.f_back
        debugger.interaction(frame, None)
        goes_on = debugger.stopframe is debugger.botframe and debugger.stoplineno == -1
        if self.quitting is None and (debugger.breaks or not goes_on):
            sys.settrace(debugger.trace_dispatch)
