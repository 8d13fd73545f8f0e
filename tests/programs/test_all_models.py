"""``--model all``: both searches, one result."""

import json
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def checked(check_in_child, name, model):
    return check_in_child(str(EXAMPLES / name), model=model)


def test_it_costs_the_two_searches_and_says_what_each_came_to(check_in_child):
    both = checked(check_in_child, "bank_account.py", "all")
    free = checked(check_in_child, "bank_account.py", "free-threaded")
    gil = checked(check_in_child, "bank_account.py", "gil")
    assert [each.executions for each in both.models] == [free.executions, gil.executions]
    total = free.executions + free.redundant + gil.executions + gil.redundant
    assert both.executions + both.redundant <= total
    assert both.complete
    assert (both.model, both.verdict) == ("all", "fail")
    assert [finding.models for finding in both.findings] == [
        (("free-threaded", True), ("gil", False))
    ]
    assert [(each.model, each.verdict, each.preemptions) for each in both.models] == [
        ("free-threaded", "fail", 1),
        ("gil", "pass", None),
    ]


def test_it_passes_where_both_pass(check_in_child):
    both = checked(check_in_child, "bank_account_lock.py", "all")
    assert (both.verdict, both.complete) == ("pass", True)


def test_the_finding_names_its_models_and_replays(tmp_path):
    target = str(EXAMPLES / "bank_account.py")
    treadle = [sys.executable, "-m", "treadle"]
    done = subprocess.run(
        [*treadle, "check", target, "--model", "all", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert document["model"] == "all"
    (finding,) = document["findings"]
    assert finding["models"] == {"free-threaded": True, "gil": False}
    again = subprocess.run(
        [*treadle, "replay", finding["id"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1, again.stderr


def test_one_schedule_belongs_to_one_model(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "treadle", "run", str(EXAMPLES / "echo.py"), "--model", "all"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--model gil" in done.stderr
