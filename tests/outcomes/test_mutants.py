"""The programs find every mistake that ``outcome_suite.mutants`` puts into our primitives.

A mutant is killed by a program whose set of outcomes is not the expected one: it has another outcome, or, where
every schedule was tried, it lacks one; failing that, by a random walk that may switch at every operation. These
are the two tests of ``test_outcome_sets``. Programs about the broken primitive go first, and the first that
kills is named in the summary of ``pytest -v``.
"""

import pytest
from outcome_suite import ours
from outcome_suite.catalogue import PROGRAMS
from outcome_suite.exploring import Runner
from outcome_suite.mutants import MUTANTS

MOST_EXECUTIONS = 2_000
WALKS = 100
LEAST_MUTANTS = 25


def programs_for(mutant):
    """All programs, those about what the mutant breaks before the others."""
    wanted = set(mutant.about.split())
    return sorted(PROGRAMS.values(), key=lambda program: not wanted & set(program.about))


def by_search(program, provider):
    """Outcomes that a program should not have, and outcomes that it should have and has not."""
    found = Runner(program.function, provider).search(MOST_EXECUTIONS)
    outcomes = set(found.outcomes)
    return outcomes - program.expected, program.expected - outcomes if found.is_complete else set()


def by_walks(program, provider):
    """Outcomes that a program should not have, when a switch is possible at every operation."""
    runner = Runner(program.function, provider)
    runner.all_points = True
    return set(runner.walk(WALKS).outcomes) - program.expected, set()


def killer_of(mutant, provider):
    """The first program with other outcomes than it should have, and how they differ; None if there is none."""
    for way in (by_search, by_walks):
        for program in programs_for(mutant):
            wrong, missing = way(program, provider)
            if wrong:
                return f"{program.name}: has {min(wrong, key=repr)}"
            if missing:
                return f"{program.name}: lacks {min(missing, key=repr)}"
    return None


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_program_kills_the_mutant(mutant, record_property):
    killer = killer_of(mutant, mutant.provider())
    assert killer is not None, f"survives all {len(PROGRAMS)} programs: {mutant.name}"
    record_property("killed by", killer)


def test_there_are_enough_mutants_and_they_differ():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= LEAST_MUTANTS
    assert len({(mutant.module, mutant.text()) for mutant in MUTANTS}) == len(MUTANTS)


def test_primitives_without_a_mistake_survive():
    # A private copy, made as a mutant's is: what kills is the mistake, not the copying.
    text, _ = ours.sources.source_of(f"{ours.PACKAGE}.condition")
    assert killer_of(MUTANTS[0], ours.provider("condition", text)) is None
