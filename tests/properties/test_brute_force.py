"""The search reaches exactly the states that a program can end in: found here by trying everything.

The interpreter in ``conftest.py`` knows the meaning of the operations and nothing of the kernel, of points
or of preemptions. Programs that once were searched wrongly stay here by name.
"""

import pytest

SEEDS = 25
"""How many random programs each test tries."""

COUNTEREXAMPLES = {
    "the starting task is overtaken": (
        (("spawn", 1), ("read", 0)),
        (("write", 0, 1),),
    ),
    "a task that starts another is overtaken": (
        (("spawn", 1),),
        (("spawn", 2), ("write", 0, 9)),
        (("write", 0, 1),),
    ),
    "between two starts": (
        (("spawn", 1), ("spawn", 2), ("write", 1, 9)),
        (("add", 1),),
        (("write", 0, 1),),
    ),
}

KNOWN = {
    # Programs whose end states anybody can count.
    "lost update": (
        ((("spawn", 1), ("spawn", 2)), (("read", 0), ("add", 0)), (("read", 0), ("add", 0))),
        3,  # both read 0; the second reads 1; the first reads 1
    ),
    "no lost update with a lock": (
        (
            (("spawn", 1), ("spawn", 2)),
            (("acquire", 1), ("read", 0), ("add", 0), ("release", 1)),
            (("acquire", 1), ("read", 0), ("add", 0), ("release", 1)),
        ),
        2,
    ),
    "lock cycle": (
        (
            (("spawn", 1), ("spawn", 2)),
            (("acquire", 0), ("acquire", 1), ("release", 1), ("release", 0)),
            (("acquire", 1), ("acquire", 0), ("release", 0), ("release", 1)),
        ),
        2,
    ),
    "nothing is shared after the join": (
        ((("spawn", 1), ("join", 1), ("read", 0)), (("write", 0, 5),)),
        1,
    ),
    "the lock is tried": (
        ((("spawn", 1), ("spawn", 2)), (("acquire", 0), ("release", 0)), (("try", 0),)),
        3,  # taken and kept for ever; taken afterwards; refused
    ),
}


def check(programs, program, most=None):
    """Compare; False when the program has too many schedules to be worth the time."""
    expected = programs.brute_force_states(program)
    run = programs.Run(program)
    run.most = most or run.most
    try:
        reached = {
            "all points": set(run.all_points()),
            "growing bounds": set(run.by_bounds()),
            "traces": set(run.by_traces()),
            "learned points": run.learned_points(),
            "traces of learned points": set(run.by_traces_of_learned_points()),
            "learned points, without walks": run.learned_points(walks=0),
        }
    except programs.TooLargeError:
        return None
    for how, states in reached.items():
        assert states == expected, f"{how}, in the program\n{programs.text_of(program)}"
    return expected


@pytest.mark.parametrize("name", KNOWN)
def test_programs_whose_end_states_are_known(programs, name):
    program, count = KNOWN[name]
    assert len(check(programs, program)) == count


@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_programs_that_were_searched_wrongly_once(programs, name):
    check(programs, COUNTEREXAMPLES[name])


@pytest.mark.parametrize("first", range(0, 8 * SEEDS, SEEDS))
def test_random_programs_end_in_the_states_found_by_brute_force(programs, first):
    compared = [
        check(programs, programs.random_program(seed, total=6), most=2_000) is not None
        for seed in range(first, first + SEEDS)
    ]
    assert sum(compared) > SEEDS // 2


@pytest.mark.slow
@pytest.mark.parametrize("first", range(10_000, 10_000 + 4 * SEEDS, SEEDS))
def test_larger_random_programs(programs, first):
    for seed in range(first, first + SEEDS):
        check(programs, programs.random_program(seed, total=7))


@pytest.mark.parametrize("first", range(20_000, 20_000 + 4 * SEEDS, SEEDS))
def test_learned_points_alone_suffice_for_random_programs(programs, first):
    # Fewer points, fewer schedules: larger programs can be tried.
    compared = 0
    for seed in range(first, first + SEEDS):
        program = programs.random_program(seed, total=9, operations=5)
        run = programs.Run(program)
        run.most = 3_000
        try:
            states = run.learned_points()
        except programs.TooLargeError:
            continue
        assert states == programs.brute_force_states(program), programs.text_of(program)
        compared += 1
    assert compared > SEEDS // 2


@pytest.mark.parametrize("first", range(30_000, 30_000 + 2 * SEEDS, SEEDS))
def test_each_schedule_is_counted_once_by_its_preemptions(programs, first):
    for seed in range(first, first + SEEDS):
        run = programs.Run(programs.random_program(seed, total=5))
        assert run.by_bounds() == run.all_points()
