"""``--model all``: both searches, one result."""

import json
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def checked(check_in_child, name, model):
    return check_in_child(str(EXAMPLES / name), model=model)


ONLY_310 = """
import threading

class BankAccount:
    def __init__(self):
        self.bal = 0

    def deposit(self, amount):
        balance = self.bal
        if amount < 0:
            balance = 0
        self.bal = balance + amount

def test():
    b = BankAccount()
    threads = [threading.Thread(target=b.deposit, args=(50,)) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert b.bal == 100
"""


def test_it_costs_the_two_searches_and_says_what_each_came_to(check_in_child):
    both = checked(check_in_child, "bank_account.py", "all")
    free = checked(check_in_child, "bank_account.py", "free-threaded")
    gil = checked(check_in_child, "bank_account.py", "gil-3.10")
    assert [each.executions for each in both.models] == [free.executions, gil.executions]
    total = free.executions + free.redundant + gil.executions + gil.redundant
    assert both.executions + both.redundant <= total
    assert both.complete
    assert (both.model, both.verdict) == ("all", "fail")
    assert [finding.models for finding in both.findings] == [
        (("free-threaded", True), ("gil-3.10", False), ("gil", False))
    ]
    assert [(each.model, each.verdict, each.preemptions) for each in both.models] == [
        ("free-threaded", "fail", 1),
        ("gil-3.10", "pass", None),
    ]


def test_later_versions_are_explored_where_only_310_breaks(check_in_child, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(ONLY_310)
    result = check_in_child(f"{program}::test", model="all")
    assert [(each.model, each.verdict, each.preemptions) for each in result.models] == [
        ("free-threaded", "fail", 1),
        ("gil-3.10", "fail", 1),
        ("gil", "pass", None),
    ]
    failure = result.findings[0]
    assert failure.models == (("free-threaded", True), ("gil-3.10", True), ("gil", False))


def test_what_breaks_on_later_versions_too_is_not_explored_again(check_in_child, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(ONLY_310.replace("if amount < 0:\n            balance = 0", "abs(balance)"))
    result = check_in_child(f"{program}::test", model="all")
    assert [(each.model, each.verdict) for each in result.models] == [
        ("free-threaded", "fail"),
        ("gil-3.10", "fail"),
    ]
    assert result.findings[0].models == (
        ("free-threaded", True), ("gil-3.10", True), ("gil", True),
    )  # fmt: skip


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
    assert finding["models"] == {"free-threaded": True, "gil-3.10": False, "gil": False}
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
