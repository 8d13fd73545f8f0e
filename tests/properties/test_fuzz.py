"""Attack: random programs over every primitive and every kind of access; ``fuzzing`` says what is asked of them.

Programs that were answered wrongly once stay, by name, in ``FOUND``.
"""

import pytest
from fuzzing.examining import examine, stress
from fuzzing.programs import is_timed, programs, source
from hypothesis import HealthCheck, given, settings

from treadle.model.schedule import Timeouts

COMPLETE_SHARE = 0.4
"""So many searches at the least must be complete, or little is compared."""

FOUND = {
    "two compute what a cache keeps": [["log.append(cached(1))"], ["log.append(cached(1))"]],
    "a task is done before or after a shutdown": [
        ["fifo.put(1)", "log.append(fifo.qsize())", "fifo.task_done()"],
        ["log.append(fifo.qsize())", "fifo.shutdown(immediate=True)"],
    ],
}


def problems_of(bodies, folder, *, with_stress):
    """What is wrong with what Treadle makes of a program, and whether its search was complete."""
    path = folder / "program.py"
    path.write_text(source(bodies))
    problems, is_complete, returned = examine(path)
    if with_stress and is_complete and not problems and is_timed(bodies):
        problems, is_complete, returned = examine(path, Timeouts.EAGER)
    if with_stress and is_complete and not problems:
        unseen = stress(folder) - returned
        problems = [f"plain Python returns {each}" for each in sorted(unseen)]
    return problems, is_complete


def attack(folder, examples, *, with_stress):
    counts = [0, 0]

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs)
    def check(bodies):
        problems, is_complete = problems_of(bodies, folder, with_stress=with_stress)
        assert problems == []
        counts[0] += 1
        counts[1] += is_complete

    check()
    assert counts[1] >= COMPLETE_SHARE * counts[0]


def test_random_programs_are_dealt_with(tmp_path):
    attack(tmp_path, 12, with_stress=True)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_many_random_programs_are_dealt_with(tmp_path):
    attack(tmp_path, 150, with_stress=True)


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once_is_right_now(name, tmp_path):
    problems, _ = problems_of(FOUND[name], tmp_path, with_stress=False)
    assert problems == []
