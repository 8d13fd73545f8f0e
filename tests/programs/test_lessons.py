"""Every lesson in examples/ is checked, and the result compared with the head of its file."""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LESSONS = sorted(EXAMPLES.glob("*.py"))

EXIT_CODES = {"pass": 0, "inconclusive": 0, "fail": 1}
KINDS = {"assertion", "exception", "deadlock", "livelock", "interference"}
# The document has no field for the kind of a deadlock; its explanation says it in these words.
DEADLOCKS = {
    "lock-cycle": " -> ",
    "self-deadlock": "waits for itself",
    "lost-wakeup": "the signal is lost",
    "join": "join",
    "queue": "put",
    "leaked-lock": "without releasing it",
}


@dataclass(frozen=True)
class Expectation:
    """What the head of a lesson says.

    Args:
        verdicts: The verdicts that are right.
        kind: The kind of finding where the verdict is "fail", else "".
        detail: The kind of deadlock where it is given, else "".
        outcomes: All outcomes of the locations named in `labels`; empty where none are given.
        labels: The locations that the outcomes are about.
        models: For each model named, whether the finding is seen under it; empty where none is named.
    """

    verdicts: frozenset[str]
    kind: str
    detail: str
    outcomes: frozenset[tuple[str, ...]]
    labels: tuple[str, ...]
    models: dict[str, bool]


def read_expectation(lesson: Path) -> Expectation:
    head = ast.get_docstring(ast.parse(lesson.read_text(encoding="utf-8")))
    expect = re.findall(r"^Expect: (.+)$", head, re.MULTILINE)
    assert len(expect) == 1, f"{lesson.name} needs one line 'Expect: ...'"
    verdict, _, finding = expect[0].partition(" ")
    kind, _, detail = finding.partition("/")
    labels, outcomes = (), set()
    for line in re.findall(r"^Outcomes: (.+)$", head, re.MULTILINE):
        for outcome in line.split(" | "):
            values = dict(pair.split(" = ", 1) for pair in outcome.split("; "))
            labels = tuple(values)
            outcomes.add(tuple(values.values()))
    models = {}
    for line in re.findall(r"^Models: (.+)$", head, re.MULTILINE):
        models = {
            name: fate == "breaks" for name, fate in (each.split() for each in line.split(" | "))
        }
    verdicts = frozenset(verdict.split("-or-"))
    return Expectation(verdicts, kind, detail, frozenset(outcomes), labels, models)


def check(lesson: Path, cwd: Path, *options: str) -> tuple[int, dict]:
    command = [sys.executable, "-m", "treadle", "check", str(lesson), "--json", *options]
    done = subprocess.run(
        command, cwd=cwd, env=os.environ, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.stdout, f"no document on stdout; stderr was:\n{done.stderr}"
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_gives_what_its_head_says(lesson, tmp_path):
    expected = read_expectation(lesson)
    exit_code, document = check(lesson, tmp_path, "--confirm")

    kinds = [finding["kind"] for finding in document["findings"]]
    assert document["verdict"] in expected.verdicts, kinds
    assert exit_code == EXIT_CODES[document["verdict"]]
    if expected.kind:
        assert expected.kind in kinds
    else:
        assert kinds == []
    unconfirmed = [f for f in document["findings"] if not f["confirmation"]["confirmed"]]
    assert unconfirmed == []
    if expected.detail:
        reasons = [each["why"] for each in document["findings"] if each["kind"] == "deadlock"]
        assert any(DEADLOCKS[expected.detail] in why for why in reasons), reasons
    observed = {
        tuple(outcome["observed"].get(label) for label in expected.labels)
        for outcome in document["outcomes"]
    }
    if expected.outcomes:
        assert observed == expected.outcomes


@pytest.mark.parametrize(
    "lesson",
    [lesson for lesson in LESSONS if read_expectation(lesson).models],
    ids=lambda path: path.stem,
)
def test_lesson_breaks_under_the_models_that_its_head_names(lesson, tmp_path):
    expected = read_expectation(lesson)
    _, document = check(lesson, tmp_path, "--model", "all")
    found = [f["models"] for f in document["findings"] if f["kind"] == expected.kind]
    assert document["complete"]
    assert {model: any(each[model] for each in found) for model in found[0]} == expected.models


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_head_uses_the_vocabulary(lesson):
    expected = read_expectation(lesson)
    assert expected.verdicts in ({"pass"}, {"fail"}, {"pass", "inconclusive"})
    assert (expected.kind in KINDS) == (expected.verdicts == {"fail"})
    assert (expected.detail in DEADLOCKS) == (expected.kind == "deadlock")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_knows_nothing_of_treadle(lesson):
    assert "treadle" not in lesson.read_text(encoding="utf-8").lower()


def test_index_names_every_lesson_once():
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[(\w+\.py)\]\(\1\)", index, re.MULTILINE)) == [
        lesson.name for lesson in LESSONS
    ]
