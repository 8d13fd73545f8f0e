"""What is known of tests that do not pass: deviations of ours, and what no controlled execution can contain.

Both lists are strict: a test that is listed and passes is as wrong as one that is not listed and does not.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from conformance_suite.running import Outcome

_HERE = Path(__file__).parent.parent
DEVIATION = "deviation"


@dataclass(frozen=True)
class Entry:
    """A test that does not pass.

    Attributes:
        kind: "deviation", or the kind of what is out of scope.
        reason: Why it does not pass.
    """

    kind: str
    reason: str


def listed(suite: str, version: str) -> dict[str, Entry]:
    """The tests of a suite that do not pass.

    Args:
        suite: Its name.
        version: Of Python: "3.12".

    Returns:
        By the test's name.

    Raises:
        ValueError: A test is listed twice, or without a reason.
    """
    entries: dict[str, Entry] = {}
    for test, entry in [*_deviations(suite, version), *_out_of_scope(suite, version)]:
        if test in entries:
            raise ValueError(f"{suite}: {test} is listed twice")
        if not entry.reason:
            raise ValueError(f"{suite}: {test} is listed without a reason")
        entries[test] = entry
    return entries


def _deviations(suite: str, version: str) -> Iterable[tuple[str, Entry]]:
    for entry in _load("deviations.toml")["deviations"]:
        if entry["suite"] == suite and version in entry["versions"]:
            yield entry["test"], Entry(DEVIATION, entry["reason"])


def _out_of_scope(suite: str, version: str) -> Iterable[tuple[str, Entry]]:
    content = _load("out_of_scope.toml")
    for group in content["groups"]:
        if group["suite"] == suite and version in group["versions"]:
            entry = Entry(group["kind"], content["kinds"][group["kind"]])
            yield from ((test, entry) for test in group["tests"])


def _load(name: str) -> dict:
    with (_HERE / name).open("rb") as file:
        return tomllib.load(file)


@dataclass
class Verdict:
    """A suite on one version of Python.

    Attributes:
        passed: How many tests pass.
        not_exercised: How many of these announce one operation at most: they say nothing about scheduling.
        deviations: How many do not pass, to be mended one day.
        out_of_scope: How many are, by kind.
        problems: What contradicts the lists.
    """

    passed: int = 0
    not_exercised: int = 0
    deviations: int = 0
    out_of_scope: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def judge(outcomes: Iterable[Outcome], entries: dict[str, Entry]) -> Verdict:
    """Compare what became of the tests with what is known of them.

    Args:
        outcomes: What became of them.
        entries: What is known.

    Returns:
        The verdict.
    """
    verdict = Verdict()
    unseen = set(entries)
    for outcome in outcomes:
        entry = entries.get(outcome.test)
        unseen.discard(outcome.test)
        if outcome.status == "passed":
            verdict.passed += 1
            verdict.not_exercised += outcome.steps <= 1
            if entry is not None:
                verdict.problems.append(f"{outcome.test} passes, and is listed: {entry.kind}")
        elif entry is None:
            verdict.problems.append(_described(outcome))
        elif entry.kind == DEVIATION:
            verdict.deviations += 1
        else:
            verdict.out_of_scope[entry.kind] += 1
            shown = outcome.status if outcome.status == "skipped" else outcome.details
            if outcome.status in {"skipped", "out of scope"} and shown != entry.kind:
                verdict.problems.append(
                    f"{outcome.test} is listed as {entry.kind}, and is: {shown}"
                )
    verdict.problems += [f"{test} is listed, and there is no such test" for test in sorted(unseen)]
    return verdict


def _described(outcome: Outcome) -> str:
    where = f" under {outcome.scheduler}" if outcome.scheduler else ""
    return f"{outcome.test}: {outcome.status}{where}\n{outcome.details}".rstrip()
