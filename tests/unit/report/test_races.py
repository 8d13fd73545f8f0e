"""How data races are told."""

from __future__ import annotations

import dataclasses
import json

import jsonschema
import report_builders as build

from treadle.model.finding import FindingKind, RacingAccess
from treadle.model.result import Verdict
from treadle.model.trace import Place
from treadle.report.json import document, schema
from treadle.report.terminal import render_check, render_trace


def place(line, function="deposit", source="self.bal = 1", file="bank.py"):
    return Place(file, line, line, -1, -1, function, source)


def race(line=7, held=(), calls=()):
    return dataclasses.replace(
        build.finding(
            FindingKind.DATA_RACE, build.bank_trace(), summary=f"data race on b.bal at {line}"
        ),
        resource="b.bal",
        accesses=(
            RacingAccess("T1", True, (place(line), *calls), held),
            RacingAccess("T2", False, (place(10, "withdraw", "return self.bal"),), ()),
        ),
    )


def passed(*notes, untold=0):
    result = build.result(verdict=Verdict.PASS, findings=(), complete=True)
    return dataclasses.replace(result, notes=notes, untold_races=untold)


def test_a_note_has_both_accesses_with_stacks_and_locks():
    told = race(held=("b.lock",), calls=(place(30, "work", "b.deposit(1)"),))
    report = render_check(passed(told))
    assert report[report.index("Note") :] == (
        "Note  Data races: nothing orders these accesses. No failure by itself; --fail-on\n"
        "      data-race makes it one.\n"
        "  b.bal\n"
        "    T1 writes     bank.py:7 in deposit: self.bal = 1\n"
        "    called at     bank.py:30 in work: b.deposit(1)\n"
        "    holding       b.lock\n"
        "    T2 reads      bank.py:10 in withdraw: return self.bal\n"
        "    holding       no lock\n"
    )


def test_beside_a_failure_a_note_is_a_sentence_until_more_is_asked_for():
    result = dataclasses.replace(build.bank_result(), notes=(race(held=("b.lock",)), race(8)))
    report = render_check(result)
    assert (
        "  b.bal: T1 writes bank.py:7, T2 reads :10 (T1 holding b.lock; T2 holding no\n    lock)\n"
        "  b.bal: T1 writes bank.py:8, T2 reads :10 (no lock)\n" in report
    )
    assert "    T2 reads      bank.py:10 in withdraw" in render_check(result, verbose=1)
    assert "Data races" not in render_check(result, verbose=-1)


def test_files_that_differ_are_both_named():
    told = race()
    other = dataclasses.replace(told.accesses[1], stack=(place(3, file="other.py"),))
    told = dataclasses.replace(told, accesses=(told.accesses[0], other))
    result = dataclasses.replace(build.bank_result(), notes=(told,))
    assert "T1 writes bank.py:7, T2 reads other.py:3 (no lock)" in render_check(result)


def test_many_notes_are_cut_and_counted():
    report = render_check(passed(*map(race, range(8)), untold=2))
    assert "  and 3 more pairs of places (-v shows all)\n" in report
    assert "  2 further pairs of places raced that there was no time to look at\n" in report
    assert "more pair" not in render_check(passed(*map(race, range(8))), verbose=1)


def test_deep_stacks_are_cut_and_counted():
    report = render_check(passed(race(calls=tuple(place(n, "f") for n in range(20)))))
    assert report.count("called at") == 8
    assert "and 12 calls more" in report


def test_a_race_that_counts_as_failure():
    told = race()
    result = dataclasses.replace(build.result(findings=(told,)), verdict=Verdict.FAIL)
    report = render_check(result)
    assert "treadle: data race on b.bal at 7" in report
    assert "  T1 writes     bank.py:7 in deposit: self.bal = 1\n" in report
    assert "Note" not in report
    assert "  T2 reads      bank.py:10 in withdraw" in render_trace(told.trace, told)


def test_a_race_beside_another_failure_has_no_share_of_the_schedules():
    first = build.bank_result()
    result = dataclasses.replace(first, findings=(*first.findings, race()))
    assert "also  data race on b.bal at 7 (1 preemption): treadle show" in render_check(result)


def test_notes_in_the_document():
    told = document(passed(race(held=("b.lock",), calls=(place(30, "work"),))))
    jsonschema.validate(told, schema())
    (note,) = told["notes"]
    assert told["findings"] == []
    assert note["kind"] == "data-race"
    assert note["accesses"][0] == {
        "thread": "T1",
        "access": "write",
        "locks": ["b.lock"],
        "stack": [
            {"file": "bank.py", "line": 7, "function": "deposit"},
            {"file": "bank.py", "line": 30, "function": "work"},
        ],
    }
    assert json.loads(json.dumps(told)) == told
    assert "notes" not in document(passed())
