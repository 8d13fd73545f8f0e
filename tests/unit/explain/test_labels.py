"""Names of tasks, resources and places."""

import report_builders as build

from treadle.explain.labels import Labels, place_text
from treadle.model.trace import Action, Trace


def labels(*resources, names=("deposit",)):
    steps = tuple(
        build.step(number, 1, Action.READ, resource=label)
        for number, label in enumerate(resources, 1)
    )
    return Labels(Trace(build.tasks(*names), steps, "", 0))


def test_the_last_part_is_enough_where_it_is_clear():
    assert labels("b.bal", "lock").short("b.bal") == "bal"
    assert labels("app.b.cache['k']").short("app.b.cache['k']") == "cache['k']"


def test_the_whole_label_where_two_end_alike():
    both = labels("a.bal", "b.bal")
    assert both.short("a.bal") == "a.bal"
    assert labels("bal", "b.bal").short("b.bal") == "b.bal"


def test_dots_in_keys_and_descriptions_are_no_parts():
    assert labels("cache['a.b']").short("cache['a.b']") == "cache['a.b']"
    assert labels("Lock (bank.py:9)").short("Lock (bank.py:9)") == "Lock (bank.py:9)"


def test_a_resource_that_is_only_awaited_counts():
    trace = build.lock_cycle_trace()
    assert Labels(trace).short("A.lock") == "A.lock"


def test_a_private_part_says_too_little():
    assert labels("condition._lock").short("condition._lock") == "condition._lock"


def test_tasks():
    known = labels("x", names=("deposit", ""))
    assert known.task(1) == "T1"
    assert known.task(7) == "T7"
    assert known.introduced(1) == "T1 (deposit)"
    assert known.introduced(2) == "T2"
    assert known.introduced(7) == "T7"
    assert known.headed(0) == "main"
    assert known.headed(1) == "T1 deposit"
    assert known.introduced_label("T1") == "T1 (deposit)"
    assert known.introduced_label("pool") == "pool"
    assert known.is_task("main")
    assert not known.is_task("q")


def test_places():
    assert place_text(build.place(6)) == "bank.py:6"
    assert place_text(None) == ""
    deep = build.place(6, "x", "a/long/path/bank.py")
    assert place_text(deep) == "a/long/path/bank.py:6"
    assert place_text(deep, 21) == "a/long/path/bank.py:6"
    assert place_text(deep, 20) == "bank.py:6"
    assert place_text(build.place(6, "x", "C:\\path\\bank.py"), 5) == "bank.py:6"
