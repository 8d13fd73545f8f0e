"""The table of outcomes."""

import report_builders as build

from treadle.model.result import OutcomeCount
from treadle.report.outcomes import difference, observation, outcome_table, value_text
from treadle.report.style import Paint


def outcome(observed, executions=1, serial=False, failing=False):
    return OutcomeCount(tuple(observed.items()), executions, serial, build.token(), 0, failing)


def lines(*outcomes, shown=None, width=80, verbose=0, **fields):
    result = build.result(outcomes=outcomes, **fields)
    return outcome_table(result, shown, width, Paint(), verbose)


def test_the_bank_account():
    assert outcome_table(build.bank_result(), (("b.bal", "100"),), 80, Paint(), 0) == [
        "Outcomes of all 6 schedules",
        "  b.bal  schedules",
        "  50        2 of 6  every serial order",
        "  100       2 of 6  only by interleaving  FAILS (below)",
        "  -50       2 of 6  only by interleaving  FAILS",
    ]


def test_none():
    assert lines() == []


def test_what_is_always_the_same_is_left_out():
    text = lines(outcome({"x": "1", "y": "2"}), outcome({"x": "3", "y": "2"}))
    assert text[1].split() == ["x", "schedules"]


def test_a_single_outcome_shows_everything():
    assert lines(outcome({"x": "1", "y": "2"}, serial=True))[1].split() == ["x", "y", "schedules"]


def test_several_serial_outcomes():
    text = lines(outcome({"x": "1"}, serial=True), outcome({"x": "2"}, serial=True))
    assert text[2].endswith("a serial order")


def test_a_random_search_does_not_know_every_serial_order():
    text = lines(outcome({"x": "1"}, serial=True), complete=False, executions=1000)
    assert text[0] == "Outcomes of the 1,000 schedules explored"
    assert text[-1].endswith("1 of 1,000  a serial order")


def test_outcomes_of_different_kinds_are_listed():
    text = lines(outcome({"x": "1"}, serial=True), outcome({"deadlock": "T1, T2"}, failing=True))
    assert text[1:] == [
        "  1 of 6  every serial order",
        "      x = 1",
        "  1 of 6  only by interleaving  FAILS",
        "      deadlock: T1, T2",
    ]


def test_long_values_are_listed():
    text = lines(outcome({"x": "a" * 31}), outcome({"x": "b\n"}))
    assert "      x = " + "a" * 31 in text
    text = lines(outcome({"x": "a" * 15 + "\n" + "b" * 14}), outcome({"x": "b"}))
    assert "schedules" not in text[1]


def test_many_columns_are_listed():
    names = {f"a_long_name_{n}": str(n) for n in range(8)}
    text = lines(outcome(names), outcome(dict.fromkeys(names, "x")))
    assert "      a_long_name_0 = 0" in text
    assert all(len(line) <= 80 for line in text)


def test_at_most_eight():
    many = [outcome({"x": str(n)}) for n in range(11)]
    assert lines(*many)[-1] == "  ... 3 more outcomes: -v lists all"
    assert len(lines(*many, verbose=1)) == 2 + 11 + 2 + 11


def test_observations():
    assert observation("b.bal", "1") == "b.bal = 1"
    assert observation("returns", "None") == "returns None"
    assert observation("output of T1", "done") == "output of T1: done"
    assert observation("deadlock", "T1") == "deadlock: T1"
    assert observation("ends in", "deadlock") == "ends in deadlock"
    assert value_text("consumed\n1\n") == "consumed\\n1"


def test_differences():
    result = build.bank_result()
    assert difference(result, (("b.bal", "100"),)) == ["b.bal = 100; every serial order gives 50"]
    assert difference(result, (("b.bal", "50"),)) == []
    assert difference(result, ()) == []
    assert difference(result, (("c", "1"),)) == ["c = 1; no serial order gives this"]
    assert difference(build.result(outcomes=()), (("b.bal", "100"),)) == []


def test_differences_from_several_serial_outcomes():
    serial = [outcome({"x": n, "y": n}, serial=True) for n in ("1", "2")]
    result = build.result(outcomes=serial)
    assert difference(result, (("x", "3"), ("y", "1"))) == ["x = 3; serial orders give 1 or 2"]
    assert difference(result, (("x", "1"), ("y", "2"))) == [
        "no serial order gives this combination of values"
    ]
