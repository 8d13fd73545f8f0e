"""Programs that know nothing of Treadle: nothing is found in those of ``passes/``, and each of ``fails/`` fails.

The head of each program says what to expect, as those of ``examples/`` do: ``pass`` is a complete search that
found nothing, ``pass-or-inconclusive`` one that perhaps was not complete, ``fail`` a finding, of the kind that
is named. A folder is an idiom; each has programs that use it right and programs that use it wrong.

The search is the one whose course does not depend on how fast the machine is.
"""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PASSES = sorted(HERE.glob("passes/*/*.py"))
FAILS = sorted(HERE.glob("fails/*/*.py"))
LEAST_PASSES = 30
BUDGET = {"scheduler": "dfs", "max_executions": 5_000}


def name_of(program):
    return f"{program.parent.name}/{program.stem}"


def expected_of(program):
    """The verdict and the kind of finding that a program's head names."""
    head = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8")))
    (expected,) = re.findall(r"^Expect: (.+)$", head, re.MULTILINE)
    verdict, _, kind = expected.partition(" ")
    return verdict, kind


@pytest.mark.parametrize("program", PASSES, ids=name_of)
def test_nothing_is_found_in_a_correct_program(program, check_in_child):
    expected, _ = expected_of(program)
    checked = check_in_child(str(program), **BUDGET)
    assert [finding.summary for finding in checked.findings] == []
    assert checked.verdict.value in expected.split("-or-"), checked.incomplete_because


@pytest.mark.parametrize("program", FAILS, ids=name_of)
def test_the_mistake_is_found_and_happens_on_real_threads(program, check_in_child):
    _, kind = expected_of(program)
    checked = check_in_child(str(program), **BUDGET, confirm=True)
    assert kind in {finding.kind.value for finding in checked.findings}
    for finding in checked.findings:
        assert finding.confirmation.is_confirmed, finding.confirmation


def test_each_idiom_is_there_used_right_and_used_wrong():
    assert {path.parent.name for path in PASSES} == {path.parent.name for path in FAILS}
    assert len(PASSES) >= LEAST_PASSES
    assert {expected_of(program)[0] for program in FAILS} == {"fail"}
    assert {expected_of(program)[0] for program in PASSES} == {"pass", "pass-or-inconclusive"}


@pytest.mark.parametrize("program", [*PASSES, *FAILS], ids=name_of)
def test_no_program_knows_of_treadle(program):
    assert "treadle" not in program.read_text(encoding="utf-8").lower()
