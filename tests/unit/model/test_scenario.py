"""Scenarios as text and as data."""

import pytest

from treadle.errors import UsageError
from treadle.model.scenario import Call, Scenario, parse_call, parse_scenario


@pytest.mark.parametrize(
    "text",
    [
        "Counter[[increment()], [get(), add(2)], (get(),)]",
        "Counter(5, step=2)[[put('a | b', [1])], [get(default=None)]]",
        "Outer.Inner[[f()]]",
    ],
)
def test_a_scenario_survives_being_written_and_read(text):
    assert str(parse_scenario(text)) == text


def test_its_parts():
    scenario = parse_scenario("Box(2)[[put(1), get()], [get()], (size(),)]")
    assert scenario.constructor == Call("Box", (2,))
    assert scenario.threads == ((Call("put", (1,)), Call("get")), (Call("get"),))
    assert scenario.after == (Call("size"),)
    assert scenario.size == 3


@pytest.mark.parametrize(
    "text",
    [
        "Counter",
        "Counter[f()]",
        "Counter[[f]]",
        "Counter[[f(x)]]",
        "C[[f()], (g(),), (h(),)]",
        "C[[",
    ],
)
def test_what_is_no_scenario(text):
    with pytest.raises(UsageError, match="is not a scenario"):
        parse_scenario(text)


@pytest.mark.parametrize("text", ["put", "put(x)", "put(**{'a': 1})", "put(", "1 + 1"])
def test_what_is_no_call(text):
    with pytest.raises(UsageError, match="is not a call with literal arguments"):
        parse_call(text)


def test_each_call_gets_arguments_of_its_own():
    call = Call("extend", ([1],))
    call.applied(lambda items: items.append(2))
    assert call.args == ([1],)


def test_a_scenario_is_plain_data():
    assert Scenario(((Call("f"),),)) == Scenario(((Call("f"),),))
