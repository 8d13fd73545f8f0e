"""Does the program repeat itself? Asked when the search is over, before anything it found is reported.

The default schedule is executed twice in a row here, and the witness executes it and the schedule of each
finding in a process of its own, from the start. The traces are compared step by step.

* Where the two in a row differ, or a finding does not happen from the start, the program does not repeat
  itself: a *nondeterminism* finding, in place of what was found by mistake.
* Where only the first execution differs, the program keeps something that the later ones find: they are
  executions of a program that has run before. The search was not complete, and says why.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from treadle.explorer.comparison import Difference, first_difference
from treadle.explorer.findings import FindingBuilder
from treadle.explorer.search_result import SearchResult
from treadle.explorer.session import Session
from treadle.explorer.state import State, changes, state_of
from treadle.explorer.tally import failure_keys
from treadle.explorer.witness import Replayed, Witness, replayed
from treadle.model.finding import Finding, FindingKind, FindingLocation, identified
from treadle.model.schedule import Schedule
from treadle.model.trace import Trace

_SIZES = range(16, 513, 16)
_MOST_NAMES = 3

_NOT_REPEATED = "The program does not repeat itself under the same schedule."
_OUTSIDE = (
    "it depends on something that is not controlled, such as a file, the network, a process number, or the "
    "order of a set of objects, which is that of their addresses. Replace that in the test."
)
_REMEDY = "--isolate gives each execution a process of its own."
_COMPARED_WITH_SERIAL = FindingKind.INTERFERENCE


@dataclass(slots=True)
class Examination:
    """What became of the findings.

    Args:
        findings: Those that stand.
        reason: Why the search was not complete, as a sentence; "" for no reason.
        replays: How many executions it took in this process.
    """

    findings: list[Finding]
    reason: str = ""
    replays: int = field(default=0)


class Examiner:
    """Finds out whether a program repeats itself.

    Args:
        session: The loaded target, which has not been executed.
        is_guest: Whether the program is one of this process, which its caller goes on using: then only
            what the search has noticed by itself counts.
    """

    def __init__(self, session: Session, *, is_guest: bool = False) -> None:
        self._session = session
        self._witness = None if is_guest else Witness(session)
        self._before = {} if is_guest else self._state()

    def examine(
        self, result: SearchResult, builder: FindingBuilder, findings: list[Finding]
    ) -> Examination:
        """Examine what a search has found.

        Args:
            result: The result of the search.
            builder: Who has built the findings.
            findings: The findings.

        Returns:
            What to report in their place.
        """
        witness = self._witness
        if witness is None:
            if builder.divergence is None or findings:
                return Examination(findings)
            return Examination([_nondeterminism(None, builder.divergence, [])])
        if result.is_interrupted or result.stuck or result.tally.threads < 2:
            return Examination(findings)
        return self._examined(builder, findings, witness)

    def close(self) -> None:
        """Let the witness go."""
        if self._witness is not None:
            self._witness.close()

    def _examined(
        self, builder: FindingBuilder, findings: list[Finding], witness: Witness
    ) -> Examination:
        default = Schedule((), self._session.options.timeouts)
        first, difference, changed = self._twice(default)
        origin = witness.replay(default)
        if first.execution.status in {"uncontrolled", "interrupted"}:
            return Examination(findings, replays=2)
        kept = []
        for finding in findings:
            reproduced = _reproduced(witness, finding)
            if reproduced is None:
                kept.append(finding)
            else:
                difference = difference or reproduced
        if difference is not None or builder.divergence is not None:
            if not changed:
                changed = changes(self._before, self._state())
            kept = [each for each in kept if each.kind is not _COMPARED_WITH_SERIAL]
            is_external = _differs_from_the_start(witness, default, origin)
            kept.append(
                _nondeterminism(difference, builder.divergence, changed, is_external=is_external)
            )
            return Examination(kept, _NOT_REPEATED, 2)
        difference = None if origin is None else first_difference(origin.trace, first.trace)
        if difference is None:
            return Examination(kept, replays=2)
        changed = changes(self._before, self._state())
        is_external = _differs_from_the_start(witness, default, origin)
        return Examination(kept, _leak(difference, changed, is_external=is_external), 2)

    def _twice(self, schedule: Schedule) -> tuple[Replayed, Difference | None, list[str]]:
        """Execute a schedule twice; where they part, and what of the program's state has changed between."""
        while True:
            before = self._state()
            first = replayed(self._session, schedule)
            between = self._state()
            ballast = _ballast()
            second = replayed(self._session, schedule)
            del ballast
            difference = first_difference(first.trace, second.trace)
            if difference is None or self._session.collects:
                return first, difference, changes(before, between)
            # Garbage of an earlier execution may have been seen through a weak reference.
            self._session.collects = True

    def _state(self) -> State:
        """The state of the project's modules."""
        program = self._session.program
        names = set(self._session.instrumenter.project_files) - {"__main__"}
        spaces: dict[str, Any] = {
            name: vars(sys.modules[name]) for name in sorted(names) if name in sys.modules
        }
        if program.module_name != "__main__":
            spaces[program.module_name] = program.module_globals()
        return state_of(spaces, program.module_name)


def _reproduced(witness: Witness, finding: Finding) -> Difference | None:
    """Where a finding's execution, from the start, parts from what was recorded; None if it fails."""
    if not finding.trace.steps or finding.kind is FindingKind.UNCONTROLLED:
        return None
    again = witness.replay(Schedule.from_token(finding.trace.token))
    if again is None:
        return None
    difference = first_difference(finding.trace, again.trace)
    if difference is None or finding.kind in {key[0] for key in failure_keys(again.execution)}:
        return None
    return difference


def _differs_from_the_start(witness: Witness, schedule: Schedule, origin: Replayed | None) -> bool:
    """Whether even two processes that start alike go two ways."""
    again = witness.replay(schedule) if origin is not None else None
    if origin is None or again is None:
        return False
    return first_difference(origin.trace, again.trace) is not None


def _ballast() -> list[bytearray | object]:
    """Objects of many sizes, so that those made next have other addresses, in another order."""
    return [bytes(size) for size in _SIZES for _ in range(7)]


def _nondeterminism(
    difference: Difference | None,
    divergence: str | None,
    changed: list[str],
    *,
    is_external: bool = False,
) -> Finding:
    """The finding: where two executions part, the likely cause, what to do."""
    if difference is None:
        where = f"Run twice with the same choices, it went two ways: {divergence}."
    else:
        step = f" at step {difference.step}" if difference.step else " in the end"
        where = (
            f"Run twice with the same choices, it went two ways{step}: once {difference.first}, once "
            f"{difference.second}."
        )
    if is_external:
        cause = f"So it does in two processes that start alike: {_OUTSIDE}"
    elif changed:
        cause = f"{_kept(changed, difference)} {_REMEDY} Or set it anew where the target begins."
    else:
        cause = (
            "It may depend on the order of a set of objects, which is that of their addresses, or on state "
            f"that cannot be seen. {_REMEDY}"
        )
    place = None if difference is None else difference.place
    return identified(
        Finding(
            kind=FindingKind.NONDETERMINISM,
            detail="",
            id="",
            summary="the program does not repeat itself under the same schedule",
            why=f"{where} {cause}",
            resource="" if difference is None else difference.resource,
            trace=Trace((), (), Schedule().token(), 0),
            failing_executions=1,
            locations=() if place is None else (FindingLocation(place, ""),),
        )
    )


def _leak(difference: Difference, changed: list[str], *, is_external: bool) -> str:
    """Why executions after the first are not those of the program."""
    step = f"at step {difference.step}" if difference.step else "in the end"
    if is_external:
        return (
            f"Two processes that start alike go two ways {step}, once {difference.first}, once "
            f"{difference.second}: {_OUTSIDE}"
        )
    cause = f" {_kept(changed, difference)}" if changed else ""
    return (
        f"The first execution differs from all later ones {step}: first {difference.first}, later "
        f"{difference.second}.{cause} {_REMEDY}"
    )


def _kept(changed: list[str], difference: Difference | None) -> str:
    """What keeps its value from one execution to the next; what the difference is about comes first."""
    resource = "" if difference is None else difference.resource
    about = [name for name in changed if resource and resource.startswith(name)]
    names = (about or changed)[:_MOST_NAMES]
    more = len(changed) > len(names) and not about
    listed = ", ".join(names) + (", ..." if more else "")
    keeps = "keeps its value" if len(names) == 1 and not more else "keep their values"
    return f"{listed} {keeps} from one execution to the next."
