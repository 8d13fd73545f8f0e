"""Outcomes: what can be observed of an execution when it is over."""

import types

import pytest

from treadle.engine.conflicts import Location
from treadle.explorer.naming import Naming
from treadle.explorer.observe import (
    Observer,
    location_label,
    location_value,
    message_of,
    task_label,
)


class Account:
    interest = 3

    def __init__(self, bal=0):
        self.bal = bal


class Program:
    """What a session tells the observer."""

    def __init__(self, returned=None, output=()):
        self.returned = returned
        self.output = output

    def output_by_task(self):
        return list(self.output)


def stopped(*shared, failures=(), status="finished"):
    """A kernel that has just stopped."""
    return types.SimpleNamespace(shared=list(shared), failures=list(failures), status=status)


def shared(owner, key, form):
    return Location(owner, key, form)


@pytest.fixture
def variables():
    return {"b": Account(7), "items": [1, 2], "cache": {"k": 5}, "counter": 3}


@pytest.fixture
def observer(variables):
    naming = Naming(lambda: variables, lambda frame: False)
    naming.finish()
    return Observer(naming, "program", lambda: variables)


def test_shared_data_is_observed_by_name(observer, variables):
    outcome = observer.observe(
        stopped(
            shared(variables["b"], "bal", "attribute"),
            shared(variables["cache"], "k", "item"),
            shared("program", "counter", "global"),
            shared(variables["items"], None, "container"),
        ),
        Program(),
    )
    assert outcome == (("b.bal", "7"), ("cache['k']", "5"), ("counter", "3"), ("items", "[1, 2]"))


def test_the_order_in_which_data_became_shared_does_not_matter(observer, variables):
    places = [shared(variables["b"], "bal", "attribute"), shared("program", "counter", "global")]
    assert observer.observe(stopped(*places), Program()) == observer.observe(
        stopped(*reversed(places)), Program()
    )


def test_an_item_of_a_container_that_is_shown_whole_is_not_shown_again(observer, variables):
    items = variables["items"]
    outcome = observer.observe(
        stopped(shared(items, 0, "item"), shared(items, None, "container")), Program()
    )
    assert outcome == (("items", "[1, 2]"),)


def test_what_has_no_name_is_left_out(observer):
    account = Account()
    assert observer.observe(stopped(shared(account, "bal", "attribute")), Program()) == ()


def test_what_has_no_value_is_left_out(observer, variables):
    del variables["b"].bal
    outcome = observer.observe(stopped(shared(variables["b"], "bal", "attribute")), Program())
    assert outcome == ()


def test_what_was_shared_once_is_part_of_all_outcomes_to_come(observer, variables):
    observer.observe(stopped(shared(variables["b"], "bal", "attribute")), Program())
    assert observer.has_grown
    variables["b"].bal = 9
    outcome = observer.observe(stopped(), Program())
    assert outcome == (("b.bal", "9"),)
    assert not observer.has_grown


def test_results_output_exceptions_and_ends_are_observed(observer):
    task = types.SimpleNamespace(number=2)
    outcome = observer.observe(
        stopped(failures=[(task, ValueError("no"))], status="deadlock"),
        Program(returned=[1], output=[("output of T1", "hello\n")]),
    )
    assert outcome == (
        ("returns", "[1]"),
        ("exception in T2", "ValueError: no"),
        ("output of T1", "hello\n"),
        ("ends in", "deadlock"),
    )


def test_what_was_shared_once_and_is_gone_is_left_out(observer, variables):
    places = [shared(variables["b"], "bal", "attribute"), shared("program", "counter", "global")]
    observer.observe(stopped(*places), Program())
    observer._naming.forget()
    del variables["b"], variables["counter"]
    assert observer.observe(stopped(), Program()) == ()


def test_a_cell_is_observed_only_where_it_is_shared(observer, variables):
    cell = (lambda: variables).__closure__[0]
    first = observer.observe(stopped(shared(cell, "variables", "cell")), Program())
    assert [label for label, _ in first] == ["variables"]
    assert observer.observe(stopped(), Program()) == ()


def test_an_exception_that_cannot_say_anything_is_observed_by_its_type(observer):
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    assert message_of(Broken()) == ""
    assert message_of(ValueError("no")) == "no"
    failures = [(types.SimpleNamespace(number=1), Broken())]
    outcome = observer.observe(stopped(failures=failures), Program())
    assert outcome == (("exception in T1", "Broken: "),)


# --- labels and values ----------------------------------------------------------------------------


def test_a_global_of_another_module_is_named_with_it(observer):
    naming = Naming(dict, lambda frame: False)
    assert location_label(shared("shop", "stock", "global"), naming, "program") == "shop.stock"
    assert location_label(shared("program", "stock", "global"), naming, "program") == "stock"


def test_labels_of_locations(variables):
    naming = Naming(lambda: variables, lambda frame: False)
    naming.finish()
    cases = [
        (shared(variables["b"], "bal", "attribute"), "b.bal"),
        (shared(variables["items"], 0, "item"), "items[0]"),
        (shared(variables["items"], None, "container"), "items"),
        (shared((lambda: variables).__closure__[0], "variables", "cell"), "variables"),
        (shared(Account, "interest", "attribute"), "Account.interest"),
        (shared(Account(), "bal", "attribute"), None),
    ]
    for location, label in cases:
        assert location_label(location, naming, "program") == label


def test_values_of_locations(variables):
    cell = (lambda: variables).__closure__[0]
    cases = [
        ("global", None, "counter", 3),
        ("attribute", variables["b"], "bal", 7),
        ("attribute", Account, "interest", 3),
        ("item", variables["items"], 1, 2),
        ("item", variables["cache"], "k", 5),
        ("container", variables["items"], None, variables["items"]),
        ("cell", cell, "variables", variables),
    ]
    for form, owner, key, value in cases:
        assert location_value(form, owner, key, variables) == value


@pytest.mark.parametrize(
    ("form", "owner", "key"),
    [
        ("global", None, "gone"),
        ("attribute", Account(), "gone"),
        ("attribute", Account, "gone"),
        ("item", [1], 5),
        ("item", {}, "gone"),
        ("item", None, 0),
        ("cell", types.CellType(), "x"),
    ],
)
def test_what_is_gone_has_no_value(form, owner, key):
    missing = location_value(form, owner, key, {})
    assert missing is location_value("global", None, "gone too", {})


@pytest.mark.parametrize(("number", "label"), [(0, "main"), (1, "T1"), (12, "T12")])
def test_labels_of_tasks(number, label):
    assert task_label(types.SimpleNamespace(number=number)) == label
