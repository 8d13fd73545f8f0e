"""Random small programs have the same outcomes on our primitives and on CPython's own code.

As in ``test_differential``, for programs that hypothesis draws. Where every schedule of both could be tried the
sets are equal. Where CPython's code has too many, each outcome that was seen there is one of ours.
"""

import functools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outcome_suite import ours, theirs
from outcome_suite.exploring import Runner
from outcome_suite.random_programs import FAMILIES, programs

EXAMPLES = 14
MOST_OF_OURS = 3_000
MOST_OF_THEIRS = 500
WALKS = 60
IN_ANY_ORDER = {"simple"}
"""Where ours allows more, as the documentation does: any thread may get an item of a SimpleQueue."""

RACES = {"condition": "IndexError"}
"""What CPython's code raises where its own list changes under it: in a ``notify`` by a thread that does not
hold the lock while another does, which ours does in one step."""

OURS = ours.provider()
compared = {}
"""How many programs of a family were compared, and how many of them completely."""


@functools.cache
def their_provider(family):
    return theirs.provider(family)


def without_races(family, outcomes):
    raised = RACES.get(family)
    return {each for each in outcomes if raised is None or raised not in str(each)}


def compare(family, program):
    mine = Runner(program, OURS).search(MOST_OF_OURS)
    if not mine.is_complete:
        return
    runner = Runner(program, their_provider(family))
    found = runner.search(MOST_OF_THEIRS)
    outcomes = without_races(family, found.outcomes)
    count = compared.setdefault(family, [0, 0])
    count[0] += 1
    if found.is_complete and family not in IN_ANY_ORDER:
        count[1] += 1
        assert outcomes == set(mine.outcomes)
        return
    if not found.is_complete:
        outcomes |= without_races(family, runner.walk(WALKS).outcomes)
    assert outcomes <= set(mine.outcomes)


@pytest.mark.parametrize("family", FAMILIES)
def test_random_programs_have_the_outcomes_of_cpython(family):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data):
        compare(family, data.draw(programs(family), label="program"))

    check()
    total, complete = compared[family]
    assert total >= EXAMPLES // 2
    assert complete >= total // 3 or family in IN_ANY_ORDER
