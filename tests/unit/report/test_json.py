"""The JSON document and its schema."""

import json

import jsonschema
import pytest
import report_builders as build

from treadle.model.finding import FindingKind
from treadle.report.json import document, render_json, schema


def validate(text):
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(json.loads(text))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", build.RESULTS)
def test_every_document_is_valid(name):
    validate(render_json(build.RESULTS[name]()))


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_of_finding_is_valid(kind):
    found = build.finding(kind, build.bank_trace())
    validate(render_json(build.result(findings=(found,))))


def test_the_schema_is_strict():
    def objects(value):
        if isinstance(value, dict):
            if value.get("type") == "object":
                yield value
            for each in value.values():
                yield from objects(each)
        elif isinstance(value, list):
            for each in value:
                yield from objects(each)

    found = list(objects(schema()))
    assert len(found) > 4
    assert all("additionalProperties" in each for each in found)
    broken = document(build.bank_result()) | {"extra": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema())


def test_the_bank_account():
    told = json.loads(render_json(build.bank_result()))
    assert told["verdict"] == "fail"
    assert told["bound"] is None
    assert told["findings"][0]["models"] == {"free-threaded": True}
    assert told["findings"][0]["exception"] is None
    assert told["findings"][0]["locations"][0] == {"file": "bank.py", "line": 7, "thread": "T1"}
    assert told["outcomes"][1]["observed"] == {"b.bal": "100"}
    assert [outcome["executions"] for outcome in told["outcomes"]] == [2, 2, 2]


def test_exception_and_bound():
    told = document(build.assert_result())
    assert told["bound"] == "preemptions <= 1"
    assert told["findings"][0]["exception"] == {"type": "AssertionError", "message": "100"}


def test_the_document_is_ascii():
    found = build.finding(FindingKind.EXCEPTION, build.bank_trace(), summary="Fehler: größer")
    assert render_json(build.result(findings=(found,))).isascii()
