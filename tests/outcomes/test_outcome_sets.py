"""Each program has exactly the outcomes that Python's documentation allows, over every schedule.

The search is our depth-first one without a bound, and it must come to its end: a set that is merely large
enough proves nothing. What is compared is equality: an outcome that is missing is a wake-up too few, one that
is there and should not be is a wake-up too many.

That search switches where operations were seen to conflict. A primitive that looks at its own state before it
announces what it does could hide from it, so random walks that may switch at every operation follow.
"""

import pytest
from outcome_suite import ours
from outcome_suite.catalogue import PROGRAMS
from outcome_suite.exploring import Runner

MOST_EXECUTIONS = 20_000
WALKS = 100
OURS = ours.provider()


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_outcomes_are_exactly_those_allowed(name):
    program = PROGRAMS[name]
    found = Runner(program.function, OURS).search(MOST_EXECUTIONS)
    assert found.is_complete, f"{found.executions} executions were not enough"
    assert set(found.outcomes) == program.expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_switching_at_every_operation_gives_no_other_outcome(name):
    program = PROGRAMS[name]
    runner = Runner(program.function, OURS)
    runner.all_points = True
    assert set(runner.walk(WALKS).outcomes) <= program.expected
