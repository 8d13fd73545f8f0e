"""A stand-in for treadle.api that gives prepared answers."""

from __future__ import annotations

import dataclasses
import types

import report_builders as build

from treadle.explorer.options import CheckOptions
from treadle.model.finding import Confirmation, Finding
from treadle.model.trace import Trace


@dataclasses.dataclass(frozen=True)
class ReplayResult:
    """As the one of treadle.api."""

    trace: Trace
    finding: Finding | None
    confirmation: Confirmation | None = None
    races: tuple[Finding, ...] = ()


class FakeApi(types.ModuleType):
    """Gives ``answer`` (or raises it), after telling ``progress``, and notes what it was asked."""

    CheckOptions = CheckOptions

    def __init__(self):
        super().__init__("treadle.api")
        self.answer = build.bank_result()
        self.progress = []
        self.asked = None
        self.saved = ()

    def _answer(self, *asked):
        self.asked = asked
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def check_target(self, target, options, progress, saved):
        self.saved = saved
        for state in self.progress:
            progress(state)
        return self._answer("check", target, options)

    def run_target(self, target, options, schedule):
        return self._answer("run", target, options, schedule)

    def replay_target(self, target, options, schedule):
        return self._answer("replay", target, options, schedule)
