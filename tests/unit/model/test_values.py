"""The plain data of traces, findings and results: immutable, and stable where JSON shows it."""

import dataclasses
import enum

import pytest

from treadle import errors
from treadle.model import access, finding, result, schedule, trace

RECORDS = [
    value
    for module in (access, finding, result, schedule, trace)
    for value in vars(module).values()
    if isinstance(value, type)
    and dataclasses.is_dataclass(value)
    and value.__module__ == module.__name__
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_and_have_slots(record):
    assert record.__dataclass_params__.frozen
    assert "__slots__" in vars(record)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_is_explained(record):
    for field in dataclasses.fields(record):
        assert f"{field.name}:" in record.__doc__, field.name


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (
            finding.FindingKind,
            (
                "assertion exception deadlock livelock interference data-race linearizability leak"
                " nondeterminism uncontrolled"
            ),
        ),
        (
            finding.DeadlockKind,
            "lock-cycle self-deadlock lost-wakeup join queue leaked-lock other",
        ),
        (result.Verdict, "fail pass inconclusive"),
    ],
)
def test_names_in_documents_never_change(kind, values):
    assert " ".join(member.value for member in kind) == values
    assert issubclass(kind, enum.StrEnum)


def test_the_names_of_actions_are_words():
    for action in trace.Action:
        assert action.value == action.name.lower().replace("_", "-")


def test_exit_codes_are_those_of_the_documentation():
    assert [
        errors.EXIT_NOTHING_FOUND,
        errors.EXIT_FOUND,
        errors.EXIT_USAGE,
        errors.EXIT_INTERNAL,
        errors.EXIT_TARGET_FAILS,
        errors.EXIT_UNCONTROLLED,
    ] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.TreadleError, 3),
        (errors.UsageError, 2),
        (errors.TargetError, 2),
        (errors.TokenError, 2),
        (errors.DivergenceError, 5),
    ],
)
def test_an_error_carries_its_sentence_and_its_exit_code(kind, code):
    error = kind("What happened.")
    assert str(error) == error.message == "What happened."
    assert error.exit_code == code
    assert isinstance(error, errors.TreadleError)
    assert kind("x", exit_code=4).exit_code == 4
    assert kind.exit_code == code
