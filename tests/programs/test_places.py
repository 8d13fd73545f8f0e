"""Switches in places where Python's own machinery is half way: what a program prints is what CPython allows.

The head of each program of ``places/`` says everything that it can print. A complete search leads to just
that; where it is too large, the first few hundred schedules do. Plain Python, on threads of the operating
system, prints one of it.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "places"
PLACES = sorted(HERE.glob("*.py"))
MOST_EXECUTIONS = 5_000
FEW_EXECUTIONS = 300


def expected_of(program):
    """What a program can print in this version of Python."""
    head = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8")))
    found = None
    for since, text in re.findall(r"^Prints(?: since (3\.\d+))?: (.+)$", head, re.MULTILINE):
        if not since or sys.version_info >= tuple(map(int, since.split("."))):
            found = set(text.split(" | "))
    return found


@pytest.mark.parametrize("program", PLACES, ids=lambda path: path.stem)
def test_a_search_leads_to_all_that_python_allows(program, check_in_child):
    is_large = "\nSearch: too large\n" in program.read_text(encoding="utf-8")
    most = FEW_EXECUTIONS if is_large else MOST_EXECUTIONS
    checked = check_in_child(str(program), scheduler="dfs", max_executions=most)
    printed = {
        dict(outcome.observed).get("output of main", "").strip() for outcome in checked.outcomes
    }
    assert checked.complete or is_large, checked.incomplete_because
    assert printed == expected_of(program)


@pytest.mark.parametrize("program", PLACES, ids=lambda path: path.stem)
def test_plain_python_prints_one_of_it(program):
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() in expected_of(program)
