"""What reports say of an execution on real threads."""

import dataclasses
import json

import jsonschema
import pytest
import report_builders as build

from treadle.model.finding import Confirmation
from treadle.report.confirmation import confirmation_lines, confirmation_word
from treadle.report.json import document, schema
from treadle.report.terminal import render_check, render_trace

CONFIRMED = Confirmation(True, 13)
PARTED = Confirmation(
    False,
    7,
    "It parts at step 8.",
    "T2 reads bal as 0 (bank.py:11)",
    "T2 reads bal as 1 (bank.py:11)",
)
STUCK = Confirmation(False, 0, "Nothing was heard of it.")


def confirmed(result, confirmation):
    findings = [dataclasses.replace(each, confirmation=confirmation) for each in result.findings]
    return dataclasses.replace(result, findings=tuple(findings))


def test_nothing_is_said_where_it_was_not_tried():
    assert confirmation_lines(None, 80) == []
    assert confirmation_word(None) == ""
    assert "real threads" not in render_check(build.bank_result())
    assert "confirmation" not in document(build.bank_result())["findings"][0]


def test_one_step_is_not_many():
    assert "the only step is" in confirmation_lines(Confirmation(True, 1), 80)[0]


def test_both_versions_of_the_step_are_shown():
    assert confirmation_lines(PARTED, 80) == [
        "Unconfirmed on real threads. It parts at step 8.",
        "  recorded      T2 reads bal as 0 (bank.py:11)",
        "  real threads  T2 reads bal as 1 (bank.py:11)",
    ]
    assert confirmation_lines(STUCK, 80) == [
        "Unconfirmed on real threads. Nothing was heard of it."
    ]


@pytest.mark.parametrize("width", [40, 60, 120])
def test_lines_are_wrapped(width):
    lines = confirmation_lines(PARTED, width)
    assert all(len(line) <= width for line in lines)
    assert all(line.startswith("  ") for line in lines if "bank.py" in line)


@pytest.mark.parametrize(("confirmation", "prefix"), [(CONFIRMED, ""), (PARTED, "un")])
def test_the_report_has_a_line_for_each_finding(confirmation, prefix):
    text = render_check(confirmed(build.assert_result(), confirmation))
    assert f"{prefix}confirmed on real threads".capitalize() in text
    also = text[text.index("\nalso ") :].split("\n\n")[0]
    assert f", {prefix}confirmed on real" in " ".join(also.split())


def test_a_single_execution_says_it_of_itself_or_of_its_finding():
    trace = build.bank_trace()
    finding = dataclasses.replace(build.bank_finding(), confirmation=PARTED)
    assert "Confirmed on real threads: all 13 steps" in render_trace(trace, confirmation=CONFIRMED)
    assert "Unconfirmed on real threads" in render_trace(trace, finding)
    assert "Unconfirmed" not in render_trace(trace, finding, confirmation=CONFIRMED)


@pytest.mark.parametrize("confirmation", [CONFIRMED, PARTED, STUCK])
def test_the_document_with_confirmations_is_valid(confirmation):
    told = document(confirmed(build.bank_result(), confirmation))
    jsonschema.validate(told, schema())
    assert told["findings"][0]["confirmation"]["confirmed"] is confirmation.is_confirmed
    broken = json.loads(json.dumps(told))
    del broken["findings"][0]["confirmation"]["steps"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema())


def test_only_what_is_unconfirmed_has_a_reason():
    for confirmation, reason in ((CONFIRMED, None), (PARTED, "It parts at step 8.")):
        told = document(confirmed(build.bank_result(), confirmation))["findings"][0]["confirmation"]
        assert told["reason"] == reason
        assert (told["real"] is None) == (reason is None)
